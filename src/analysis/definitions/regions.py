"""Regions: codes, names, provinces, and the predecessors of municipalities before a municipal merger (herindeling)."""

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
BELOW = ("WK", "BU")  # prefixes of regions smaller than a municipality
_CODE = re.compile(r"^(NL|LD|PV|RE|GM|WK|BU)\w{2,8}$")


class Merger(Definition):
    """A herindeling: the predecessors that a municipality has consisted of since a date.

    Parameters
    ----------
    into : str
        Code of the new municipality.
    since : date
        First day of the new borders.
    wholes : tuple of str
        Predecessors that became part of it completely (``from`` in the file); the code itself where it continues to
        exist.
    part_of : dict of str to str
        Predecessors of which only a part did, with a description of that part.
    source : str
        Where this is published.
    """

    into: str
    since: date
    wholes: tuple[str, ...] = Field(alias="from")
    part_of: dict[str, str] = Field(default={})
    source: str

    @property
    def lives_on(self) -> tuple[str, ...]:
        """The code itself when it already existed before the merger, otherwise nothing."""
        return tuple(code for code in self.wholes if code == self.into)

    @property
    def gone(self) -> tuple[str, ...]:
        """The codes that ceased to exist."""
        return tuple(code for code in self.wholes if code != self.into)


class Regions(Definition):
    """The content of ``regions.yml``, which has every herindeling until ``known_until``.

    ``formerly_in`` gives, by province, former municipalities whose successor lies in another province.
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
    """The content of the project's ``herindelingen.yml``: changes after ``regions.yml`` was written."""

    municipalities: dict[str, str] = Field(default={})
    mergers: tuple[Merger, ...] = ()
    known_until: date | None = None


@dataclass(frozen=True)
class Territory:
    """The regions that together stood for a region in one year.

    Parameters
    ----------
    wholes : tuple of str
        Regions whose figures add up to the region.
    parts : dict of str to str
        Regions of which only a part belongs to it, with a description; their figures cannot be added.
    """

    wholes: tuple[str, ...]
    parts: dict[str, str]


@cache
def regions() -> Regions:
    """Return all regions and herindelingen: those of the program and those that the project adds."""
    shipped = read_yaml(paths.DEFINITIONS / "regions.yml", Regions)
    return _with_later(shipped, read_yaml(paths.MERGERS, Later)) if paths.MERGERS.exists() else shipped


def _with_later(shipped: Regions, later: Later) -> Regions:
    """Add later changes; a new municipality lies in the province of its first predecessor."""
    municipalities = shipped.municipalities | later.municipalities
    provinces = {code: list(parts) for code, parts in shipped.province_of.items()}
    for number, merger in enumerate(later.mergers, start=1):
        if unknown := {merger.into, *merger.wholes, *merger.part_of} - municipalities.keys():
            problem = f"de gemeente {min(unknown)} is niet bekend."
            remedy = "Zet een nieuwe gemeente met haar naam onder 'municipalities'."
            raise DataError(paths.display_path(paths.MERGERS), problem, remedy, field=f"mergers › {number}")
        parts_of = {code: parts for parts in provinces.values() for code in parts}
        candidates = [parts_of[code] for code in (*merger.wholes, *merger.part_of) if code in parts_of]
        if merger.into not in parts_of and candidates:
            candidates[0].append(merger.into)
    return shipped.model_copy(
        update={
            "municipalities": municipalities,
            "province_of": {code: tuple(parts) for code, parts in provinces.items()},
            "mergers": shipped.mergers + later.mergers,
            "known_until": later.known_until or shipped.known_until,
        }
    )


@cache
def _codes_by_label() -> dict[str, str]:
    listed = regions()
    labels = {name: code for code, name in (listed.municipalities | listed.country).items()}
    labels |= {f"{name} (gemeente)": code for code, name in listed.municipalities.items()}
    labels |= {f"{name} (PV)": code for code, name in listed.provinces.items()}
    labels |= {f"{name} (RE)": code for code, name in listed.police_units.items()}
    return labels | listed.aliases


