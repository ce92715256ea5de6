"""Tables downloaded by OData: the unchanged answers of a publisher (pages, code lists, description) in a zip file."""

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
    """An answer of a publisher that cannot be used; the message is Dutch, to follow 'de uitgever'."""


@dataclass(frozen=True)
class AnswerPage:
    """One page of an answer.

    Parameters
    ----------
    records : list of dict
        The records, with every number as text.
    next : str, optional
        Address of the next page.
    """

    records: list[dict[str, Any]]
    next: str | None = None


def parse_page(content: bytes) -> AnswerPage:
    """Parse the answer of a publisher.

    Parameters
    ----------
    content : bytes
        JSON of OData 3 or 4.

    Returns
    -------
    AnswerPage

    Raises
    ------
    Damaged
        When it is a web page, was cut off, or is not a list of records.

    Examples
    --------
    >>> parse_page(b'{"value": [{"Aantal": 3.50}]}').records
    [{'Aantal': '3.50'}]
    """
    if content.lstrip()[:1] == b"<":
        raise Damaged("geeft een webpagina in plaats van cijfers")
    try:
        answer = decode(content)
    except (ValueError, RecursionError):
        raise Damaged("geeft een antwoord dat is afgekapt of beschadigd") from None
    if (
        isinstance(answer, dict) and "Modified" in answer
    ):  # in OData 4 the description of a table is an object, not a list
        return AnswerPage([answer])
    records = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Damaged("geeft een antwoord zonder de lijst 'value'")
    next_page = next((answer[name] for name in NEXT if answer.get(name) is not None), None)
    if not isinstance(next_page, str | None):
        raise Damaged("noemt een volgende bladzijde die geen adres is")
    return AnswerPage(records, next_page)


def decode(content: str | bytes) -> Any:
    """Decode JSON with every number as text, so that no digit is lost.

    Parameters
    ----------
    content : str or bytes
        JSON.

    Returns
    -------
    object

    Raises
    ------
    Damaged
        When a record has a field twice; JSON would keep only the last one.
    json.JSONDecodeError
        When it is not JSON.

    Examples
    --------
    >>> decode('{"Aantal": 3.50}')
    {'Aantal': '3.50'}
    """
    return json.loads(content, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_unique_fields)


def _unique_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise Damaged(f"noemt '{next(name for name in names if names.count(name) > 1)}' twee keer in één regel")
    return fields


def is_answered_table(names: list[str]) -> bool:
    """Whether a zip file with these members holds a table downloaded by OData.

    Parameters
    ----------
    names : list of str
        Names of the members.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_answered_table(["TypedDataSet-01-0001.json", "RegioS.json"])
    True
    """
    return any(map(_PAGE.fullmatch, names))


def peek(path: Path) -> list[list[str]]:
    """Return the names of the columns and the first record, by which a reader recognises a table.

    Parameters
    ----------
    path : Path
        The zip file.

    Returns
    -------
    list of list of str
    """
    first = _table(path, next(([name] for name in _pages(path) if _page(path, name).records), []))
    return [[str(name) for name in first.columns], [str(value) for value in first.iloc[0]]]


def rows(path: Path) -> pd.DataFrame:
    """Read every record as a row of text, below a row with the names of the columns.

    Parameters
    ----------
    path : Path
        The zip file.

    Returns
    -------
    DataFrame
        Categorical columns, numbered from 0. The index is 0, because records have no line.

    Raises
    ------
    DataError
        When a page is missing or damaged, or the table is empty.
    """
    frame = _table(path, _pages(path))
    headed = {column: _with_heading(name, frame[name].array) for column, name in enumerate(frame.columns)}
    return pd.DataFrame(headed, index=[0] * (len(frame) + 1))


def _with_heading(name: str, column: pd.Categorical) -> pd.Categorical:
    head = pd.Categorical([name], pd.Index([name], dtype=column.categories.dtype))
    return union_categoricals([head, column])


def code_list(path: Path, dimension: str) -> list[dict[str, Any]]:
    """Return the code list of a dimension, empty when there is none.

    Parameters
    ----------
    path : Path
        The zip file.
    dimension : str
        Such as ``Perioden``.

    Returns
    -------
    list of dict
        Each with at least ``Key``.
    """
    members = raw_files.members(path)
    name = next((name for name in (f"{dimension}.json", f"{dimension}Codes.json") if name in members), None)
    return [{"Key": record.get("Identifier"), **record} for record in _records(path, [name])] if name else []


