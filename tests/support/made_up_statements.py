"""Statements of a made-up policy document, with figures to test them against. All figures are made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

import made_up_exports
from analysis.definitions import regions
from analysis.ingest.pipeline import ingest
from analysis.policy.judging import Judgements, judge
from analysis.store.results import Missing
from made_up_series import country

HOME, BURGLARY = "GM1969", "1.1.1"
PLAN = {
    "municipality": HOME, "year": 2024, "title": "Plan", "total": 0.3, "capacity": 4, "external": 0.6,
    "themes": {"a": ["A", "prioriteit"], "b": ["B", "prioriteit"]},
    "measures": {
        "x": {"action": "X", "theme": "a", "costs": 5000, "source": "UVP:1"},
        "y": {"action": "Y", "theme": "b", "source": "UVP:2"},
        "z": {"action": "Z", "theme": "b", "costs": 100, "source": "UVP:2"},
    },
    "budget": [{"theme": "a", "amount": 0.1, "source": "UVP:3"}, {"theme": "b", "amount": 0.2, "source": "UVP:4"}],
    "hours": [{"theme": "a", "regular": 3.2, "source": "UVP:5"}, {"theme": "b", "priority": 0.8, "source": "UVP:5"}],
}  # fmt: skip
FACTS = {
    "municipality": HOME,
    "facts": {
        "jaren": {"source": "wet", "number": 4},
        "dag": {"source": "besluit", "on": "2020-03-01"},
        "namen": {"source": "UVP:9", "items": ["Rood", "Blauw"]},
    },
}
Fields = dict[str, Any]


def grid(counts: Mapping[int, int | None], code: str = BURGLARY, region: str = HOME) -> made_up_exports.Grid:
    """Return counts of years and of their months, which hardly vary."""
    years = {(code, region, f"{year}JJ00"): count for year, count in counts.items()}
    months = {
        (code, region, f"{year}MM{month + 1:02}"): count // 12 + (month < count % 12)
        for year, count in counts.items()
        if count is not None
        for month in range(12)
    }
    return years | months


def everywhere(code: str = BURGLARY, years: Sequence[int] = range(2002, 2023)) -> made_up_exports.Grid:
    """Return 60 other municipalities with 5 to 400 registrations a year, in which nothing changed.

    Their variance is three times their mean, so that some 60 to 145 is ordinary after years of 100.
    """
    counts = country(years).head(60).astype(int)
    names = [region for region in regions.current_municipalities() if region != HOME][: len(counts)]
    return {
        (code, region, f"{year}JJ00"): int(count)
        for region, (_, row) in zip(names, counts.iterrows(), strict=True)
        for year, count in row.items()
    }


def statement(*tests: Fields, **fields: Any) -> Fields:
    """Return a statement with these tests."""
    words = {"document": "IVB", "line": 1, "section": "h1", "quote": "Een zin.", "claim": "Een bewering."}
    return {**words, "group": "woon", "tests": list(tests), **fields}


def document(statements: Mapping[str, Fields], **fields: Any) -> Fields:
    """Return the content of ``statements.yml``."""
    whole = {"municipality": HOME, "documents": {"IVB": "Het beleid"}, "key_messages": [], **fields}
    return {**whole, "statements": statements}


def change(direction: str, first: int = 2019, last: int = 2022, **fields: Any) -> Fields:
    """Return a test of a claimed change between two years."""
    years = {"first": first, "last": last}
    return {"kind": "change", "indicator": "woninginbraak", **years, "direction": direction, **fields}


def level(value: float, year: int = 2019, compare: str = "=", indicator: str = "woninginbraak") -> Fields:
    """Return a test of a claimed figure of one year."""
    return {"kind": "level", "indicator": indicator, "year": year, "value": value, "compare": compare}


def target(year: int, base: int | None = 2018, **fields: Any) -> Fields:
    """Return a test of a goal; with ``met``, of what a document says of its outcome."""
    goal = {"kind": "target", "indicator": "woninginbraak", "year": year, "base": base, "compare": "<"}
    return {**goal, **fields}


def extreme(year: int, kind: str = "lowest") -> Fields:
    """Return a test of a year that is claimed to be the lowest or highest of four."""
    return {"kind": "extreme", "indicator": "woninginbraak", "first": 2013, "last": 2016, "year": year, "extreme": kind}


def added(of: str, theme: str | None, total: float) -> Fields:
    """Return a test of a claimed sum of amounts in the plan."""
    return {"kind": "sum", "of": of, "theme": theme, "total": total}


def judged(
    folder: Path,
    asked: Mapping[str, Fields],
    figures: made_up_exports.Grid,
    delivery: Sequence[str] = (),
    **documents: Any,
) -> Judgements | Missing:
    """Judge statements against a tiny export, lines of a delivery and documents, which are written in ``folder``."""
    raw = folder / "raw"
    made_up_exports.typed(raw / "politie" / "a.csv", figures)
    (raw / "beleid").mkdir(exist_ok=True)
    if delivery:
        (raw / "levering.csv").write_text("\n".join([made_up_exports.DELIVERY, *delivery, ""]), encoding="utf-8")
    for kind, content in {"statements": document(asked), **documents}.items():
        (raw / "beleid" / f"{kind}.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    ingest(raw, folder / "processed")
    return judge(HOME, folder / "processed")