def code(text: str) -> str | None:
    """Return the CBS code for a code or label from an export.

    Parameters
    ----------
    text : str
        ``"GM1969"``, ``"NL01  "``, ``"Nederland"``, ``"Groningen (PV)"``, ``"Westerkwartier"``.

    Returns
    -------
    str or None
        The code without padding; ``None`` when no region has this code or label.

    Examples
    --------
    >>> code("Groningen (PV)"), code("Groningen"), code("Atlantis")
    ('PV20', 'GM0014', None)
    """
    cleaned = text.strip()
    labelled = _codes_by_label().get(cleaned)
    return labelled if labelled else (cleaned if _CODE.match(cleaned) else None)


def name(region: str) -> str:
    """Return the plain name of a region.

    Parameters
    ----------
    region : str
        CBS code.

    Returns
    -------
    str
        The code itself where no name is known, as for wijken and buurten.

    Examples
    --------
    >>> name("GM1969"), name("WK196900")
    ('Westerkwartier', 'WK196900')
    """
    listed = regions()
    names = listed.municipalities | listed.country | listed.provinces | listed.police_units
    return names.get(region, region)


@cache
def region_numbers() -> dict[str, int]:
    """Return a number for every region from municipalities upwards.

    Returns
    -------
    dict of str to int
        In the order of the codes.
    """
    listed = regions()
    codes = sorted({**listed.country, **listed.provinces, **listed.police_units, **listed.municipalities})
    return {code: number for number, code in enumerate(codes)}


def is_municipality(region: str) -> bool:
    """Tell whether a code is that of a municipality, present or former.

    Parameters
    ----------
    region : str
        CBS code.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_municipality("GM1969"), is_municipality("PV20")
    (True, False)
    """
    return region in regions().municipalities


@cache
def _municipalities_by_spelling() -> dict[str, str]:
    labels = {label.casefold(): code for label, code in _codes_by_label().items()}
    for code in regions().municipalities:
        labels |= {code.casefold(): code, code.removeprefix("GM"): code}
    return {label: code for label, code in labels.items() if is_municipality(code)}


def municipality(text: str) -> str | None:
    """Return the code of a municipality, present or former, that someone typed by hand.

    Parameters
    ----------
    text : str
        Its code or its name, in any spelling: ``"gm1969"``, ``"1969"``, ``"14"``, ``"westerkwartier"``.

    Returns
    -------
    str or None
        ``None`` when it is not a municipality.

    Examples
    --------
    >>> municipality("14"), municipality("westerkwartier")
    ('GM0014', 'GM1969')
    """
    cleaned = " ".join(text.split()).casefold()
    return _municipalities_by_spelling().get(cleaned.zfill(4) if cleaned.isdecimal() else cleaned)


def must_exist(region: str) -> None:
    """Refuse a text that is not the code of a region.

    Without this check, a region that does not exist would be reported as a region without figures.

    Parameters
    ----------
    region : str
        CBS code without padding, in capitals.

    Raises
    ------
    DataError
        When there is no such code, also for a name or for another spelling of a code.
    """
    if region in region_numbers() or is_municipality(municipality_of(region)) or region in regions().aliases.values():
        return
    meant = municipality(region)
    near = [meant] if meant else similar_municipalities(region) or ["GM1969"]
    remedy = f"Gebruik een CBS-code, bijvoorbeeld {' of '.join(f'{code} voor {name(code)}' for code in near)}."
    raise DataError("de vraag", f"'{region}' is geen code van een regio.", remedy)


def similar_municipalities(text: str) -> list[str]:
    """Return at most three municipalities that may be meant.

    Parameters
    ----------
    text : str
        A code or name, possibly misspelt.

    Returns
    -------
    list of str
        Codes, the most similar first.

    Examples
    --------
    >>> similar_municipalities("westerkwarteir")[0]
    'GM1969'
    """
    codes, cleaned = _municipalities_by_spelling(), text.strip().casefold()
    near = [label for label in codes if cleaned and cleaned in label] or get_close_matches(cleaned, codes, n=9)
    return list(dict.fromkeys(codes[label] for label in near))[:3]