def _pages(path: Path) -> list[str]:
    """Return the names of the pages."""
    return sorted(filter(_PAGE.fullmatch, raw_files.members(path)))


def _records(path: Path, names: list[str]) -> list[dict[str, Any]]:
    return [record for name in names for record in _page(path, name).records]


def _page(path: Path, name: str) -> AnswerPage:
    try:
        return parse_page(raw_files.member_content(path, name))
    except Damaged as error:
        raise DataError(raw_files.member_name(path, name), f"de uitgever {error}.", AGAIN) from None


def _table(path: Path, names: list[str]) -> pd.DataFrame:
    """Read the records of some pages, one page at a time to save memory."""
    columns: dict[str, Texts] = {}
    number = 0
    last = {name.rpartition("-")[0]: name for name in _pages(path)}.values()
    for name in names:
        answer = _page(path, name)
        if answer.next and name in last:
            problem = "hierna hoort nog een bladzijde te komen; de tabel is niet compleet."
            raise DataError(raw_files.member_name(path, name), problem, AGAIN)
        records = answer.records
        for key in dict.fromkeys(chain.from_iterable(records)):
            columns.setdefault(key, Texts(_text)).add([None] * (number - len(columns.get(key, ()))))
        try:
            for key, texts in columns.items():
                texts.add([record.get(key) for record in records])
        except TypeError:  # a list where a figure should be
            raise DataError(raw_files.member_name(path, name), "de vorm van dit antwoord is onbekend.", AGAIN) from None
        number += len(records)
    if not number:
        raise DataError(paths.display_path(path), "er staan geen cijfers in.", AGAIN)
    frame = pd.DataFrame({key: texts.column for key, texts in columns.items()})
    return (
        _pivot_measures(frame, code_list(path, "Measure"), path)
        if "Measure" in frame
        else frame.rename(columns=_full_headings(path))
    )


def _text(value: Any) -> str:
    """Return a value as text, empty when there is no value."""
    return "" if value is None or (isinstance(value, float) and isnan(value)) else str(value)


def _full_headings(path: Path) -> dict[str, str]:
    """Return the topics of OData 3 by key, each with the headings above it, as in a list of StatLine."""
    records = _records(path, [_ABOUT] if _ABOUT in raw_files.members(path) else [])
    headings = {record["ID"]: record for record in records if "ID" in record}
    topics = [record for record in records if _field(record, "Type", path, _ABOUT) == "Topic"]
    keys = [(record, _field(record, "Key", path, _ABOUT)) for record in topics]
    return {key: "/".join([*_headings_above(record, headings, path), key]) for record, key in keys}


def _field(record: dict[str, Any], name: str, path: Path, member: str) -> str:
    """Return a required field of a record in a list that describes the table."""
    if not isinstance(value := record.get(name), str):
        raise DataError(raw_files.member_name(path, member), f"in deze lijst ontbreekt '{name}'.", AGAIN)
    return value


def _headings_above(record: dict[str, Any], headings: dict[str, dict[str, Any]], path: Path) -> list[str]:
    """Return the headings above a topic, the widest first."""
    parent = headings.get(str(record.get("ParentID")))
    if parent is None:
        return []
    remaining = {
        id: heading for id, heading in headings.items() if heading is not parent
    }  # without the parent, so that a cycle ends
    return [*_headings_above(parent, remaining, path), _field(parent, "Title", path, _ABOUT)]


def _pivot_measures(frame: pd.DataFrame, measures: list[dict[str, Any]], path: Path) -> pd.DataFrame:
    """Turn records of OData 4, one for each figure, into a column for each measure, as in a data set of OData 3."""
    fields = [[_field(measure, name, path, "MeasureCodes.json") for name in ("Key", "Title")] for measure in measures]
    titles = {key: f"{topic(title)}_{number}" for number, (key, title) in enumerate(fields, start=1)}
    keys = [name for name in frame.columns if name not in _ASIDE]
    if unknown := set(frame["Measure"]) - titles.keys():
        raise DataError(paths.display_path(path), f"het onderwerp {min(unknown)} staat niet in de codelijst.", AGAIN)
    if frame.duplicated([*keys, "Measure"]).any():
        raise DataError(paths.display_path(path), "een cijfer staat er twee keer in.", AGAIN)
    named = frame.astype("str").assign(Measure=frame["Measure"].map(titles))
    return named.pivot(index=keys, columns="Measure", values="Value").reset_index().fillna("").astype("category")
