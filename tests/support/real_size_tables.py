"""Made-up tables of real size: every table of ``sources.yml``, for one or more municipalities.

Counts are as skewed as real ones: mostly zero in a buurt and a month. Buurten add up to wijken and the municipality,
months to years, kinds to their total, municipalities to provinces and the country.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
from numpy.typing import NDArray

from analysis.definitions import catalogue, regions
from publisher_tables import Offered, padded

Counts = NDArray[np.int64]
_WITHIN = ("47018NED", "47022NED", "47024NED")
_PER_THOUSAND = {"misdrijven": 0.8, "overlast": 3.0}  # of one kind, in a year
_SKEW = 0.3  # shape of the gamma distribution of the means of buurten: a few have most
_CORNERS = 60  # corners of a border: as many as simplified borders have
_ACCIDENTS = 115_000  # registered by Rijkswaterstaat in a year


class Large(Offered):
    """A large table, of which the rows that pass a filter are kept from one page to the next."""

    @cache  # noqa: B019 - as long as the server is there
    def matching(self, passes: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        return super().matching(passes)

    __hash__ = object.__hash__


@dataclass(frozen=True)
class Town:
    """A municipality, with about the same number of buurten in each of its wijken."""

    code: str
    wijken: int
    buurten: int
    inhabitants: int

    @property
    def digits(self) -> str:
        """Digits with which the codes of its wijken and buurten begin."""
        return self.code.removeprefix("GM")

    @property
    def wijk_of(self) -> Counts:
        """Number of the wijk of each buurt."""
        return np.arange(self.buurten) * self.wijken // self.buurten

    @property
    def areas(self) -> list[str]:
        """Codes of the municipality, its wijken and its buurten."""
        wijken = [f"WK{self.digits}{wijk:02X}" for wijk in range(self.wijken)]
        return [self.code, *wijken, *(f"BU{wijken[wijk][2:]}{at % 100:02}" for at, wijk in enumerate(self.wijk_of))]

    def summed(self, counts: Counts) -> Counts:
        """Return figures of all areas from those of buurten, which are along the second axis."""
        starts = np.searchsorted(self.wijk_of, np.arange(self.wijken))
        wijken = np.add.reduceat(counts, starts, axis=1)
        return np.concatenate([counts.sum(axis=1, keepdims=True), wijken, counts], axis=1)


WESTERKWARTIER = Town("GM1969", wijken=27, buurten=103, inhabitants=64_000)
AMSTERDAM = Town("GM0363", wijken=110, buurten=520, inhabitants=920_000)


@dataclass(frozen=True)
class World:
    """Tables and files of all publishers.

    Parameters
    ----------
    towns : sequence of Town
        Municipalities with wijken and buurten.
    years : range
        Years with figures.
    monthly : int
        First year with monthly figures of wijken and buurten.
    accidents : int
        Number of road accidents a year.
    """

    towns: Sequence[Town]
    years: range = range(2012, 2026)
    monthly: int = 2024
    accidents: int = _ACCIDENTS
    chance: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1969))

    def tables(self) -> dict[str, Offered]:
        """Return every table, by its number at the publisher."""
        offered = [*self._police("misdrijven", "47013NED"), *self._police("overlast", "47021NED"), *self._people()]
        offered += [self._registered(), *(self._survey(id) for id in ("81877NED", "85146NED"))]
        return {table.id: table for table in offered}

    def files(self, folder: Path) -> dict[str, Path]:
        """Write every file into a folder; return the paths by the last part of the address."""
        made = {
            "gemeente_2024.geojson": _borders(regions.current_municipalities()),
            "wijk_2024.geojson": _borders(self._wijken()),
        }
        written = {name: folder / name for name in made}
        for name, content in made.items():
            written[name].write_text(json.dumps(content), encoding="utf-8")
        for year in range(2019, 2025):
            name = f"01-01-{year}_31-12-{year}.zip"
            written[name] = self._accidents(folder / name, year)
        return written

    def _people_of(self, code: str) -> int:
        within = regions.regions().province_of
        if code == regions.NEDERLAND:
            return sum(map(self._people_of, within))
        if code in within:
            return sum(map(self._people_of, within[code]))
        ours = {town.code: town.inhabitants for town in self.towns}
        return ours.get(code, 15_000 + int(code[2:]) * 37 % 90_000)

    def _police(self, subject: str, table: str) -> Iterator[Offered]:
        """Figures of municipalities and larger, then those of wijken and buurten."""
        kinds = [code for about, code in catalogue.indicator_of() if about == subject and code != "0.0.0"]
        buurten = {town: self._buurten(town, subject, len(kinds)) for town in self.towns}
        places, counts = self._larger(subject, len(kinds), buurten)
        years = [f"{year}JJ00" for year in self.years]
        yearly = _with_total(counts.reshape(*counts.shape[:2], -1, 12).sum(axis=3))
        large_numbers = [
            number for number, place in enumerate(places) if place[:2] != "GM" or place in {t.code for t in self.towns}
        ]
        large = [places[number] for number in large_numbers]
        rows = _rows(table, kinds, places, years, yearly)
        rows += _rows(table, kinds, large, self._months(self.years), _with_total(counts[:, large_numbers]))
        yield _offered(table, rows)
        last = (range(self.monthly, self.years.stop), 12 * (self.monthly - self.years.start))
        for id in _WITHIN:
            if catalogue.tables()[id].subject == subject:
                each = "M" in catalogue.tables()[id].frequencies
                yield _offered(id, self._within(id, kinds, buurten, last[1], self._months(last[0]) if each else years))

    def _within(
        self, id: str, kinds: list[str], buurten: Mapping[Town, Counts], start: int, periods: list[str]
    ) -> list[dict[str, Any]]:
        """Figures of municipalities, wijken and buurten; 0 where the police withholds them."""
        monthly = "MM" in periods[0]
        hidden = [kind in catalogue.tables()[id].withheld.codes("M" if monthly else "Y") for kind in kinds]
        records = []
        for town, counts in buurten.items():
            chosen = counts[:, :, start:] if monthly else counts.reshape(*counts.shape[:2], -1, 12).sum(axis=3)
            figures = _with_total(town.summed(chosen))
            figures[1:][np.array(hidden)] = 0
            records += _rows(id, kinds, town.areas, periods, figures)
        return records

    def _buurten(self, town: Town, subject: str, kinds: int) -> Counts:
        """Counts by kind, buurt and month."""
        mean = _PER_THOUSAND[subject] * town.inhabitants / 1000 / town.buurten / 12
        means = mean * self.chance.gamma(_SKEW, 1 / _SKEW, (kinds, town.buurten, 1))
        return self.chance.poisson(np.broadcast_to(means, (kinds, town.buurten, 12 * len(self.years))))

    def _larger(self, subject: str, kinds: int, buurten: Mapping[Town, Counts]) -> tuple[list[str], Counts]:
        """Municipalities, provinces, police units and the country, with their counts by kind and month."""
        ours = {town.code: counts.sum(axis=1) for town, counts in buurten.items()}
        months = 12 * len(self.years)
        counts_of = {
            code: ours.get(code, self._drawn(_PER_THOUSAND[subject] * self._people_of(code) / 12000, kinds, months))
            for code in regions.current_municipalities()
        }
        for province, within in regions.regions().province_of.items():
            counts_of[province] = sum(counts_of[code] for code in within)
        provinces = list(regions.regions().province_of)
        units = list(regions.regions().police_units)
        for at, unit in enumerate(units):
            counts_of[unit] = sum(counts_of[code] for code in provinces[at :: len(units)])
        counts_of[regions.NEDERLAND] = sum(counts_of[code] for code in provinces)
        return list(counts_of), np.stack(list(counts_of.values()), axis=1)

    def _drawn(self, mean: float, kinds: int, months: int) -> Counts:
        return self.chance.poisson(mean * self.chance.gamma(1, 1, (kinds, 1)), (kinds, months))

    def _months(self, years: Sequence[int]) -> list[str]:
        return [f"{year}MM{month:02}" for year in years for month in range(1, 13)]

    def _people(self) -> Iterator[Offered]:
        """Inhabitants: on average, on 1 January, and of wijken and buurten."""
        rows = [
            padded({"RegioS": place, "Perioden": f"{year}JJ00"}) | {"GemiddeldAantalInwoners_1": self._people_of(place)}
            for year in self.years
            for place in self._then(year)
        ]
        yield Offered("70072ned", ["RegioS", "Perioden"], ["GemiddeldAantalInwoners_1"], rows)
        fixed = {"Geslacht": "T001038", "Leeftijd": "10000", "BurgerlijkeStaat": "T001019"}
        topic = "BevolkingOp1Januari_1"
        counted = [
            fixed | {name: row[name] for name in ("RegioS", "Perioden")} | {topic: row["GemiddeldAantalInwoners_1"]}
            for row in rows
        ]
        yield Offered("03759ned", [*fixed, "RegioS", "Perioden"], [topic], counted)
        inhabitants = [
            {"WijkenEnBuurten": code.ljust(10), "Aantal inwoners": town.inhabitants // of[code[:2]]}
            for town in self.towns
            for of in [{"GM": 1, "WK": town.wijken, "BU": town.buurten}]
            for code in town.areas
        ]
        yield Offered("85984NED", ["WijkenEnBuurten"], ["Aantal inwoners"], inhabitants)

    def _then(self, year: int) -> list[str]:
        """The country, provinces, and the municipalities of a year."""
        codes = [former for code in regions.current_municipalities() for former in regions.territory(code, year).wholes]
        return [regions.NEDERLAND, *regions.regions().province_of, *dict.fromkeys(codes)]

    def _registered(self) -> Offered:
        """Crime as CBS counts it."""
        kinds = [code for about, code in catalogue.indicator_of() if about == "misdrijven_cbs"]
        rows = []
        for year in self.years:
            places = self._then(year)
            counts = 5 * self.chance.poisson(60, (len(kinds), len(places), 1))
            rows += _rows("83648NED", kinds, places, [f"{year}JJ00"], counts)
        return _offered("83648NED", rows)

    def _survey(self, id: str) -> Offered:
        """Percentages of the country, provinces and our municipalities, with their margins."""
        named = [code.split("/") for about, code in catalogue.indicator_of() if about == "beleving"]
        topics = {f"{code[-1]}_{number}": ("Veiligheid", *code[:-1]) for number, code in enumerate(named, 1)}
        years = [year for year in self.years if (year <= 2019 if id == "81877NED" else year >= 2021)]
        places = [regions.NEDERLAND, *regions.regions().province_of, *(town.code for town in self.towns)]
        rows = []
        for place, year in product(places, years):
            middle = self.chance.uniform(5, 8, len(topics))  # a percentage, or a grade
            for margin, shift in (("MW00000", 0), ("MOG0095", -0.3), ("MBG0095", 0.3)):
                keys = {"Marges": margin} | padded({"RegioS": place, "Perioden": f"{year}JJ00"})
                rows.append(keys | dict(zip(topics, (middle + shift).round(1).tolist(), strict=True)))
        return Offered(id, ["Marges", "RegioS", "Perioden"], list(topics), rows, headings=topics)

    def _wijken(self) -> list[str]:
        """The wijken of our towns, and ten of every other municipality."""
        ours = {town.code: town.wijken for town in self.towns}
        return [
            f"WK{code[2:]}{at:02X}" for code in regions.current_municipalities() for at in range(ours.get(code, 10))
        ]

    def _accidents(self, path: Path, year: int) -> Path:
        """A year of road accidents, mostly with damage alone."""
        codes = [
            code
            for municipality in regions.current_municipalities()
            for code in regions.territory(municipality, year).wholes
        ]
        places = self.chance.choice(codes, self.accidents).tolist()
        outcomes = self.chance.choice(["UMS", "LET", "DOD"], self.accidents, p=[0.8, 0.195, 0.005]).tolist()
        months = self.chance.integers(1, 13, self.accidents).tolist()
        lines = [
            f'{year}{number:06},{month},{year},{outcome},{int(place[2:])},"{regions.name(place)}",'
            for number, (place, outcome, month) in enumerate(zip(places, outcomes, months, strict=True))
        ]
        head = "VKL_NUMMER,MND_NUMMER,JAAR_VKL,AP3_CODE,GME_ID,GME_NAAM,BEBKOM"
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            archive.writestr("ongevallen.txt", "\n".join([head, *lines, ""]))
        return path


def _with_total(counts: Counts) -> Counts:
    """Return counts with the sum of all kinds before them."""
    return np.concatenate([counts.sum(axis=0, keepdims=True), counts])


def _rows(id: str, kinds: list[str], places: list[str], periods: list[str], counts: Counts) -> list[dict[str, Any]]:
    """Return a record for every kind, region and period, first those of the total if the counts have one."""
    table = catalogue.tables()[id]
    category, region, topic = table.category, table.region, f"{table.topic}_1"
    named = ["0.0.0", *kinds] if len(counts) > len(kinds) else kinds
    code, area = (
        [padded({name: text})[name] for text in texts] for name, texts in ((category, named), (region, places))
    )
    return [
        {category: kind, region: place, "Perioden": period, topic: count}
        for (kind, place, period), count in zip(product(code, area, periods), counts.ravel().tolist(), strict=True)
    ]


def _offered(id: str, rows: list[dict[str, Any]]) -> Offered:
    table = catalogue.tables()[id]
    return Large(id, [table.category, table.region, "Perioden"], [f"{table.topic}_1"], rows)


def _borders(codes: list[str]) -> dict[str, Any]:
    """A round border for each region, side by side."""
    angles = np.linspace(0, 2 * np.pi, _CORNERS + 1)
    features = []
    for at, code in enumerate(codes):
        middle = 3.5 + at % 80 * 0.04, 51 + at // 80 * 0.05
        ring = np.column_stack([middle[0] + 0.02 * np.cos(angles), middle[1] + 0.02 * np.sin(angles)]).round(5)
        about = {"statcode": code, "statnaam": f"Gebied {code}", "gmCode": f"GM{code[2:6]}"}
        features.append(
            {"type": "Feature", "properties": about, "geometry": {"type": "Polygon", "coordinates": [ring.tolist()]}}
        )
    return {"type": "FeatureCollection", "features": features}
