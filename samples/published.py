"""The real figures in the sample: registered as they came, never generated, and what others draw from them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from samples import places
from samples.register import Resource

FOLDER = Path("data/raw")
CRIMES = "politie/47018NED_TypedDataSet_rebuilt.csv"
CRIMES_OF_THE_COUNTRY = "politie/47013NED_TypedDataSet_landelijk_jaar_rebuilt.csv"
CRIMES_OF_THE_COUNTRY_BY_MONTH = "politie/47013NED_TypedDataSet_landelijk_maand_rebuilt.csv"
NUISANCE_OF_THE_COUNTRY = "politie/47021NED_TypedDataSet_landelijk_jaar_rebuilt.csv"
E33, E33_OF_THE_COUNTRY = "politie/E33_levering_gemeenten_2013_2017.csv", "politie/E33_levering_landelijk_2011_2017.csv"
POPULATION = "cbs/70072ned_TypedDataSet_rebuilt.csv"
POPULATION_OF_BUURTEN = "cbs/85984NED_bevolking_buurten_2024.csv"
MUNICIPALITIES, WIJKEN = "geo/gemeenten_2024.geojson", "geo/wijken_2022_GM1969.geojson"
COUNTRY = "NL01"
Counts = dict[tuple[str, str], dict[int, int]]

_REBUILT = (
    "De cijfers zijn die van de uitgever. Het bestand eromheen is opnieuw opgebouwd; de dag van de export is niet "
    "bekend."
)
_RECEIVED = "De cijfers zijn die van de uitgever, zoals zij zijn ontvangen. De dag van de levering is niet bekend."
_CC_BY = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/deed.nl"}


@dataclass(frozen=True)
class _File:
    """What the register says of one file with real figures; its edition is a year, because the day is not known."""

    path: str
    title: str
    publisher: str
    table: str
    remark: str = _REBUILT
    edition: str | None = None
    custom: dict[str, Any] = field(default_factory=dict)
    licence: dict[str, str] | None = field(default_factory=lambda: _CC_BY)

    def resource(self) -> Resource:
        """Return the file with its entry in the register."""
        terms = f", {self.licence['name']}" if self.licence else ""
        about = {
            "attribution": f"Bron: {self.publisher}, {self.title}{terms}",
            "remark": self.remark,
            **({"edition": self.edition} if self.edition else {}),
        }
        return Resource(
            self.path, self.title, self.publisher, self.table, None, (FOLDER / self.path).read_bytes(),
            custom=about | self.custom, synthetic=False, licence=self.licence,
        )  # fmt: skip


_FILES = (
    _File(
        CRIMES, "Geregistreerde misdrijven; soort misdrijf, wijk, buurt, jaarcijfers: twaalf soorten, alle gemeenten",
        "Politie", "47018NED", edition="2026",
    ),
    _File(
        CRIMES_OF_THE_COUNTRY, "Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente: Nederland per jaar",
        "Politie", "47013NED",
    ),
    _File(
        CRIMES_OF_THE_COUNTRY_BY_MONTH,
        "Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente: Nederland per maand",
        "Politie", "47013NED",
    ),
    _File(
        NUISANCE_OF_THE_COUNTRY, "Geregistreerde overlast; soort overlast, gemeente: Nederland per jaar",
        "Politie", "47021NED",
    ),
    _File(
        E33, "Registraties verward gedrag (E33) per gemeente, 2013-2017, indeling van toen", "Politie", "levering",
        _RECEIVED, custom={"indicator_code": "E33", "years": [2013, 2017]}, licence=None,
    ),
    _File(
        E33_OF_THE_COUNTRY, "Registraties verward gedrag (E33) in Nederland, 2011-2017", "Politie", "levering",
        _RECEIVED, custom={"indicator_code": "E33", "years": [2011, 2017]}, licence=None,
    ),
    _File(
        POPULATION, "Regionale kerncijfers Nederland; gemiddeld aantal inwoners per gemeente", "CBS", "70072ned",
        edition="2026",
    ),
    _File(
        POPULATION_OF_BUURTEN, "Kerncijfers wijken en buurten 2024; inwoners per buurt", "CBS",
        "kerncijfers_wijken_buurten", custom={"selection": {"Perioden": "2024JJ00"}},
    ),
    _File(MUNICIPALITIES, "Grenzen van gemeenten, 2024, gegeneraliseerd", "CBS en Kadaster", "gebiedsgrenzen"),
    _File(WIJKEN, "Grenzen van de wijken van Westerkwartier, 2022, gegeneraliseerd", "CBS en Kadaster",
          "gebiedsgrenzen"),
)  # fmt: skip


def exports() -> list[Resource]:
    """Return every file with real figures, byte for byte as it lies in ``data/raw``."""
    return [file.resource() for file in _FILES]


@cache
def counts(path: str) -> Counts:
    """Return the yearly counts of a police table.

    Parameters
    ----------
    path : str
        One of the files of the police in this module.

    Returns
    -------
    dict of (code, region) to dict
        Counts by year; codes and regions without padding, in the order of the file.
    """
    found: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for row in _rows(path):
        _, code, region, period, count, *_ = (cell.strip() for cell in row)
        if period.endswith("JJ00"):
            found[code, region][int(period[:4])] = int(count)
    return dict(found)


@cache
def population() -> dict[str, dict[int, int]]:
    """Return the average population of every municipality, by code and year, while it existed."""
    found: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for _, region, period, count in _rows(POPULATION):
        found[region.strip()][int(period[:4])] = int(count)
    return dict(found)


@cache
def population_of_buurten(municipality: str) -> dict[str, int]:
    """Return the inhabitants of each buurt of a municipality in 2024, rounded to 5 as CBS does."""
    prefix = f"BU{municipality.removeprefix('GM')}"
    return {code: int(count) for _, code, count in _rows(POPULATION_OF_BUURTEN, ",") if code.startswith(prefix)}


@cache
def e33() -> dict[str, dict[int, int]]:
    """Return E33 by municipality of that time and year; thousands have a dot in the delivery."""
    years = range(2013, 2018)
    with (FOLDER / E33).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    return {
        row[1]: {year: int(cell.replace(".", "")) for year, cell in zip(years, row[2:], strict=False)} for row in rows
    }


def e33_of_today(region: str, split: dict[str, dict[str, float]]) -> dict[int, int]:
    """Return E33 of a municipality of today, added up from those it was made of.

    Parameters
    ----------
    region : str
        Code of the municipality.
    split : dict of str to dict
        By municipality of today: the share that it got of a municipality that was divided.

    Returns
    -------
    dict of int to int
        By year; empty when the delivery lacks one of the parts.
    """
    former, shares = e33(), split.get(region, {})
    parts = [*places.made_of(region), *shares]
    if not all(code in former for code in parts):
        return {}
    return {year: sum(round(shares.get(code, 1) * former[code][year]) for code in parts) for year in former[parts[0]]}


def _rows(path: str, delimiter: str = ";") -> Iterator[list[str]]:
    with (FOLDER / path).open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, delimiter=delimiter)
        next(lines)
        yield from lines
