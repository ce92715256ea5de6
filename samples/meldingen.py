"""Deliveries of other organisations, and by day: Halt, the fire brigade, and the police around New Year."""

from __future__ import annotations

from datetime import date

from samples.calibration import Calibration, line, overdispersed, population, span, stream
from samples.register import Resource
from samples.statline import BOM


def exports(calibration: Calibration) -> list[Resource]:
    """Return one file of each."""
    return [_halt(calibration), _fires(calibration), _new_years(calibration)]


def _halt(calibration: Calibration) -> Resource:
    settings, rng = calibration["halt"], stream(calibration, "halt")
    names, inhabitants = calibration["deliveries"]["names"], population(calibration)
    lines = ["Gemeente;Gemeentecode;Jaar;Verwijzingen;Jongeren 12-17;Relatief;Eenheid"]
    for code in [*calibration["deliveries"]["incidenten"]["predecessors"], settings["successor"]]:
        for year, people in inhabitants[code].items():
            youths = round(people * settings["youths"])
            count = int(rng.poisson(float(line(settings["per_1000"], [year])[0]) * youths / 1000))
            lines.append(f"{names[code]};{code};{year};{count};{youths};{_rate(count, youths, year)}")
    for year, count in settings["country"].items():
        youths = round(inhabitants["NL01"][year] * settings["youths"])
        lines.append(f"Nederland;NL00;{year};{_dotted(count)};{_dotted(youths)};{_rate(count, youths, year)}")
    first, last = calibration["years"]
    title = f"Verwijzingen naar Halt per gemeente, {first}-{last}"
    return _sheet(f"halt/levering_halt_{first}_{last}.csv", title, "Halt", "verwijzingen", lines)


def _rate(count: int, youths: int, year: int) -> str:
    """Rate and unit: per 10.000 youths up to 2018, per 1.000 since."""
    per, written = (10_000, "10.000") if year <= 2018 else (1_000, "1.000")
    return f"{per * count / youths:.1f};per {written} jongeren".replace(".", ",", 1)


def _dotted(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _fires(calibration: Calibration) -> Resource:
    settings, rng = calibration["fire_brigade"], stream(calibration, "brandweer")
    lines, years = ["Gemeentecode;Jaar;Maand;Soort;Aantal"], span(settings["years"])
    for kind, levels in settings["per_year"].items():
        for year, level in zip(years, line(levels, years), strict=True):
            shares = rng.multinomial(int(rng.poisson(level)), [1 / 12] * 12).tolist()
            lines += [f"{settings['municipality']};{year};{m};{kind};{n}" for m, n in enumerate(shares, start=1)]
    title = f"Alarmeringen van de brandweer per gemeente en maand, {years[0]}-{years[-1]}"
    path = f"brandweer/levering_alarmeringen_{years[0]}_{years[-1]}.csv"
    return _sheet(path, title, "Veiligheidsregio Groningen", "alarmeringen", lines)


def _new_years(calibration: Calibration) -> Resource:
    settings, rng = calibration["new_year"], stream(calibration, "jaarwisseling")
    lines = ["Gemeentecode;Datum;Soort;Aantal"]
    for year, level in settings["incidents"].items():
        for day, share in ((date(year, 12, 31), 0.4), (date(year + 1, 1, 1), 0.6)):
            for kind, part in settings["kinds"].items():
                count = int(overdispersed(level * share * part, 1.2, rng))
                lines.append(f"{settings['municipality']};{day:%d-%m-%Y};{kind};{count}")
    first, last = min(settings["incidents"]), max(settings["incidents"]) + 1
    title = f"Incidenten op 31 december en 1 januari, {first}-{last}"
    return _sheet(f"politie/levering_jaarwisseling_{first}_{last}.csv", title, "Politie", "jaarwisseling", lines)


def _sheet(path: str, title: str, publisher: str, table: str, lines: list[str]) -> Resource:
    data = (BOM + "\r\n".join(lines) + "\r\n").encode()
    return Resource(path, title, publisher, table, "2024-03-01", data)
