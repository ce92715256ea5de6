"""Police deliveries made on request: in the borders of the time, with a header."""

from __future__ import annotations

from samples.calibration import Calibration, line, overdispersed, population, stream
from samples.register import Resource


def exports(calibration: Calibration) -> list[Resource]:
    """Return burenruzie and E14, and traffic and fire; E33 of that time is real, see `samples.published`."""
    return [
        _incidents(calibration, "incidenten", "Incidenten burenruzie en poging tot zelfdoding"),
        _incidents(calibration, "verkeer_en_brand", "Incidenten verkeer, controles en brand"),
    ]


def _incidents(calibration: Calibration, name: str, description: str) -> Resource:
    delivery, rng = calibration["deliveries"][name], stream(calibration, f"levering {name}")
    inhabitants, names = population(calibration), calibration["deliveries"]["names"]
    lines = ["Gemeente;Gemeentecode;Incidentcode;Omschrijving;Jaar;Aantal"]
    for code in [*delivery["predecessors"], delivery["successor"]]:
        for incident, kind in delivery["codes"].items():
            years = list(inhabitants[code])
            expected = line(kind["per_1000"], years) * list(inhabitants[code].values()) / 1000
            counts = overdispersed(expected, calibration["police"]["dispersion"], rng).tolist()
            start = f"{names[code]};{code};{incident};{kind['title']}"
            lines += [f"{start};{year};{count}" for year, count in zip(years, counts, strict=True)]
    data = ("\r\n".join(lines) + "\r\n").encode("cp1252")
    first, last = calibration["years"]
    title = f"{description}, {first}-{last}, indeling van toen"
    path = f"politie/levering_{name}_{first}_{last}.csv"
    return Resource(path, title, "Politie", "levering", "2024-02-01", data, encoding="windows-1252")
