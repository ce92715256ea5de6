"""Drafts of the YAML documents from the text of a document: a start that a person reviews.

Statements and goals are the sentences with something to check, with a guess at their test; measures, budget and hours
come from tables. What is not known is marked as still to review, so that no draft passes as a finished document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import yaml

from .. import paths
from ..definitions import catalogue
from ..definitions.catalogue import Definition
from ..definitions.regions import NEDERLAND
from . import coverage
from .coverage import Sentence, Words
from .statements import Compare
from .texts import Place, PolicyText, TextSpan

_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_AMOUNT = re.compile(r"(?:€\s*)?(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?:-|\d{2}))?(?:\s*euro)?", re.IGNORECASE)
_MONEY = re.compile(r"€\s*\d|\d{1,3}(?:\.\d{3})+(?:,-|,\d{2})?|\d,-")
_HOURS = re.compile(r"(\d+(?:,\d+)?)(?:\s*fte)?", re.IGNORECASE)
_DASHES, _NONE, _EMPTY = ("-", "–", "—"), "geen", "niet ingevuld"
_TOTAL, _CONTINUES = "totaal", "structureel"
_PERCENT = re.compile(r"(\d+)\s*(?:%|procent)")
# The number of a bound, and no part of a hundred.
_BOUND_NUMBER = re.compile(r"\s+(?P<whole>(?>\d{1,3}(?:\.\d{3})+|\d+))(?>(?:,(?P<part>\d+))?)(?!\s*(?:%|procent))")
_RATE = re.compile(r"\bper\s+\d")
_TO = 100
_LEAST_CELLS, _LEAST_STEM = 2, 6
_VALUES = {"owners", "deadline", "costs", "hours"}  # kinds of columns that fill a field of a row by themselves
_WIDTH = 110  # characters in a line of YAML


class DraftRules(Definition):
    """The content of ``draft.yml``: how a draft looks, and the words behind its guesses."""

    to_review: str
    headers: dict[str, str]
    loose: str
    tests: dict[str, Words]
    quarter: str
    up: Words
    down: Words
    denied: Words
    ratios: dict[float, Words]
    bounds: dict[Compare, Words]
    columns: dict[str, Words]
    hours: Words
    full_time: Words
    one_partner: Words


@cache
def rules() -> DraftRules:
    """Return the rules in force."""
    return catalogue.read_yaml(paths.DEFINITIONS / "draft.yml", DraftRules)


class DraftRow(NamedTuple):
    """A row of a table: its cells by the kind of column, and where it is."""

    cells: dict[str, str]
    place: Place
    heading: str


class DraftTable(NamedTuple):
    """The rows of a table below a header that is recognised; ``columns`` are their kinds."""

    columns: tuple[str, ...]
    rows: tuple[DraftRow, ...]


def draft(text: PolicyText, file: str, municipality: str | None = None) -> dict[str, str]:
    """Return drafts of the YAML documents.

    Parameters
    ----------
    text : PolicyText
        The text of one document.
    file : str
        Name of its file.
    municipality : str, optional
        CBS code; to be filled in when it is not given.

    Returns
    -------
    dict of str to str
        The content of each file by kind: always statements and goals, and a plan when there are amounts or deadlines.
    """
    own = municipality or rules().to_review
    claims, goals = _sorted_sentences(text)
    goal_ids = {f"D{number:02}": sentence for number, sentence in enumerate(goals, 1)}
    claim_ids = {f"B{number:02}": sentence for number, sentence in enumerate(claims, 1)}
    statements = {id: _statement(text, sentence, goal=False) for id, sentence in claim_ids.items()}
    statements |= {id: _statement(text, sentence, goal=True) for id, sentence in goal_ids.items()}
    contents: dict[str, Any] = {
        "statements": {
            "municipality": own,
            "documents": {text.id: rules().to_review},
            "key_messages": [],
            "statements": statements,
        },
        "goals": {
            "municipality": own,
            "goals": {id: _goal(text, sentence, id) for id, sentence in goal_ids.items()},
        },
    }
    drafts = {kind: _dumped(kind, content, file) for kind, content in contents.items()}
    tables, loose = list(_tables(text)), list(_loose(text))
    if tables or loose:
        comment = "".join(f"#   {line}\n" for line in loose)
        below = f"\n# {rules().loose}:\n{comment}" if loose else ""
        drafts["plan"] = _dumped("plan", _plan(text, tables, own), file) + below
    return drafts


def _dumped(kind: str, content: Any, file: str) -> str:
    header = "".join(f"# {line}\n" for line in rules().headers[kind].format(file=file).splitlines())
    return header + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=_WIDTH)


def _sorted_sentences(text: PolicyText) -> tuple[list[Sentence], list[Sentence]]:
    """Return the sentences with a claim, and those with a goal; rows of tables are neither."""
    rows = [text.starts[number] for number in range(len(text.lines)) if len(_cells(text.lines[number])) >= _LEAST_CELLS]
    found = [
        sentence
        for sentence in coverage.sentences(text)
        if sentence.kinds and not any(sentence.span.start <= start < sentence.span.end for start in rows)
    ]
    return [item for item in found if not item.introduced], [item for item in found if item.introduced]


def _quote(text: PolicyText, span: TextSpan) -> str:
    """Return a sentence as a quote: without the sign of a list, and with single spaces."""
    return coverage.without_list_sign(" ".join(text.content[span.start : span.end].split()))


def _statement(text: PolicyText, sentence: Sentence, goal: bool) -> dict[str, Any]:
    place, quote = text.place(sentence.span), _quote(text, sentence.span)
    test = _goal_test(quote) if goal else _claim_test(quote)
    return {
        "document": text.id,
        "page" if place.paged else "line": place.first,
        "section": text.heading(sentence.span.start) or rules().to_review,
        "quote": quote,
        "claim": rules().to_review,
        "group": "doelen" if goal else rules().to_review,
        **({"role": "goal"} if goal else {}),
        "tests": [test],
    }


def _goal(text: PolicyText, sentence: Sentence, id: str) -> dict[str, Any]:
    quote = _quote(text, sentence.span)
    years = _years(quote)
    return {
        "text": quote,
        "source": str(text.place(sentence.span)),
        "theme": rules().to_review,
        "period": rules().to_review,
        "year": max(years) if years else rules().to_review,
        "statement": id,
        "measurable": rules().to_review,
    }


def _years(text: str) -> list[int]:
    return [int(year) for year in _YEAR.findall(text)]


def _claim_test(quote: str) -> dict[str, Any]:
    """Guess the test of a claim: its kind from words, its indicator, years and direction where it names them."""
    unknown = rules().to_review
    kind = next((kind for kind, words in rules().tests.items() if words.expression.search(quote)), "process")
    indicator, years, up = indicator_of(quote) or unknown, sorted(set(_years(quote))), _goes_up(quote)
    first, last = (years[0], years[-1]) if len(years) > 1 else (unknown, years[0] if years else unknown)
    if kind == "extreme":
        extreme = {None: unknown, True: "highest", False: "lowest"}[up]
        return {"kind": kind, "indicator": indicator, "first": first, "last": last, "year": last, "extreme": extreme}
    if kind == "comparison":
        than = {None: unknown, True: "higher", False: "lower"}[up]
        return {"kind": kind, "indicator": indicator, "last": last, "than": than, "region": NEDERLAND}
    if kind == "change":
        direction = {None: unknown, True: "up", False: "down"}[up]
        percent = _PERCENT.search(quote)
        rounded = {"percent": int(percent[1])} if percent else {}
        return {"kind": kind, "indicator": indicator, "first": first, "last": last, "direction": direction} | rounded
    if kind == "ratio":
        year, of = (last, first) if len(years) > 1 else (unknown, unknown)
        ratio = unknown if rules().denied.expression.search(quote) else _ratio(quote)
        return {"kind": kind, "indicator": indicator, "year": year, "of": {"year": of}, "ratio": ratio}
    if kind == "sum":
        amount = _AMOUNT.search(quote[quote.find("€") :] if "€" in quote else quote)
        return {"kind": kind, "of": unknown, "total": _whole(amount) if amount else unknown}
    return {"kind": kind, "needs": unknown}


def _goal_test(quote: str) -> dict[str, Any]:
    """Guess the test of a goal: a figure in a year beside a number or an earlier year, or nothing to be counted."""
    unknown = rules().to_review
    indicator, years, bound = indicator_of(quote), sorted(set(_years(quote))), _bound(quote)
    process = {"kind": "process", "needs": unknown}
    if indicator is None or not years:
        return process
    goal = {"kind": "target", "indicator": indicator, "year": years[-1]}
    if bound and bound.value is not None:
        return goal | {"compare": bound.compare, "value": bound.value}
    rest = bound.rest if bound else quote
    ratio, percent, up = _ratio(rest), _PERCENT.search(rest), _goes_up(rest)
    if ratio is None and percent and up is not None:
        ratio = round(1 + (1 if up else -1) * int(percent[1]) / _TO, 2)
    base = years[0] if len(years) > 1 else unknown
    if ratio is not None and not rules().denied.expression.search(rest):
        turned = bound is not None and bound.compare == "<="  # at most 20 % less is at least 80 %
        return goal | {"compare": ">=" if (ratio > 1) != turned else "<=", "base": base, "factor": ratio}
    if bound:
        # A bound of the change itself, or a number in words or of something else, is for a person.
        against = {"base": base} if base != unknown and not percent else {"value": unknown}
        return goal | {"compare": bound.compare if up is None else unknown} | against
    return process if up is None else goal | {"compare": ">" if up else "<", "base": base}


def _ratio(quote: str) -> float | None:
    """Return how many times as many a sentence says there are."""
    return next((ratio for ratio, words in rules().ratios.items() if words.expression.search(quote)), None)


class DraftBound(NamedTuple):
    """What a goal is at least or at most; ``value`` is a number right behind it, ``rest`` the sentence without it."""

    compare: Compare
    value: float | str | None
    rest: str


def _bound(quote: str) -> DraftBound | None:
    """Return the bound in a sentence; a rate, or a number that may be a year, is still to review."""
    for compare, words in rules().bounds.items():
        if found := words.expression.search(quote):
            rest = quote[: found.start()] + quote[found.end() :]
            number = _BOUND_NUMBER.match(quote, found.end())
            if number is None:
                return DraftBound(compare, None, rest)
            value = float(number["whole"].replace(".", "") + "." + (number["part"] or "0"))
            plain = int(value) if value.is_integer() else value
            unclear = _RATE.search(quote) or _YEAR.fullmatch(number["whole"])
            return DraftBound(compare, rules().to_review if unclear else plain, rest)
    return None


def _goes_up(quote: str) -> bool | None:
    up, down = (bool(words.expression.search(quote)) for words in (rules().up, rules().down))
    return None if up == down or rules().denied.expression.search(quote) else up


@cache
def _stems() -> tuple[tuple[str, str], ...]:
    """Return the stem of each indicator's name with its id, longest first, so that the most exact name is taken."""
    stems = [(id.replace("_", " "), id) for id in catalogue.indicators()]
    for id, definition in catalogue.indicators().items():
        label = definition.label.split(" van ")[-1].split(" (")[0].lower()
        stems.append((re.sub(r"(?:en|s)$", "", label), id))
    return tuple(sorted((pair for pair in stems if len(pair[0]) >= _LEAST_STEM), key=lambda pair: -len(pair[0])))