def current_municipalities() -> list[str]:
    """Return the codes of all municipalities that exist today.

    Returns
    -------
    list of str
        In the order of the codes.

    Examples
    --------
    >>> "GM1969" in current_municipalities(), "GM0022" in current_municipalities()
    (True, False)
    """
    gone = {code for past in regions().mergers if past.since <= date.today() for code in past.gone}
    return sorted(code for parts in regions().province_of.values() for code in parts if code not in gone)


def municipality_of(code: str) -> str:
    """Return the municipality in which a wijk or buurt lies.

    Parameters
    ----------
    code : str
        CBS code.

    Returns
    -------
    str
        The code itself when it is not that of a wijk or buurt.

    Examples
    --------
    >>> municipality_of("BU19690400"), municipality_of("PV20")
    ('GM1969', 'PV20')
    """
    return f"GM{code[2:6]}" if code.startswith(BELOW) else code


def province(municipality: str) -> str:
    """Return the province in which a municipality lies.

    Parameters
    ----------
    municipality : str
        Code of a municipality.

    Returns
    -------
    str
        Code of the province; the code of the municipality itself where the province is not known, as for a municipality
        that no longer exists.

    Examples
    --------
    >>> province("GM1969")
    'PV20'
    """
    return next((code for code, parts in regions().province_of.items() if municipality in parts), municipality)


def province_then(municipality: str) -> str | None:
    """Return the province in which a municipality lies, or lay until it ceased to exist.

    Parameters
    ----------
    municipality : str
        Code of a municipality, present or former.

    Returns
    -------
    str or None
        Code of the province; ``None`` where it is not known.
    """
    listed = regions()
    for members in (listed.province_of, listed.formerly_in):
        for code, municipalities in members.items():
            if municipality in municipalities:
                return code
    became = (
        past.into
        for past in listed.mergers
        if municipality in (*past.wholes, *past.part_of) and past.into != municipality
    )
    return next((home for into in became if (home := province_then(into))), None)


@cache
def province_shifts() -> tuple[Merger, ...]:
    """Return the herindelingen across province borders, by province.

    Returns
    -------
    tuple of Merger
        ``into`` is a province, with the municipalities that moved as ``part_of``.
    """
    shifts = []
    for past in regions().mergers:
        province_now = province_then(past.into)
        provinces = {code: province_then(code) for code in (*past.gone, *past.part_of)}
        moved = {code: name(code) for code, province in provinces.items() if province != province_now}
        shaped = sorted({str(province_now), *(str(provinces[code]) for code in moved)}) if moved else []
        shifts += [past.model_copy(update={"into": code, "wholes": (code,), "part_of": moved}) for code in shaped]
    return tuple(shifts)


def _shaping(region: str) -> tuple[Merger, ...]:
    """Return the herindelingen that gave a region its borders, in any order."""
    among = province_shifts() if region in regions().provinces else regions().mergers
    return tuple(past for past in among if past.into == region)


def merger(region: str, before: date = date.max) -> Merger | None:
    """Return the latest herindeling that shaped a municipality or province.

    Parameters
    ----------
    region : str
        Code of a municipality or province.
    before : date
        Only herindelingen before this date count.

    Returns
    -------
    Merger or None
        ``None`` when there was none since 2012.

    Examples
    --------
    >>> merger("GM1969").since
    datetime.date(2019, 1, 1)
    """
    earlier = (past for past in _shaping(region) if past.since < before)
    return max(earlier, key=lambda past: past.since, default=None)


def with_predecessors(municipalities: Iterable[str]) -> list[str]:
    """Return municipalities with all their predecessors: older figures are published under the old codes.

    Parameters
    ----------
    municipalities : iterable of str
        Codes of municipalities.

    Returns
    -------
    list of str
        The codes that were given, followed by those of the predecessors.
    """
    codes = list(municipalities)
    for code in codes:  # the list grows: predecessors have predecessors too
        formed = [past for past in regions().mergers if past.into == code]
        codes += [part for past in formed for part in (*past.wholes, *past.part_of) if part not in codes]
    return codes


