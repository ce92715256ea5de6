"""Which regions hold a region, so that figures about it are part of theirs."""

from __future__ import annotations

from functools import cache

from .. import regions
from .figures import Place


@cache
def above(place: Place, year: int) -> tuple[tuple[Place, str], ...]:
    """The regions that hold a region, with the level of their parts; also what it became in a herindeling."""
    code, level = place[0], place[0][:2]
    wider = {"BU": [f"WK{code[2:8]}", f"GM{code[2:6]}"], "WK": [f"GM{code[2:6]}"]}.get(level, [])
    around = regions.province_then(code if level == "GM" else f"GM{code[2:6]}") if level in ("BU", "WK", "GM") else None
    large = [*([around] if around else []), *([regions.NEDERLAND] if code != regions.NEDERLAND else [])]
    later = [m.into for m in regions.regions().mergers if code in regions.territory(m.into, year).wholes]
    became = [into for into in dict.fromkeys(later) if regions.territory(into, year).wholes != (code,)]
    found = [(one, level) for one in wider] + [(one, kind) for one in large for kind in _kinds(place, year)]
    return tuple(((one, ""), kind) for one, kind in [*found, *((one, "was") for one in became)])


def _kinds(place: Place, year: int) -> tuple[str, ...]:
    """Municipalities of today add up to a province, and so do those of the year itself; all together they do not."""
    code, borders = place
    if not code.startswith("GM"):
        return (code[:2],)
    then = bool(borders) or regions.territory(code, year).wholes == (code,)
    return (() if _became(code) else ("GM",)) + (("GM then",) if then else ())


def _became(municipality: str) -> list[str]:
    """What a municipality that is no more went into, whole or in part."""
    gone = regions.province(municipality) == municipality
    mergers = [m for m in regions.regions().mergers if municipality in (*m.wholes, *m.part_of)]
    return [m.into for m in mergers if gone and m.into != municipality]