def indicator_of(quote: str) -> str | None:
    """Return the indicator whose name stands in a sentence.

    Parameters
    ----------
    quote : str

    Returns
    -------
    str or None
        Its id; ``None`` when the sentence names none.

    Examples
    --------
    >>> indicator_of("Het aantal woninginbraken is gedaald."), indicator_of("Het gaat goed.")
    ('woninginbraak', None)
    """
    words = quote.lower()
    return next((id for stem, id in _stems() if stem in words), None)


def _cells(line: str) -> list[str]:
    """Return the cells of a row of a table; one for a line that is no row."""
    if "|" in line or "\t" in line.strip():
        return [cell.strip() for cell in re.split(r"\||\t", line)]
    return [cell.strip() for cell in re.split(r" {3,}", line.strip())]


def _tables(text: PolicyText) -> Iterator[DraftTable]:
    """Yield the tables with a header that is recognised."""
    columns: tuple[str, ...] = ()
    unsure: dict[str, str] = {}
    rows: list[DraftRow] = []
    for number, line in enumerate(text.lines):
        cells = _cells(line)
        is_row, opens = len(cells) >= _LEAST_CELLS, not columns or not text.lines[number - 1].strip()
        header = _columns(cells) if is_row and opens else ()
        if columns and (header or (line.strip() and not is_row)):
            yield DraftTable(columns, tuple(rows))
            columns, rows = (), []
        if header:
            columns, unsure = header, dict.fromkeys(_unsure(header, cells), rules().to_review)
        elif is_row and columns:
            start = text.starts[number]
            place, heading = text.place(TextSpan(start, start + len(line))), text.heading(start) or rules().to_review
            first_of_kind = dict(reversed(list(zip(columns, cells, strict=False))))
            rows.append(DraftRow(first_of_kind | unsure, place, heading))
    if columns:
        yield DraftTable(columns, tuple(rows))


