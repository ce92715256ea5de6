"""StatLine exports: Typed (numbers) and Untyped (right-aligned text) data sets with padded keys."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from samples.calibration import Calibration, line, span
from samples.counts import Table
from samples.register import Resource

BOM = "\ufeff"
VINTAGE = "2024-02-15"


def exports(calibration: Calibration, crimes: Table, nuisance: Table) -> list[Resource]:
    """Return the police tables, crimes split over two files by year, and the population table of CBS."""
    first, last = calibration["years"]
    return [
        _crimes(calibration, crimes, span([first, 2017]), "101500"),
        _crimes(calibration, crimes, span([2018, last]), "101742"),
        _nuisance(calibration, nuisance),
        _population(calibration),
    ]


def _crimes(calibration: Calibration, table: Table, years: list[int], time: str) -> Resource:
    withheld = calibration["tables"]["misdrijven"]["withheld"]
    header = '"ID";"SoortMisdrijf";"RegioS";"Perioden";"GeregistreerdeMisdrijven_1"'
    lines = (f"{key};{count}" for key, count in rows(table, years, withheld))
    title = f"Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente, {years[0]}-{years[-1]}"
    return resource(f"politie/47013NED_TypedDataSet_15022024_{time}.csv", title, "Politie", header, lines)


def _nuisance(calibration: Calibration, table: Table) -> Resource:
    withheld = calibration["tables"]["overlast"]["withheld"]
    header = '"ID";"Overlast";"RegioS";"Perioden";"GeregistreerdeOverlast_1"'
    lines = (f'{key};"{count:>8}"' for key, count in rows(table, table.years, withheld))
    title = "Geregistreerde overlast; soort overlast, gemeente"
    return resource("politie/47021NED_UntypedDataSet_15022024_102210.csv", title, "Politie", header, lines)


def rows(table: Table, years: list[int], withheld: list[str]) -> Iterable[tuple[str, int]]:
    """Give the key columns and the count of every row: twelve months and the year of each code and region.

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
    tuple of str and int
        Key columns, separated by semicolons, and the count.
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
                        yield f'{number};"{code:<6}";"{region:<6}";"{year}{period}"', count


def population(calibration: Calibration) -> dict[str, dict[int, int]]:
    """Return the inhabitants of each region, a municipality only while it existed; the province is their sum.

    Parameters
    ----------
    calibration : dict
        From `samples.calibration.load`.

    Returns
    -------
    dict of str to dict
        By region code: inhabitants by year.
    """
    levels, years = calibration["population"], span(calibration["years"])
    regions = {"NL01": _inhabitants(levels["country"]), "PV20": dict.fromkeys(years, 0)}
    for code, points in levels["municipalities"].items():
        regions[code] = _inhabitants(points)
        for year, count in regions[code].items():
            regions["PV20"][year] += count
    return regions


def _inhabitants(points: dict[int, float]) -> dict[int, int]:
    years = span([min(points), max(points)])
    return dict(zip(years, (round(value) for value in line(points, years)), strict=True))


def _population(calibration: Calibration) -> Resource:
    header = '"ID";"RegioS";"Perioden";"GemiddeldAantalInwoners_51"'
    cells = [(region, *cell) for region, counts in population(calibration).items() for cell in counts.items()]
    lines = (f'{n};"{region:<6}";"{year}JJ00";{count}' for n, (region, year, count) in enumerate(cells))
    title = "Regionale kerncijfers Nederland; gemiddeld aantal inwoners"
    return resource("cbs/70072ned_TypedDataSet_15022024_103005.csv", title, "CBS", header, lines)


def resource(path: str, title: str, publisher: str, header: str, lines: Iterable[str]) -> Resource:
    """Return a data set as StatLine writes it, named after its table."""
    data = (BOM + "\n".join([header, *lines]) + "\n").encode()
    table = Path(path).name.partition("_")[0]
    return Resource(path, title, publisher, table, VINTAGE, data)
