"""An attacker who tries to compute hidden counts from everything that is published, independently of our own code.

The attacker puts every possible figure in one grid, writes down every sum that should hold in it, and solves a linear
programme for the smallest and largest value of each hidden figure.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from itertools import product
from math import ceil, floor
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from analysis import disclosure
from analysis.definitions import catalogue, regions
from analysis.definitions.periods import MONTHS
from analysis.ingest.pipeline import ingest
from analysis.store.raw_sources import Source
from analysis.store.results import MIME

Cell = tuple[str, str, str, pd.Timestamp]  # indicator, region, frequency, start
Level = tuple[str, str, str]  # indicator, kind of region, frequency
LENGTH = {"M": 1, "Q": 3, "H": 6, "Y": 12}
PLENTY = 10_000


def limit(region: str, frequency: str) -> int:
    """Return from which count on a figure is published: this rule is public."""
    return 5 if frequency == "Y" and not region.startswith(("WK", "BU")) else 10


@dataclass(frozen=True)
class Secret:
    """A count that must be nowhere in a report; ``when`` is its period as an ISO string, as long as it is exact."""

    label: str
    region: str
    when: str
    value: int

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Pattern of the period and the number close to each other."""
        year, month, day = (*self.when.split("-"), "", "")[:3]
        named = f"{MONTHS[int(month) - 1]} {year}" if month else year
        named = f"{int(day)} {named}" if day else named
        alone = "".join(rf"(?<!{name} )" for name in MONTHS) if not month else ""
        moment = rf"{alone}(?<![\d-])(?:{named}|{self.when})(?!\d|[-H]\d)"
        number = rf"(?<![\d.,<]){self.value}(?![\d.,]*\d|\s?%)"
        return re.compile(rf"{number}\D{{0,60}}{moment}|{moment}\D{{0,60}}{number}")


def before_and_after(raw: Path, processed: Path) -> tuple[pd.DataFrame, pd.DataFrame, list[Source]]:
    """Ingest a folder; its observations before and after protection, and its files."""
    seen: list[pd.DataFrame] = []
    files: list[Source] = []
    real = disclosure.protect

    def watched(frame: pd.DataFrame, sources: Iterable[Source], **secrecy: Any) -> disclosure.Protected:
        files.extend(sources)
        safe = real(frame, files, **secrecy)
        seen.extend([frame, safe.observations])
        return safe

    with mock.patch.object(disclosure, "protect", watched):
        ingest(raw, processed)
    return seen[0], seen[1], files


def secrets(truth: pd.DataFrame, published: pd.DataFrame) -> list[Secret]:
    """Counts by year, month or day that were there before protection and are hidden after it."""
    exact = {"Y": "%Y", "M": "%Y-%m", "D": "%Y-%m-%d"}
    gone = truth[truth["value"].notna() & published["value"].isna() & truth["frequency"].isin(list(exact))]
    return [
        Secret(
            catalogue.indicator(row["indicator"]).label,
            row["region"],
            row["period"].strftime(exact[row["frequency"]]),
            int(row["value"]),
        )
        for row in gone.to_dict("records")
    ]


def leaks(report: Path, hidden: Iterable[Secret]) -> list[str]:
    """Return where a report discloses a hidden count: in its pages, tables, executed notebooks or list of numbers.

    A row or sentence discloses it when it names the subject, the region (unless the report is about it) and, close to
    each other, the period and the number.
    """
    about: defaultdict[tuple[str, str], list[Secret]] = defaultdict(list)
    for secret in hidden:
        about[secret.label.lower(), secret.region].append(secret)
    leaking = []
    for path in sorted(path for path in report.rglob("*") if path.suffix in (".html", ".ipynb", ".json", ".csv")):
        for piece in _texts(path):
            subject = piece.lower()
            for (label, region), secrets in about.items():
                is_about_region = region == report.parent.name or region in piece or regions.name(region) in piece
                if label in subject and is_about_region:
                    leaking += [f"{path.name}: {piece}" for secret in secrets if secret.pattern.search(piece)]
    return leaking


