"""StatLine exports: Typed (numbers) and Untyped (right-aligned text) data sets with padded keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from samples import published
from samples.calibration import Calibration, span
from samples.counts import Table
from samples.register import Resource

BOM = "\ufeff"
VINTAGE = "2024-02-15"


def exports(calibration: Calibration, crimes: Table, nuisance: Table) -> list[Resource]:
    """Return the police tables with what is made up, crimes split over two files by year."""
    first, last = calibration["years"]
    return [
        _crimes(calibration, crimes, span([first, 2017]), "101500"),
        _crimes(calibration, crimes, span([2018, last]), "101742"),
        _nuisance(calibration, nuisance),
    ]


def _crimes(calibration: Calibration, table: Table, years: list[int], time: str) -> Resource:
    """Return months, and the years of kinds and regions without real ones; nothing of the country."""
    withheld = calibration["tables"]["misdrijven"]["withheld"]
    real = {*published.counts(published.CRIMES)} | {(code, "NL01") for code in table.codes}
    header = '"ID";"SoortMisdrijf";"RegioS";"Perioden";"GeregistreerdeMisdrijven_1"'
    wanted = (row for row in rows(table, years, withheld) if row.region != "NL01" and not row.within(real))
    lines = (f"{row.key};{row.count}" for row in wanted)
    title = f"Geregistreerde misdrijven per maand en jaar; soort misdrijf, gemeente, {years[0]}-{years[-1]}"
    return resource(f"politie/47013NED_TypedDataSet_15022024_{time}.csv", title, "Politie", header, lines)


def _nuisance(calibration: Calibration, table: Table) -> Resource:
    """Return months, and the years of all regions but the country."""
    withheld = calibration["tables"]["overlast"]["withheld"]
    real = {(code, "NL01") for code in table.codes}
    header = '"ID";"Overlast";"RegioS";"Perioden";"GeregistreerdeOverlast_1"'
    wanted = (row for row in rows(table, table.years, withheld) if not row.within(real))
    lines = (f'{row.key};"{row.count:>8}"' for row in wanted)
    title = "Geregistreerde overlast per maand en jaar; soort overlast, gemeente"
    return resource("politie/47021NED_UntypedDataSet_15022024_102210.csv", title, "Politie", header, lines)


@dataclass(frozen=True)
class Row:
    """One row of a data set."""

    number: int
    code: str
    region: str
    period: str
    count: int

    @property
    def key(self) -> str:
        """The key columns, padded as in the data set."""
        return f'{self.number};"{self.code:<6}";"{self.region:<6}";"{self.period}"'

    def within(self, real: Set[tuple[str, str]]) -> bool:
        """Return whether this is a year of a code and region whose years are real."""
        return self.period.endswith("JJ00") and (self.code, self.region) in real


def rows(table: Table, years: list[int], withheld: list[str]) -> Iterator[Row]:
    """Give every row: twelve months and the year of each code and region.

    Zeros are rows, and withheld codes are zero in their months, as in the police tables. The ID counts through the
    whole table, so two exports of one table have no ID in common.

    Parameters
    ----------
    table : Table
        The counts.
    years : list of int
        The years to give.
    withheld : list of str
        Codes without monthly figures.

    Yields
    ------
    Row
    """
    number = -1
    for code, regions in zip(table.codes, table.months.tolist(), strict=True):
        for region, per_year in zip(table.regions, regions, strict=True):
            for year, months in zip(table.years, per_year, strict=True):
                published = [0] * 12 if code in withheld else months
                periods = [*(f"MM{month:02}" for month in range(1, 13)), "JJ00"]
                for period, count in zip(periods, [*published, sum(months)], strict=True):
                    number += 1
                    if year in years:
                        yield Row(number, code, region, f"{year}{period}", count)


def resource(path: str, title: str, publisher: str, header: str, lines: Iterable[str]) -> Resource:
    """Return a data set as StatLine writes it, named after its table."""
    data = (BOM + "\n".join([header, *lines]) + "\n").encode()
    table = Path(path).name.partition("_")[0]
    return Resource(path, title, publisher, table, VINTAGE, data)
