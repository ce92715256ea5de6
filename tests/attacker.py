"""Someone who wants to know a hidden count, and has everything that is published. Knows nothing of our own code.

The attacker lays out every figure there could be in one grid, writes down every sum that should hold in it, and asks a
linear programme for the smallest and largest value of each hidden figure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from itertools import product
from math import ceil, floor
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from analysis import catalogue, disclosure, regions
from analysis.observations import Source
from analysis.sources.ingest import ingest

Cell = tuple[str, str, str, pd.Timestamp]  # indicator, region, frequency, start
LENGTH = {"M": 1, "Q": 3, "H": 6, "Y": 12}
PLENTY = 10_000


def limit(region: str, frequency: str) -> int:
    """The rule is public."""
    return 5 if frequency == "Y" and not region.startswith(("WK", "BU")) else 10


@dataclass(frozen=True)
class Secret:
    """A count that must be nowhere in a report."""

    label: str
    region: str
    year: int
    value: int


def before_and_after(raw: Path, processed: Path) -> tuple[pd.DataFrame, pd.DataFrame, list[Source]]:
    """Ingest a folder; its observations before and after protection, and its files."""
    seen: list[pd.DataFrame] = []
    files: list[Source] = []
    real = disclosure.protect

    def watched(frame: pd.DataFrame, sources: Iterable[Source]) -> pd.DataFrame:
        files.extend(sources)
        seen.extend([frame, real(frame, files)])
        return seen[1]

    with mock.patch.object(disclosure, "protect", watched):
        ingest(raw, processed)
    return seen[0], seen[1], files


def secrets(truth: pd.DataFrame, published: pd.DataFrame) -> list[Secret]:
    """Yearly counts that were there before protection and are hidden after it."""
    gone = truth[truth["value"].notna() & published["value"].isna() & (truth["frequency"] == "Y")]
    return [
        Secret(catalogue.indicator(row["indicator"]).label, row["region"], row["period"].year, int(row["value"]))
        for row in gone.to_dict("records")
    ]


def leaks(report: Path, hidden: Iterable[Secret]) -> list[str]:
    """Where a made report tells a hidden count: its pages, tables, executed notebooks and record of numbers."""
    known = list(hidden)
    found = []
    for path in sorted(path for path in report.rglob("*") if path.suffix in (".html", ".ipynb", ".json", ".csv")):
        for secret in known:
            found += [f"{path.name}: {told}" for told in _told(path) if _gives_away(told, secret)]
    return found


def _gives_away(told: str, secret: Secret) -> bool:
    """One row or sentence with the subject, the place and, close to each other, the year and the number."""
    about = secret.label.lower() in told.lower()
    where = regions.name(secret.region) in told or secret.region in told
    number, year = rf"(?<![\d.,<]){secret.value}(?![\d.,]*\d|\s?%)", rf"(?<!\d){secret.year}(?!\d)"
    near = rf"{number}\D{{0,40}}{year}|{year}\D{{0,40}}{number}"
    return about and where and re.search(near, told) is not None


@cache
def _told(path: Path) -> tuple[str, ...]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return tuple(_pieces(text))
    if path.suffix == ".csv":
        head, *lines = text.splitlines() or [""]
        return tuple(f"{path.stem} {head} {line.replace(',', ' ; ')}" for line in lines)
    content = json.loads(text)
    if path.suffix == ".ipynb":
        outputs = [output for cell in content["cells"] for output in cell.get("outputs", [])]
        parts = [part for output in outputs for part in output.get("data", {}).values()]
        return tuple(piece for part in parts for piece in _pieces(part if isinstance(part, str) else json.dumps(part)))
    records = content if isinstance(content, list) else [content]
    return tuple(
        f"{one.get('label')} {one.get('region')} {one.get('period')}: {one.get(name):g}"
        for one in records
        for name in ("value", "baseline", "lower", "upper")
        if isinstance(one.get(name), int | float)
    )


class _Pieces(HTMLParser):
    """Rows of tables with their caption and head, sentences, and the texts of charts."""

    ENDS = ("tr", "p", "li", "title", "desc", "figcaption", "caption", "text", "summary", "h1", "h2", "h3")

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.words: list[str] = []
        self.caption = ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.ENDS:
            said = " ".join(" ".join(self.words).split())
            self.words = []
            self.caption = said if tag == "caption" else self.caption
            self.pieces.append(f"{self.caption} | {said}" if tag == "tr" else said)
        elif tag == "thead":
            self.caption = self.pieces[-1]
        elif tag == "table":
            self.caption = ""


def _pieces(text: str) -> list[str]:
    parser = _Pieces()
    parser.feed(f"{text}<p></p>")
    return [*parser.pieces, " ".join(parser.words)]


def attack(published: pd.DataFrame, delivered: Iterable[str] = ()) -> dict[Cell, tuple[int, int]]:
    """Where every hidden figure lies, in the eyes of someone who assumes that all sums hold.

    Parameters
    ----------
    published : DataFrame
        Observations after protection.
    delivered : iterable of str
        Sources that are not public: what is hidden there to protect another figure is not small itself.
    """
    cells = {_cell(row): row for row in published.to_dict("records")}
    known = {cell: row["value"] for cell, row in cells.items() if not np.isnan(row["value"])}
    hidden = {cell: row for cell, row in cells.items() if row["status"] == "suppressed"}
    grid = _grid(cells)
    place = {cell: number for number, cell in enumerate(grid)}
    equal, at_most = list(_equations(set(grid))), []
    matrix, right = np.zeros((len(equal), len(grid))), np.zeros(len(equal))
    for row, (whole, parts, complete) in enumerate(equal):
        matrix[row, [place[part] for part in parts]] = 1
        matrix[row, place[whole]] = -1
        if not complete:
            at_most.append(row)
    closed = np.setdiff1d(np.arange(len(equal)), at_most)
    bounds = [(0.0, float(PLENTY))] * len(grid)
    for cell, value in known.items():
        bounds[place[cell]] = (value, value)
    for cell, row in hidden.items():
        least = limit(cell[1], cell[2]) if row["source"] in set(delivered) else 0
        bounds[place[cell]] = (least, PLENTY) if np.isnan(row["upper"]) else (row["lower"], row["upper"])

    def extreme(cell: Cell, sign: int) -> float:
        goal = np.zeros(len(grid))
        goal[place[cell]] = sign
        sums = {"A_eq": matrix[closed], "b_eq": right[closed], "A_ub": matrix[at_most], "b_ub": right[at_most]}
        answer = linprog(goal, **sums, bounds=bounds)
        return sign * answer.fun if answer.success else sign * -np.inf

    found = {}
    for cell in hidden:
        low, high = extreme(cell, 1), extreme(cell, -1)
        if np.isfinite([low, high]).all():
            found[cell] = ceil(low - 1e-6), floor(high + 1e-6)
    return found


def learnt(
    published: pd.DataFrame, truth: pd.DataFrame, delivered: Iterable[str], values: int = 3
) -> dict[Cell, tuple[int, int]]:
    """Hidden figures of which fewer than so many values remain, the true one among them; edition by edition too."""
    told = {_cell(row): row["value"] for row in truth.to_dict("records")}
    sources = sorted(set(published["source"].astype(str)))
    found: dict[Cell, tuple[int, int]] = {}
    for chosen in [sources] + [[one] for one in sources if len(sources) > 1]:
        part = published[published["source"].isin(chosen)].drop_duplicates(
            ["indicator", "region", "period", "frequency"]
        )
        for cell, (low, high) in attack(part, delivered).items():
            if low <= told[cell] <= high and high - low + 1 < values:
                found[cell] = low, high
    return found


def _cell(row: dict) -> Cell:
    return str(row["indicator"]), str(row["region"]), str(row["frequency"]), pd.Timestamp(row["period"])


def _grid(cells: Iterable[Cell]) -> list[Cell]:
    """Every kind in every region over every period that occurs anywhere."""
    kinds = sorted({cell[0] for cell in cells})
    places = sorted({cell[1] for cell in cells})
    moments = sorted({cell[2:] for cell in cells})
    return [(kind, place, *moment) for kind, place, moment in product(kinds, places, moments)]


def _equations(grid: set[Cell]) -> Iterator[tuple[Cell, list[Cell], bool]]:
    for whole in sorted(grid):
        kind, region, frequency, start = whole
        for finer, months in LENGTH.items():
            if months < LENGTH[frequency]:
                end = start + pd.DateOffset(months=LENGTH[frequency])
                parts = [c for c in grid if c[:3] == (kind, region, finer) and start <= c[3] < end]
                yield from _equation(whole, parts, len(parts) == LENGTH[frequency] // months)
        same = [c for c in grid if c[0] == kind and c[2:] == whole[2:]]
        for children in _children(region, start.year):
            yield from _equation(whole, [c for c in same if re.fullmatch(children, c[1])], True)
        definition = catalogue.indicator(kind)
        inside = [*(catalogue.kinds(definition.total_of) if definition.total_of else ()), *definition.parts]
        parts = [c for c in grid if c[0] in inside and c[1:] == whole[1:]]
        yield from _equation(whole, parts, True)


def _equation(whole: Cell, parts: list[Cell], complete: bool) -> Iterator[tuple[Cell, list[Cell], bool]]:
    if parts:
        yield whole, sorted(parts), complete


def _children(region: str, year: int) -> list[str]:
    if region.startswith("WK"):
        return [f"BU{region[2:]}.*"]
    if region.startswith("PV"):
        return ["|".join(regions.regions().province_of[region])]
    if region == regions.NEDERLAND:
        return ["PV..", "GM...."]
    if region.startswith("GM"):
        made_of = regions.territory(region, year).wholes
        return [f"WK{region[2:]}.*", *(["|".join(made_of)] if made_of != (region,) else [])]
    return []
