"""A table as a publisher answered it: pages, code lists and what describes it, kept unchanged in one zip file."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import chain
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import union_categoricals

from .. import paths
from ..errors import DataError
from . import raw_files
from .raw_files import AGAIN
from .table_recognition import topic
from .text_columns import Texts

_PAGE = re.compile(r"(TypedDataSet|Observations)-[0-9]{2}-[0-9]{4}\.json")
_ASIDE = {"Id", "Measure", "ValueAttribute", "Value", "StringValue"}
_ABOUT = "DataProperties.json"
NEXT = ("odata.nextLink", "@odata.nextLink")


class Damaged(Exception):
    """An answer that is not what was asked for; in Dutch, to come after 'de uitgever'."""


@dataclass(frozen=True)
class AnswerPage:
    """One answer: its records, with every number as the text it is, and the address of the next page."""

    records: list[dict[str, Any]]
    next: str | None = None


def page(content: bytes) -> AnswerPage:
    """What an answer says.

    Raises
    ------
    Damaged
        When it is a web page, was cut off, or is no list of records.
    """
    if content.lstrip()[:1] == b"<":
        raise Damaged("geeft een webpagina in plaats van cijfers")
    try:
        found = decoded(content)
    except (ValueError, RecursionError):
        raise Damaged("geeft een antwoord dat is afgekapt of beschadigd") from None
    if isinstance(found, dict) and "Modified" in found:  # OData 4 describes a table on its own
        return AnswerPage([found])
    records = found.get("value") if isinstance(found, dict) else None
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise Damaged("geeft een antwoord zonder de lijst 'value'")
    following = next((found[name] for name in NEXT if found.get(name) is not None), None)
    if not isinstance(following, str | None):
        raise Damaged("noemt een volgende bladzijde die geen adres is")
    return AnswerPage(records, following)


def decoded(content: str | bytes) -> Any:
    """JSON with every number as the text it is.

    Raises
    ------
    Damaged
        When a record has a field twice: JSON then keeps the last, and the other would be lost.
    json.JSONDecodeError
        When it is no JSON.
    """
    return json.loads(content, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise Damaged(f"noemt '{next(name for name in names if names.count(name) > 1)}' twee keer in één regel")
    return fields


def holds(names: list[str]) -> bool:
    """Whether a zip file with these members is such a table."""
    return any(map(_PAGE.fullmatch, names))


def peek(path: Path) -> list[list[str]]:
    """The names of the columns and the first record, as a reader recognises a table by."""
    first = _table(path, next(([name] for name in _pages(path) if _page(path, name).records), []))
    return [[str(name) for name in first.columns], [str(value) for value in first.iloc[0]]]


def rows(path: Path) -> pd.DataFrame:
    """Every record as a row of text, below a row with the names of the columns, which are numbered themselves."""
    frame = _table(path, _pages(path))
    headed = {place: _below(name, frame[name].array) for place, name in enumerate(frame.columns)}
    return pd.DataFrame(headed, index=[0] * (len(frame) + 1))


def _below(name: str, column: pd.Categorical) -> pd.Categorical:
    head = pd.Categorical([name], pd.Index([name], dtype=column.categories.dtype))
    return union_categoricals([head, column])


def codes(path: Path, dimension: str) -> list[dict[str, Any]]:
    """The code list of a dimension, empty where there is none."""
    there = raw_files.members(path)
    name = next((name for name in (f"{dimension}.json", f"{dimension}Codes.json") if name in there), None)
    return [{"Key": one.get("Identifier"), **one} for one in _records(path, [name])] if name else []


def _pages(path: Path) -> list[str]:
    """The names of the pages."""
    return sorted(filter(_PAGE.fullmatch, raw_files.members(path)))


def _records(path: Path, names: list[str]) -> list[dict[str, Any]]:
    return [record for name in names for record in _page(path, name).records]


def _page(path: Path, name: str) -> AnswerPage:
    try:
        return page(raw_files.content(path, name))
    except Damaged as error:
        raise DataError(f"{paths.shown(path)} › {name}", f"de uitgever {error}.", AGAIN) from None


def _table(path: Path, names: list[str]) -> pd.DataFrame:
    """The records of some pages, read one page after another: all of them at once would fill the memory."""
    columns: dict[str, Texts] = {}
    number = 0
    last = {name.rpartition("-")[0]: name for name in _pages(path)}.values()
    for name in names:
        answer = _page(path, name)
        if answer.next and name in last:
            problem = "hierna hoort nog een bladzijde te komen; de tabel is niet compleet."
            raise DataError(f"{paths.shown(path)} › {name}", problem, AGAIN)
        records = answer.records
        for key in dict.fromkeys(chain.from_iterable(records)):
            columns.setdefault(key, Texts(_text)).add([None] * (number - len(columns.get(key, ()))))
        try:
            for key, texts in columns.items():
                texts.add([record.get(key) for record in records])
        except TypeError:  # a list in the place of a figure
            raise DataError(f"{paths.shown(path)} › {name}", "de vorm van dit antwoord is onbekend.", AGAIN) from None
        number += len(records)
    if not number:
        raise DataError(paths.shown(path), "er staan geen cijfers in.", AGAIN)
    frame = pd.DataFrame({key: texts.column for key, texts in columns.items()})
    return _wide(frame, codes(path, "Measure"), path) if "Measure" in frame else frame.rename(columns=_headed(path))


def _text(value: Any) -> str:
    """A value as text; nothing where there is none."""
    return "" if value is None or (isinstance(value, float) and isnan(value)) else str(value)


def _headed(path: Path) -> dict[str, str]:
    """The topics of OData 3 by the headings they stand under, as a list of StatLine writes them."""
    about = _records(path, [_ABOUT] if _ABOUT in raw_files.members(path) else [])
    known = {one["ID"]: one for one in about if "ID" in one}
    topics = [one for one in about if _field(one, "Type", path, _ABOUT) == "Topic"]
    keys = [(one, _field(one, "Key", path, _ABOUT)) for one in topics]
    return {key: "/".join([*_above(one, known, path), key]) for one, key in keys}


def _field(record: dict[str, Any], name: str, path: Path, member: str) -> str:
    """A field that must be there; a list that lacks it does not describe this table."""
    if not isinstance(value := record.get(name), str):
        raise DataError(f"{paths.shown(path)} › {member}", f"in deze lijst ontbreekt '{name}'.", AGAIN)
    return value


def _above(one: dict[str, Any], known: dict[str, dict[str, Any]], path: Path) -> list[str]:
    """The headings above a topic, the widest first."""
    above = known.get(str(one.get("ParentID")))
    if above is None:
        return []
    others = {id: other for id, other in known.items() if other is not above}  # headings in a circle come to an end
    return [*_above(above, others, path), _field(above, "Title", path, _ABOUT)]


def _wide(frame: pd.DataFrame, measures: list[dict[str, Any]], path: Path) -> pd.DataFrame:
    """In OData 4 every figure is a record; a column for each measure is what a data set looks like otherwise."""
    fields = [[_field(one, name, path, "MeasureCodes.json") for name in ("Key", "Title")] for one in measures]
    titles = {key: f"{topic(title)}_{number}" for number, (key, title) in enumerate(fields, start=1)}
    keys = [name for name in frame.columns if name not in _ASIDE]
    if unknown := set(frame["Measure"]) - titles.keys():
        raise DataError(paths.shown(path), f"het onderwerp {min(unknown)} staat niet in de codelijst.", AGAIN)
    if frame.duplicated([*keys, "Measure"]).any():
        raise DataError(paths.shown(path), "een cijfer staat er twee keer in.", AGAIN)
    named = frame.astype("str").assign(Measure=frame["Measure"].map(titles))
    return named.pivot(index=keys, columns="Measure", values="Value").reset_index().fillna("").astype("category")
