"""Tables of the publishers for the test server, made from the figures of the sample."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.definitions import catalogue

MODIFIED = "2026-10-15T02:00:00"
_MONTHS_FROM = 2021  # more would only take longer
_WIDTHS = {"SoortMisdrijf": 6, "Overlast": 6, "RegioS": 6, "WijkenEnBuurten": 10}
_FORM = {"Y": "{:%Y}JJ00", "M": "{:%Y}MM{:%m}"}


@dataclass
class Offered:
    """A table at a publisher: dimensions, topics, rows, and when it was changed."""

    id: str
    dimensions: list[str]
    topics: list[str]
    rows: list[dict[str, Any]]
    modified: str = MODIFIED
    statuses: dict[str, str] = field(default_factory=dict)  # of periods that are not final
    headings: dict[str, tuple[str, ...]] = field(default_factory=dict)  # that topics stand under, the widest first

    def matching(self, passes: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        """Return the rows that pass a filter."""
        return list(filter(passes, self.rows))

    def codes(self, dimension: str) -> list[dict[str, str]]:
        """Return the code list of a dimension."""
        keys = sorted({row[dimension] for row in self.rows})
        early = {"Status": ""} if dimension == "Perioden" else {}
        return [
            {"Key": key, "Title": key.strip(), "Description": ""}
            | {name: self.statuses.get(key, "Definitief") for name in early}
            for key in keys
        ]


def tables(processed: Path) -> dict[str, Offered]:
    """Return a copy of every table in ``sources.yml``, with the figures of the sample where it has them."""
    return {id: replace(table) for id, table in _tables(processed).items()}


@cache
def _tables(processed: Path) -> dict[str, Offered]:
    frame = pd.read_parquet(processed / "observations.parquet")
    table_of = {
        source["name"]: source["table"]
        for source in json.loads((processed / "sources.json").read_text(encoding="utf-8"))
    }
    frame = frame.assign(table=frame["source"].astype(str).map(table_of))
    frame = frame[(frame["frequency"] == "Y") | (frame["period"].dt.year >= _MONTHS_FROM)]
    police = {id: _counts(frame, id) for id in ("47013NED", "47018NED", "47021NED", "83648NED", "70072ned")}
    months = {"47022NED": _months(police["47018NED"], "47022NED"), "47024NED": _nuisance(police["47018NED"])}
    surveys = {id: _survey(frame, id) for id in ("81877NED", "85146NED")}
    return police | months | surveys | {"03759ned": _inhabitants(police["70072ned"]), "85984NED": _small(frame)}


def _counts(frame: pd.DataFrame, id: str) -> Offered:
    """Return the counts of one table, each once."""
    table = catalogue.tables()[id]
    codes = {
        indicator: code for (subject, code), indicator in catalogue.indicator_of().items() if subject == table.subject
    }
    rows = frame[(frame["table"] == id)].drop_duplicates(["indicator", "region", "period", "frequency"])
    topic, records = f"{table.topic}_1", []
    for row in rows.itertuples():
        keys = {"RegioS" if table.region == "RegioS" else "WijkenEnBuurten": str(row.region), "Perioden": _period(row)}
        kind = {table.category: codes[str(row.indicator)]} if table.category else {}
        records.append(padded(kind | keys) | {topic: None if pd.isna(row.value) else int(row.value)})
    dimensions = [name for name in (table.category, table.region, "Perioden") if name]
    return Offered(id, dimensions, [topic], records)


def _period(row: Any) -> str:
    return _FORM[row.frequency].format(row.period, row.period)


def padded(keys: dict[str, str]) -> dict[str, str]:
    """Return codes padded with spaces, as publishers write them."""
    national = {name: "NL01" if (name, key) == ("RegioS", "NL00") else key for name, key in keys.items()}
    return {name: key.ljust(_WIDTHS.get(name, 0)) for name, key in national.items()}


def _months(yearly: Offered, id: str) -> Offered:
    """The months of 2024, as the last year of a table by wijk and buurt has them."""
    last = max(row["Perioden"] for row in yearly.rows)
    rows = [
        row | {"Perioden": f"2024MM{month:02}", yearly.topics[0]: (row[yearly.topics[0]] or 0) // 12}
        for row in yearly.rows
        if row["Perioden"] == last
        for month in range(1, 13)
    ]
    return Offered(id, yearly.dimensions, yearly.topics, rows)


def _nuisance(yearly: Offered) -> Offered:
    kinds = {row["SoortMisdrijf"] for row in yearly.rows}
    first = min(kinds)
    rows = [
        {
            "Overlast": "E33   ",
            "WijkenEnBuurten": row["WijkenEnBuurten"],
            "Perioden": row["Perioden"],
            "GeregistreerdeOverlast_1": 12,
        }
        for row in _months(yearly, "47024NED").rows
        if row["SoortMisdrijf"] == first
    ]
    return Offered("47024NED", ["Overlast", "WijkenEnBuurten", "Perioden"], ["GeregistreerdeOverlast_1"], rows)


def _inhabitants(average: Offered) -> Offered:
    fixed = {"Geslacht": "T001038", "Leeftijd": "10000", "BurgerlijkeStaat": "T001019"}
    rows = [
        fixed | {name: row[name] for name in average.dimensions} | {"BevolkingOp1Januari_1": row[average.topics[0]]}
        for row in average.rows
    ]
    return Offered("03759ned", [*fixed, *average.dimensions], ["BevolkingOp1Januari_1"], rows)


def _survey(frame: pd.DataFrame, id: str) -> Offered:
    """Percentages with their margins, a column for each topic."""
    codes = {
        indicator: code.split("/") for (kind, code), indicator in catalogue.indicator_of().items() if kind == "beleving"
    }
    rows = frame[frame["table"] == id]
    names = sorted(map(str, rows["indicator"].unique()))
    topics = {name: f"{codes[name][-1]}_{number}" for number, name in enumerate(names, 1)}
    headings = {topics[name]: ("Veiligheid", *codes[name][:-1]) for name in names}
    records: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows.itertuples():
        for margin, value in (("MW00000", row.value), ("MOG0095", row.lower), ("MBG0095", row.upper)):
            keys = {"Marges": margin} | padded({"RegioS": str(row.region), "Perioden": _period(row)})
            figures = records.setdefault(tuple(keys.values()), keys | dict.fromkeys(topics.values()))
            figures[topics[str(row.indicator)]] = None if pd.isna(value) else round(float(value), 1)
    return Offered(
        id, ["Marges", "RegioS", "Perioden"], list(topics.values()), list(records.values()), headings=headings
    )


def _small(frame: pd.DataFrame) -> Offered:
    """Inhabitants of wijken and buurten, as OData 4 has them: a record for every figure."""
    rows = frame[frame["table"] == "kerncijfers_wijken_buurten"]
    records = [
        {"WijkenEnBuurten": str(row.region).ljust(10), "Aantal inwoners": int(row.value)} for row in rows.itertuples()
    ]
    return Offered("85984NED", ["WijkenEnBuurten"], ["Aantal inwoners"], records)
