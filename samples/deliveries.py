"""Police deliveries made on request: in the borders of the time, and in two home-made layouts."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from samples.calibration import Calibration, line, overdispersed, span, stream
from samples.counts import Table
from samples.register import Resource
from samples.statline import BOM, population


def exports(calibration: Calibration, nuisance: Table) -> list[Resource]:
    """Return E33 by former municipality without a header; burenruzie and E14, and traffic and fire, with one."""
    return [
        _e33(calibration, nuisance),
        _incidents(calibration, "incidenten", "Incidenten burenruzie en poging tot zelfdoding"),
        _incidents(calibration, "verkeer_en_brand", "Incidenten verkeer, controles en brand"),
    ]


def divided(calibration: Calibration, nuisance: Table) -> dict[str, Counter[int]]:
    """Return E33 by municipality of the time and year, adding up to the counts of today's municipalities."""
    delivery, rng = calibration["deliveries"]["E33"], stream(calibration, "levering E33")
    former: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for region, parts in delivery["split"].items():
        annual = nuisance.annual("E33", region)
        for year in span(delivery["years"]):
            published = delivery["published"].get(region, {}).get(year, {})
            for code, count in _split(annual[year], parts, published, rng).items():
                former[code][year] += count
    return former


def _split(total: int, parts: dict[str, float], published: dict[str, int], rng: np.random.Generator) -> dict[str, int]:
    """Divide a total over its parts by weight, after taking off the parts that are known."""
    free = {code: weight for code, weight in parts.items() if code not in published}
    shares = np.array(list(free.values())) / sum(free.values())
    drawn = rng.multinomial(total - sum(published.values()), shares).tolist()
    return published | dict(zip(free, drawn, strict=True))


def _e33(calibration: Calibration, nuisance: Table) -> Resource:
    delivery, names = calibration["deliveries"]["E33"], calibration["deliveries"]["names"]
    inhabitants, former = population(calibration), divided(calibration, nuisance)
    lines = []
    for code in sorted(former, key=names.__getitem__):
        counts = [f"{count:,}".replace(",", ".") for count in former[code].values()]
        rates = [f"{1000 * n / inhabitants[code][year]:.10g}" for year, n in former[code].items()]
        lines.append(";".join([names[code], code, *counts, *(rate.replace(".", ",") for rate in rates)]))
    data = (BOM + "\n".join(lines) + "\n").encode()
    first, last = delivery["years"]
    title = f"Registraties verward gedrag (E33) per gemeente, {first}-{last}, indeling van toen"
    path = f"politie/levering_E33_gemeenten_{first}_{last}.csv"
    custom = {"indicator_code": "E33", "years": [first, last]}
    return Resource(path, title, "Politie", "levering", "2019-03-01", data, custom=custom)


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