def _columns(header: Sequence[str]) -> tuple[str, ...]:
    """Return the kind of each column; empty when none of them says what the table is about."""
    kinds = [
        next((kind for kind, words in rules().columns.items() if words.expression.search(cell)), "") for cell in header
    ]
    known = set(kinds)
    useful = known & {"costs", "deadline", "hours"} and known & {"action", "theme"}
    return tuple(kinds) if useful else ()


def _unsure(columns: Sequence[str], header: Sequence[str]) -> set[str]:
    """Return the kinds of which a person must say what the cells mean: of two columns, or perhaps hours a year."""
    repeated = {kind for kind, number in Counter(columns).items() if number > 1}
    hours = {
        kind
        for kind, cell in zip(columns, header, strict=True)
        if kind == "hours" and rules().hours.expression.search(cell) and not rules().full_time.expression.search(cell)
    }
    return (repeated | hours) & _VALUES


def _plan(text: PolicyText, tables: Sequence[DraftTable], municipality: str) -> dict[str, Any]:
    """Return a plan from tables: measures where there is a column of actions, else budget or hours by theme."""
    unknown = rules().to_review
    rows = [(table, row) for table in tables for row in table.rows if not _is_total(row)]
    measures = [row for table, row in rows if "action" in table.columns and row.cells.get("action")]
    themes = [(table, row) for table, row in rows if "action" not in table.columns and row.cells.get("theme")]
    names = {row.cells["theme"]: _key(row.cells["theme"]) for _, row in themes}
    budget = [
        {"theme": names[row.cells["theme"]], "amount": _cost(row.cells.get("costs", "")), "source": str(row.place)}
        for table, row in themes
        if "costs" in table.columns
    ]
    hours = [
        {
            "theme": names[row.cells["theme"]],
            "regular": _full_time(row.cells.get("hours", "")),
            **({"priority": unknown} if table.columns.count("hours") > 1 else {}),
            "source": str(row.place),
        }
        for table, row in themes
        if "hours" in table.columns
    ]
    return {
        "municipality": municipality,
        "year": unknown,
        "title": unknown,
        "themes": {key: [label, unknown] for label, key in names.items()},
        "measures": {f"M{number:02}": _measure(row, names) for number, row in enumerate(measures, 1)},
        "budget": budget,
        "hours": hours,
        "total": next((_cost(row.cells.get("costs", "")) for row in _totals(tables)), unknown),
        "capacity": unknown,
        "external": unknown,
    }


