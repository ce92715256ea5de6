"""Tiny exports in every form that publishers use. All figures are made up.

A grid is a dict of (code, region, period) to a count, or to ``None`` for no figure. Codes and periods are written as
keys or as the labels that StatLine shows.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path

from analysis.definitions.periods import MONTHS

Grid = dict[tuple[str, str, str], int | None]

TITLES = {
    "0.0.0": "Totaal misdrijven",
    "1.1.1": "1.1.1 Diefstal/inbraak woning",
    "1.4.1": "1.4.1 Zedenmisdrijf",
    "2.6.10": "2.6.10 Bestrijdingsmiddelen",
}
DELIVERY = "Gemeente;Gemeentecode;Incidentcode;Omschrijving;Jaar;Aantal"  # when the police includes column names
# Without column names. Leek has 10.000 inhabitants; Groningen 200.000, so its counts have a thousands dot.
LOCAL = ["Leek;GM0022;50;60;5,0;6,0", "Groningen;GM0014;1.010;1.200;5,05;6,0"]
PLACES = {"NL00": "Nederland", "PV20": "Groningen (PV)", "GM0014": "Groningen (gemeente)", "GM1969": "Westerkwartier"}


def label(period: str) -> str:
    """Return a period as StatLine shows it: ``2022 januari`` for ``2022MM01``."""
    return period[:4] if period[4:6] == "JJ" else f"{period[:4]} {MONTHS[int(period[6:]) - 1]}"


def _key(region: str) -> str:
    return "NL01" if region == "NL00" else region


def _distinct(grid: Grid, position: int) -> list[str]:
    return list(dict.fromkeys(key[position] for key in grid))


def write(path: Path, lines: Iterable[str], encoding: str = "utf-8-sig") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


def typed(path: Path, grid: Grid) -> Path:
    """TypedDataSet: padded keys, numbers bare, no figure is an empty field."""
    head = '"ID";"SoortMisdrijf";"RegioS";"Perioden";"GeregistreerdeMisdrijven_1"'
    rows = (
        f'{number};"{code:<6}";"{_key(region):<6}";"{period}";{"" if count is None else count}'
        for number, ((code, region, period), count) in enumerate(grid.items())
    )
    return write(path, [head, *rows])


def untyped(path: Path, grid: Grid) -> Path:
    """UntypedDataSet: everything quoted, figures right-aligned, no figure is a point."""
    head = '"ID";"SoortMisdrijf";"RegioS";"Perioden";"GeregistreerdeMisdrijven_1"'
    rows = (
        f'"{number}";"{code:<6}";"{_key(region):<6}";"{period}";"{"." if count is None else count:>8}"'
        for number, ((code, region, period), count) in enumerate(grid.items())
    )
    return write(path, [head, *rows])


def listing(path: Path, grid: Grid, encoding: str = "utf-8-sig") -> Path:
    """StatLine list with labels, and with CBS's own typo in the name of the measure."""
    head = '"Soort misdrijf";"Perioden";"Regio\'s";"Misdrijven/Geregisteerde misdrijven (aantal)"'
    rows = (
        f'"{TITLES[code]}";"{label(period)}";"{PLACES[region]}";{"." if count is None else count}'
        for (code, region, period), count in grid.items()
    )
    return write(path, [head, *rows], encoding)


def titles(path: Path, grid: Grid) -> Path:
    """What ``cbsodata.get_data`` gives and pandas writes: titles in the place of keys, commas between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["ID", "SoortMisdrijf", "RegioS", "Perioden", "GeregistreerdeMisdrijven_1"])
        for number, ((code, region, period), count) in enumerate(grid.items()):
            value = "" if count is None else f"{count}.0"
            writer.writerow([number, TITLES[code], PLACES[region], label(period), value])
    return path


def dump(path: Path, grid: Grid) -> Path:
    """cbsodataR with labels: row numbers first, a label beside every key, R's way with large numbers."""
    head = (
        '"","SoortMisdrijf","SoortMisdrijf_label","RegioS","RegioS_label","Perioden","Perioden_Date","Perioden_freq",'
        '"Perioden_label","GeregistreerdeMisdrijven_1","Aangiften_2"'
    )
    rows = (
        f'"{number}","{code:<6}","{TITLES[code]}","{_key(region):<6}","{PLACES[region]}","{period}",{period[:4]}-01-01,'
        f'"Y","{label(period)}",{"" if count is None else "1e+05" if count == 100000 else count},7'
        for number, ((code, region, period), count) in enumerate(grid.items(), start=1)
    )
    return write(path, [head, *rows], "utf-8")


def odata(path: Path, grid: Grid) -> Path:
    """OData version 3 as JSON."""
    value = [
        {"ID": n, "SoortMisdrijf": f"{c:<6}", "RegioS": f"{_key(r):<6}", "Perioden": p, "GeregistreerdeMisdrijven_1": v}
        for n, ((c, r, p), v) in enumerate(grid.items())
    ]
    path.write_text(json.dumps({"odata.metadata": "proef", "value": value}), encoding="utf-8")
    return path


def table(path: Path, grid: Grid, *, down: bool = False) -> Path:
    """StatLine table of the first code: regions down and periods across, or the other way round."""
    code, regions, periods = _distinct(grid, 0)[0], _distinct(grid, 1), _distinct(grid, 2)
    across, along = (regions, periods) if down else (periods, regions)
    names = {**{period: label(period) for period in periods}, **{region: PLACES[region] for region in regions}}
    heads = ("Regio's", "Perioden") if down else ("Perioden", "Regio's")
    rows = [
        ["Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente 2026"],
        [f"Soort misdrijf: {TITLES[code]}"],
        [""],
        ["Onderwerp", *["Geregistreerde misdrijven"] * len(across), *["Aangiften"] * len(across)],
        [heads[0], *[names[name] for name in across] * 2],
        [heads[1], *["aantal"] * len(across) * 2],
    ]
    for name in along:
        figures = [grid[(code, other, name) if down else (code, name, other)] for other in across]
        shown = ["." if figure is None else str(figure) for figure in figures]
        rows.append([names[name], *shown, *["9"] * len(across)])
    rows.append(["Bron: Politie"])
    return write(path, (";".join(f'"{cell}"' for cell in row) for row in rows), "utf-8")


def excel(path: Path, grid: Grid, *, top: str = "Regio's: Westerkwartier", provisional: tuple[str, ...] = ()) -> Path:
    """What Excel makes of a table of one region: header names gone, thousands dots, provisional years marked."""
    codes, region, periods = _distinct(grid, 0), _distinct(grid, 1)[0], _distinct(grid, 2)
    width = len(periods)
    years = [label(period) + ("*" if period in provisional else "") for period in periods]
    rows = [[top, *[""] * width]] if top else []
    rows += [["", *years], ["Soort misdrijf", *["aantal"] * width]]
    for code in codes:
        figures = [grid[(code, region, period)] for period in periods]
        shown = ["." if figure is None else f"{figure:,}".replace(",", ".") for figure in figures]
        rows.append([TITLES[code], *shown])
    return write(path, (";".join(row) for row in rows))
