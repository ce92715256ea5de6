"""Codes, names and territory of regions; what a municipality was made of before a herindeling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache

from pydantic import Field

from .. import paths
from ..errors import DataError
from .catalogue import Definition, read_yaml

NEDERLAND = "NL00"
BELOW = ("WK", "BU")  # regions smaller than a municipality
_CODE = re.compile(r"^(NL|LD|PV|RE|GM|WK|BU)\w{2,8}$")


class Merger(Definition):
    """A herindeling: what a municipality consists of since a date.

    ``from`` holds the predecessors that went over as a whole (the code itself where it lives on), ``part_of`` those
    of which only a part did, with a description of that part.
    """

    into: str
    since: date
    wholes: tuple[str, ...] = Field(alias="from")
    part_of: dict[str, str] = Field(default={})
    source: str

    @property
    def lives_on(self) -> tuple[str, ...]:
        """The code itself, where it was there before."""
        return tuple(code for code in self.wholes if code == self.into)

    @property
    def gone(self) -> tuple[str, ...]:
        """The codes that are no more."""
        return tuple(code for code in self.wholes if code != self.into)


class Regions(Definition):
    """The content of ``regions.yml``; every herindeling until ``known_until`` is in it.

    ``formerly_in`` holds, by province, former municipalities that lay in another one than what they went into.
    """

    country: dict[str, str]
    provinces: dict[str, str]
    police_units: dict[str, str]
    aliases: dict[str, str]
    unassigned: tuple[str, ...]
    municipalities: dict[str, str]
    province_of: dict[str, tuple[str, ...]]
    formerly_in: dict[str, tuple[str, ...]]
    counts: dict[int, int]
    mergers: tuple[Merger, ...]
    known_until: date


class Later(Definition):
    """The content of ``herindelingen.yml`` of the project: what happened after ``regions.yml`` was written."""

    municipalities: dict[str, str] = Field(default={})
    mergers: tuple[Merger, ...] = ()
    known_until: date | None = None


@dataclass(frozen=True)
class Territory:
    """What stood for a region in one year.

    Parameters
    ----------
    wholes : tuple of str
        Regions whose figures add up to the asked one.
    parts : dict
        Regions of which only a part belongs to it, with a description; their figures cannot be added.
    """

    wholes: tuple[str, ...]
    parts: dict[str, str]


@cache
def regions() -> Regions:
    """All regions and herindelingen: those of the program, and those that the project adds."""
    known = read_yaml(paths.DEFINITIONS / "regions.yml", Regions)
    return _with_later(known, read_yaml(paths.MERGERS, Later)) if paths.MERGERS.exists() else known


def _with_later(known: Regions, later: Later) -> Regions:
    """A new municipality lies in the province of the first that went into it."""
    municipalities = known.municipalities | later.municipalities
    provinces = {code: list(parts) for code, parts in known.province_of.items()}
    for number, merger in enumerate(later.mergers, start=1):
        if unknown := {merger.into, *merger.wholes, *merger.part_of} - municipalities.keys():
            problem = f"de gemeente {min(unknown)} is niet bekend."
            remedy = "Zet een nieuwe gemeente met haar naam onder 'municipalities'."
            raise DataError(paths.shown(paths.MERGERS), problem, remedy, field=f"mergers › {number}")
        parts_of = {code: parts for parts in provinces.values() for code in parts}
        around = [parts_of[code] for code in (*merger.wholes, *merger.part_of) if code in parts_of]
        if merger.into not in parts_of and around:
            around[0].append(merger.into)
    return known.model_copy(
        update={
            "municipalities": municipalities,
            "province_of": {code: tuple(parts) for code, parts in provinces.items()},
            "mergers": known.mergers + later.mergers,
            "known_until": later.known_until or known.known_until,
        }
    )


@cache
def _codes_by_label() -> dict[str, str]:
    known = regions()
    labels = {name: code for code, name in (known.municipalities | known.country).items()}
    labels |= {f"{name} (gemeente)": code for code, name in known.municipalities.items()}
    labels |= {f"{name} (PV)": code for code, name in known.provinces.items()}
    labels |= {f"{name} (RE)": code for code, name in known.police_units.items()}
    return labels | known.aliases


def code(text: str) -> str | None:
    """The CBS code without padding for a code or a label from an export.

    Parameters
    ----------
    text : str
        ``"GM1969"``, ``"NL01  "``, ``"Nederland"``, ``"Groningen (PV)"``, ``"Westerkwartier"``.

    Returns
    -------
    str or None
        ``None`` when no region is known by this text.
    """
    cleaned = text.strip()
    found = _codes_by_label().get(cleaned)
    return found if found else (cleaned if _CODE.match(cleaned) else None)


def name(region: str) -> str:
    """The plain name of a region; the code itself where no name is known (wijken and buurten)."""
    known = regions()
    names = known.municipalities | known.country | known.provinces | known.police_units
    return names.get(region, region)


@cache
def region_numbers() -> dict[str, int]:
    """Every region from a municipality up, numbered in order of their codes."""
    known = regions()
    found = sorted({**known.country, **known.provinces, **known.police_units, **known.municipalities})
    return {code: number for number, code in enumerate(found)}


def is_municipality(region: str) -> bool:
    """Whether the code is a municipality, present or former."""
    return region in regions().municipalities


@cache
def _municipalities_by_spelling() -> dict[str, str]:
    labels = {label.casefold(): code for label, code in _codes_by_label().items()}
    for code in regions().municipalities:
        labels |= {code.casefold(): code, code.removeprefix("GM"): code}
    return {label: code for label, code in labels.items() if is_municipality(code)}


def municipality(text: str) -> str | None:
    """The code of a municipality, present or former, that someone wrote down by hand.

    Parameters
    ----------
    text : str
        Its code or its name, in any spelling: ``"gm1969"``, ``"1969"``, ``"14"``, ``"westerkwartier"``.

    Returns
    -------
    str or None
        ``None`` when it is no municipality.
    """
    cleaned = " ".join(text.split()).casefold()
    return _municipalities_by_spelling().get(cleaned.zfill(4) if cleaned.isdecimal() else cleaned)


def must_exist(region: str) -> None:
    """Refuse what is no code of a region: of what does not exist one cannot say that there are no figures.

    Raises
    ------
    DataError
        Also for another spelling of a code, and for a name.
    """
    if region in region_numbers() or is_municipality(municipality_of(region)) or region in regions().aliases.values():
        return
    meant = municipality(region)
    near = [meant] if meant else similar_municipalities(region) or ["GM1969"]
    remedy = f"Gebruik een CBS-code, bijvoorbeeld {' of '.join(f'{code} voor {name(code)}' for code in near)}."
    raise DataError("de vraag", f"'{region}' is geen code van een regio.", remedy)


def similar_municipalities(text: str) -> list[str]:
    """The codes of at most three municipalities that may be meant, the most similar first."""
    known, cleaned = _municipalities_by_spelling(), text.strip().casefold()
    near = [label for label in known if cleaned and cleaned in label] or get_close_matches(cleaned, known, n=9)
    return list(dict.fromkeys(known[label] for label in near))[:3]


def current_municipalities() -> list[str]:
    """The codes of all municipalities there are now."""
    gone = {code for m in regions().mergers if m.since <= date.today() for code in m.gone}
    return sorted(code for parts in regions().province_of.values() for code in parts if code not in gone)


def municipality_of(code: str) -> str:
    """The municipality that a wijk or buurt lies in; of any other region its own code."""
    return f"GM{code[2:6]}" if code.startswith(BELOW) else code


def province(municipality: str) -> str:
    """The province a municipality lies in; its own code where none is known, as for one that is no more."""
    return next((code for code, parts in regions().province_of.items() if municipality in parts), municipality)


def province_then(municipality: str) -> str | None:
    """The province a municipality lies in, or lay in until it was no more; ``None`` where that is not known."""
    known = regions()
    for places in (known.province_of, known.formerly_in):
        if found := [place for place, codes in places.items() if municipality in codes]:
            return found[0]
    became = (m.into for m in known.mergers if municipality in (*m.wholes, *m.part_of) and m.into != municipality)
    return next((place for into in became if (place := province_then(into))), None)


@cache
def province_shifts() -> tuple[Merger, ...]:
    """Herindelingen across the border of provinces: each of these was shaped by the municipalities that moved."""
    found = []
    for one in regions().mergers:
        here = province_then(one.into)
        places = {code: province_then(code) for code in (*one.gone, *one.part_of)}
        moved = {code: name(code) for code, place in places.items() if place != here}
        shaped = sorted({str(here), *(str(places[code]) for code in moved)}) if moved else []
        found += [one.model_copy(update={"into": place, "wholes": (place,), "part_of": moved}) for place in shaped]
    return tuple(found)


def _shaping(region: str) -> tuple[Merger, ...]:
    """The herindelingen that gave a region its borders, in whatever order."""
    among = province_shifts() if region in regions().provinces else regions().mergers
    return tuple(one for one in among if one.into == region)


def merger(region: str, before: date = date.max) -> Merger | None:
    """The latest herindeling before a date that shaped a municipality or province, if any since 2012."""
    shaped = (m for m in _shaping(region) if m.since < before)
    return max(shaped, key=lambda m: m.since, default=None)


def with_predecessors(municipalities: Iterable[str]) -> list[str]:
    """Municipalities with what went over into them: figures of before stand under the old codes."""
    found = list(municipalities)
    for code in found:
        before = [m for m in regions().mergers if m.into == code]
        found += [part for m in before for part in (*m.wholes, *m.part_of) if part not in found]
    return found


def first_year(region: str, before: date = date.max) -> int | None:
    """The first year that a region was there on 1 January, in its borders of a date; ``None`` if always."""
    latest = merger(region, before)
    return None if latest is None else latest.since.year + (latest.since > date(latest.since.year, 1, 1))


def last_year(municipality: str) -> int | None:
    """The last year that a municipality was there on 1 January; ``None`` when it is there now."""
    ended = _ending(municipality)
    return None if not ended else ended[0].since.year - (ended[0].since == date(ended[0].since.year, 1, 1))


def existed(municipality: str, year: int) -> bool:
    """Whether there was a municipality with this code in a year, in whatever borders."""
    born = [m.since for m in regions().mergers if m.into == municipality and municipality not in m.wholes]
    last = last_year(municipality)
    return not (born and year < min(born).year) and not (last is not None and year > last)


def successors(municipality: str) -> list[str]:
    """The municipalities of now that a former one went over into, as a whole or in part."""
    into = [m.into for m in _ending(municipality)]
    return list(dict.fromkeys(now for code in into for now in (successors(code) or [code])))


def _ending(municipality: str) -> list[Merger]:
    """The herindelingen, all on one day, in which a municipality came to its end; none when it is there now."""
    took = [m for m in regions().mergers if municipality in (*m.wholes, *m.part_of)]
    if not took or municipality in current_municipalities():
        return []
    end = max(m.since for m in took)
    return [m for m in took if m.since == end]


def territory(region: str, year: int, before: date = date.max) -> Territory:
    """What made up ``region`` in ``year``, by the borders of that year.

    Parameters
    ----------
    region : str
        The code as it was known just before ``before``; by default as it is known today.
    year : int
        The year asked for.
    before : date
        Only herindelingen before this date count. A code can live on through several of them.

    Returns
    -------
    Territory
        For GM1969 in 2017: Grootegast, Leek, Marum and Zuidhorn whole, Winsum in part. For a province its own code,
        with the municipalities that moved in or out as its parts.
    """
    later = [m for m in _shaping(region) if m.since > date(year, 1, 1) and m.since < before]
    if not later:
        return Territory((region,), {})
    latest = max(later, key=lambda m: m.since)
    earlier = [territory(predecessor, year, latest.since) for predecessor in latest.wholes]
    parts = dict(latest.part_of)
    for one in earlier:
        parts |= one.parts
    return Territory(tuple(whole for one in earlier for whole in one.wholes), parts)