def _is_total(row: DraftRow) -> bool:
    return any(cell.lower().startswith(_TOTAL) for cell in row.cells.values())


def _totals(tables: Sequence[DraftTable]) -> list[DraftRow]:
    """Return the rows with a total, of budgets before those of measures."""
    found = [(table, row) for table in tables for row in table.rows if _is_total(row) and "costs" in table.columns]
    return [row for _, row in sorted(found, key=lambda pair: "action" in pair[0].columns)]


def _measure(row: DraftRow, themes: Mapping[str, str]) -> dict[str, Any]:
    cells = row.cells
    return {
        "action": cells["action"],
        "theme": themes.get(cells.get("theme", ""), rules().to_review),
        "owners": list(_partners(cells.get("owners", ""))),
        **({"deadline": _deadline(cells["deadline"])} if "deadline" in cells else {}),
        **({"costs": _cost(cells["costs"])} if "costs" in cells else {}),
        "source": str(row.place),
    }


def _partners(cell: str) -> Iterator[str]:
    """Yield the names in a cell; commas, semicolons and 'en' stand between them, but some names hold an 'en'."""
    names = [found.span() for found in rules().one_partner.expression.finditer(cell)]
    start = 0
    for between in re.finditer(r"[,;]| en |$", cell):
        if any(first <= between.start() < last for first, last in names):
            continue
        if name := cell[start : between.start()].strip():
            yield name
        start = between.end()


def _deadline(cell: str) -> str:
    """Return a deadline as the plan has it: a quarter, a year or ongoing."""
    if quarter := re.search(rules().quarter, cell):
        return f"Q{quarter['short'] or quarter['long']} {quarter['year'] or quarter['of']}"
    if _CONTINUES in cell.lower():
        return _CONTINUES
    return cell if re.fullmatch(r"20\d{2}", cell) else rules().to_review


def _cost(cell: str) -> float | str:
    """Return an amount in euros; a dash is no costs, and an empty cell is not filled in."""
    if cell in _DASHES:
        return _NONE
    amount = _AMOUNT.fullmatch(cell)
    return _whole(amount) if amount else rules().to_review if cell else _EMPTY


def _whole(amount: re.Match[str]) -> int:
    return int(amount["whole"].replace(".", ""))


def _full_time(cell: str) -> float | str:
    hours = _HOURS.fullmatch(cell)
    return float(hours[1].replace(",", ".")) if hours else rules().to_review


def _key(label: str) -> str:
    return re.sub(r"\W+", "_", label.lower()).strip("_")


def _loose(text: PolicyText) -> Iterator[str]:
    """Yield the amounts and deadlines in short lines that are no row of a table, each with its place."""
    for number, line in enumerate(text.lines):
        short = " ".join(line.split())
        is_row = len(_cells(line)) >= _LEAST_CELLS
        if (
            not is_row
            and len(short.split()) <= _LEAST_STEM
            and (_MONEY.search(short) or re.search(rules().quarter, short))
        ):
            yield f"{text.place(TextSpan(text.starts[number], text.starts[number] + len(line)))}: {short}"
