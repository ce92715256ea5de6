"""Which pieces of the processed data hold something from which raw file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from .. import observations, pieces


def pieces_by_file(processed: Path) -> dict[str, list[str]]:
    """The names of the pieces that hold something from each raw file, by the path of the file."""
    paths = {name: source.path for name, source in observations.sources(processed).items()}
    found: dict[str, set[str]] = {path: {observations.UNREAD} for path in observations.unread(processed)}
    for path in observations.remarks(processed):
        found.setdefault(path, set()).add(observations.REMARKS)
    for piece, name in _pairs(processed):
        found.setdefault(paths[name], set()).add(piece)
    return {path: sorted(held) for path, held in sorted(found.items())}


def _pairs(processed: Path) -> Iterator[tuple[str, str]]:
    """Each piece with the name of a source it rests on."""
    columns = ["indicator", "frequency", "source"]
    figures = pd.read_parquet(processed / observations.OBSERVATIONS, columns=columns).drop_duplicates()
    for indicator, frequency, name in figures.itertuples(index=False):
        yield pieces.figures(indicator, frequency), name
    for name in pd.read_parquet(processed / observations.BALLOTS, columns=["source"])["source"].unique():
        yield observations.BALLOTS, name
    for kind, held in _held(processed, observations.DOCUMENTS).items():
        yield pieces.document(kind), held["source"]
    for border in _held(processed, observations.BORDERS).values():
        yield observations.BORDERS, border["source"]
    if card := _held(processed, observations.CARD):
        yield observations.CARD, card["source"]


def _held(processed: Path, name: str) -> dict[str, Any]:
    return json.loads((processed / name).read_text(encoding="utf-8")) or {}