def first_year(region: str, before: date = date.max) -> int | None:
    """Return the first year in which a region existed on 1 January in its borders of a date.

    Parameters
    ----------
    region : str
        Code of a municipality or province.
    before : date
        The borders of just before this date; by default those of today.

    Returns
    -------
    int or None
        ``None`` when it has had these borders since before 2012.

    Examples
    --------
    >>> first_year("GM1969"), first_year("GM0363")
    (2019, 2023)
    """
    latest = merger(region, before)
    return None if latest is None else latest.since.year + (latest.since > date(latest.since.year, 1, 1))


def last_year(municipality: str) -> int | None:
    """Return the last year in which a municipality existed on 1 January.

    Parameters
    ----------
    municipality : str
        Code of a municipality, present or former.

    Returns
    -------
    int or None
        ``None`` when it still exists.

    Examples
    --------
    >>> last_year("GM0022"), last_year("GM1969")
    (2018, None)
    """
    ended = _ending(municipality)
    return None if not ended else ended[0].since.year - (ended[0].since == date(ended[0].since.year, 1, 1))


def existed(municipality: str, year: int) -> bool:
    """Tell whether a municipality with this code existed in a year, in whatever borders.

    Parameters
    ----------
    municipality : str
        Code of a municipality, present or former.
    year : int
        Calendar year.

    Returns
    -------
    bool

    Examples
    --------
    >>> existed("GM1969", 2018), existed("GM0014", 2018)
    (False, True)
    """
    formed = [past.since for past in regions().mergers if past.into == municipality and municipality not in past.wholes]
    last = last_year(municipality)
    return not (formed and year < min(formed).year) and not (last is not None and year > last)


def successors(municipality: str) -> list[str]:
    """Return the present municipalities of which a former one became part, completely or partly.

    Parameters
    ----------
    municipality : str
        Code of a municipality, present or former.

    Returns
    -------
    list of str
        Empty when the municipality still exists.

    Examples
    --------
    >>> successors("GM0653")
    ['GM1940']
    """
    into = [past.into for past in _ending(municipality)]
    return list(dict.fromkeys(present for code in into for present in (successors(code) or [code])))


def _ending(municipality: str) -> list[Merger]:
    """Return the herindelingen, all on one day, that ended a municipality; none when it still exists."""
    involving = [past for past in regions().mergers if municipality in (*past.wholes, *past.part_of)]
    if not involving or municipality in current_municipalities():
        return []
    end = max(past.since for past in involving)
    return [past for past in involving if past.since == end]


def territory(region: str, year: int, before: date = date.max) -> Territory:
    """Return the regions that made up ``region`` in ``year``, in the borders of that year.

    Parameters
    ----------
    region : str
        The code as it was used just before ``before``; by default as it is used today.
    year : int
        Calendar year.
    before : date
        Only herindelingen before this date count. The same code can exist through several of them.

    Returns
    -------
    Territory
        For a province its own code, with the municipalities that moved in or out as its parts.

    Examples
    --------
    Grootegast, Leek, Marum and Zuidhorn became part of Westerkwartier completely, Winsum partly:

    >>> territory("GM1969", 2017)
    Territory(wholes=('GM0015', 'GM0022', 'GM0025', 'GM0056'), parts={'GM0053': 'Ezinge, Feerwerd en Garnwerd'})
    """
    later = [past for past in _shaping(region) if past.since > date(year, 1, 1) and past.since < before]
    if not later:
        return Territory((region,), {})
    latest = max(later, key=lambda past: past.since)
    territories = [territory(predecessor, year, latest.since) for predecessor in latest.wholes]
    parts = dict(latest.part_of)
    for earlier in territories:
        parts |= earlier.parts
    return Territory(tuple(whole for earlier in territories for whole in earlier.wholes), parts)