def _texts(path: Path) -> Iterator[str]:
    """Yield the sentences, rows and numbers of a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        yield from _pieces(text)
    elif path.suffix == ".csv":
        head, *lines = text.splitlines() or [""]
        yield from (f"{path.stem} {head} {line.replace(',', ' ; ')}" for line in lines)
    elif path.suffix == ".ipynb":
        outputs = [output for cell in json.loads(text)["cells"] for output in cell.get("outputs", [])]
        for output in outputs:  # text/plain is how an object writes itself: it has no sentences and no rows
            held = output.get("data", {})
            yield from _pieces("".join(held.get("text/html", [])))
            yield from _numbers(held.get(MIME, []))
    elif isinstance(content := json.loads(text), list):
        yield from _numbers(content)


def _numbers(records: Iterable[dict]) -> Iterator[str]:
    for record in records:
        for name in ("value", "lower", "upper"):
            if isinstance(record[name], int | float):
                yield f"{record['label']} {record['region']} {record['period']}: {record[name]:g}"


class _Pieces(HTMLParser):
    """Parser that collects sentences, texts of charts, and cells of tables with caption, row and column."""

    ENDS = ("tr", "p", "li", "title", "desc", "figcaption", "caption", "text", "summary", "dd", "h1", "h2", "h3", "h4")

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.words: list[str] = []
        self.caption = ""
        self.columns: list[str] = []
        self.cells: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self.cells.append(self._said())
        elif tag == "tr":
            row, head = " ".join(self.cells), self.cells[0] if self.cells else ""
            self.pieces.append(f"{self.caption} | {' '.join(self.columns)} | {row}")
            cells = zip(self.columns[1:], self.cells[1:], strict=False)
            self.pieces += [f"{self.caption} | {head}, {column}: {cell}" for column, cell in cells]
            self.columns, self.cells = self.columns or self.cells, []
        elif tag == "table":
            self.caption, self.columns = "", []
        elif tag in self.ENDS:
            text = self._said()
            self.caption = text if tag == "caption" else self.caption
            self.pieces.append(text)

    def _said(self) -> str:
        text, self.words = " ".join(" ".join(self.words).split()), []
        return text


def _pieces(text: str) -> list[str]:
    parser = _Pieces()
    parser.feed(f"{text}<p></p>")
    return parser.pieces


def attack(
    published: pd.DataFrame, delivered: Iterable[str] = (), revised: int = 0, levels: Iterable[Level] = ()
) -> dict[Cell, tuple[int, int]]:
    """Return the range of every hidden figure, assuming that all sums hold.

    Parameters
    ----------
    published : DataFrame
        Observations after protection.
    delivered : iterable of str
        Sources that are not public: a figure hidden there to protect another one is not small itself.
    revised : int
        Known difference between totals and the sum of their parts.
    levels : iterable of Level
        Levels that are hidden completely, as the report says: a figure there may be small without a published bound.
    """
    together = set(levels)
    cells = {_cell(row): row for row in published.to_dict("records")}
    exact = {cell: row["value"] for cell, row in cells.items() if not np.isnan(row["value"])}
    hidden = {cell: row for cell, row in cells.items() if row["status"] == "suppressed"}
    grid = _grid(cells)
    column = {cell: number for number, cell in enumerate(grid)}
    equal, at_most = list(_equations(set(grid))), []
    matrix, right = np.zeros((len(equal), len(grid))), np.full(len(equal), -float(revised))
    for row, (whole, parts, complete) in enumerate(equal):
        matrix[row, [column[part] for part in parts]] = 1
        matrix[row, column[whole]] = -1
        if not complete:
            at_most.append(row)
    closed = np.setdiff1d(np.arange(len(equal)), at_most)
    bounds = [(0.0, float(PLENTY))] * len(grid)
    for cell, value in exact.items():
        bounds[column[cell]] = (value, value)
    for cell, row in hidden.items():
        alone = row["source"] in set(delivered) and (cell[0], cell[1][:2], cell[2]) not in together
        least = limit(cell[1], cell[2]) if alone else 0
        bounds[column[cell]] = (least, PLENTY) if np.isnan(row["upper"]) else (row["lower"], row["upper"])

    def extreme(cell: Cell, sign: int) -> float:
        goal = np.zeros(len(grid))
        goal[column[cell]] = sign
        sums = {"A_eq": matrix[closed], "b_eq": right[closed], "A_ub": matrix[at_most], "b_ub": right[at_most]}
        answer = linprog(goal, **sums, bounds=bounds)
        return sign * answer.fun if answer.success else sign * -np.inf

    ranges = {}
    for cell in hidden:
        low, high = extreme(cell, 1), extreme(cell, -1)
        if np.isfinite([low, high]).all():
            ranges[cell] = ceil(low - 1e-6), floor(high + 1e-6)
    return ranges


def learnt(
    published: pd.DataFrame,
    truth: pd.DataFrame,
    delivered: Iterable[str],
    values: int = 3,
    revised: int = 0,
    levels: Iterable[Level] = (),
) -> dict[Cell, tuple[int, int]]:
    """Return hidden figures with fewer than ``values`` possible values, including the true one.

    All sources are attacked together, and each of them separately.
    """
    true_values = {_cell(row): row["value"] for row in truth.to_dict("records")}
    sources = sorted(set(published["source"].astype(str)))
    disclosed: dict[Cell, tuple[int, int]] = {}
    for chosen in [sources] + [[source] for source in sources if len(sources) > 1]:
        part = published[published["source"].isin(chosen)].drop_duplicates(
            ["indicator", "region", "period", "frequency"]
        )
        for cell, (low, high) in attack(part, delivered, revised, levels).items():
            if low <= true_values[cell] <= high and high - low + 1 < values:
                disclosed[cell] = low, high
    return disclosed


def _cell(row: dict) -> Cell:
    return str(row["indicator"]), str(row["region"]), str(row["frequency"]), pd.Timestamp(row["period"])


def _grid(cells: Iterable[Cell]) -> list[Cell]:
    """Return every combination of indicator, region and period that occurs anywhere."""
    kinds = sorted({cell[0] for cell in cells})
    places = sorted({cell[1] for cell in cells})
    moments = sorted({cell[2:] for cell in cells})
    return [(kind, place, *moment) for kind, place, moment in product(kinds, places, moments)]


def _equations(grid: set[Cell]) -> Iterator[tuple[Cell, list[Cell], bool]]:
    for whole in sorted(grid):
        kind, region, frequency, start = whole
        for finer, months in LENGTH.items():
            if months < LENGTH.get(frequency, 0):
                end = start + pd.DateOffset(months=LENGTH[frequency])
                parts = [c for c in grid if c[:3] == (kind, region, finer) and start <= c[3] < end]
                yield from _equation(whole, parts, len(parts) == LENGTH[frequency] // months)
        if frequency == "Y":
            night = (pd.Timestamp(start.year, 12, 31), pd.Timestamp(start.year + 1, 1, 1))
            days = [c for c in grid if c[:3] == (kind, region, "D") and c[3] in night]
            yield from _equation(whole, days, len(days) == len(night))
        same = [c for c in grid if c[0] == kind and c[2:] == whole[2:]]
        for children in _children(region, start.year):
            parts = [c for c in same if re.fullmatch(children, c[1])]
            whole_list = not region.startswith("PV") or len(parts) == len(children.split("|"))
            yield from _equation(whole, parts, whole_list)
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
    if region == "RE01":
        return ["PV20|PV21|PV22"]
    if region.startswith("PV"):
        today = regions.regions().province_of[region]
        territories = [regions.territory(code, year) for code in today]
        return [
            "|".join(today),
            "|".join(
                dict.fromkeys(code for territory in territories for code in (*territory.wholes, *territory.parts))
            ),
        ]
    if region == regions.NEDERLAND:
        return ["PV..", "GM...."]
    if region.startswith("GM"):
        made_of = regions.territory(region, year).wholes
        return [f"WK{region[2:]}.*", *(["|".join(made_of)] if region not in made_of else [])]
    return []
