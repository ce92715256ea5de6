"""The page that leads to every report in a folder of reports."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import paths, regions
from ..errors import DataError
from .edition import OVERVIEW, published, read
from .page import Page
from .template import render

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Row:
    """One report: where it is, and how many of its chapters could be made."""

    name: str
    province: str
    years: str
    href: str
    made: int
    chapters: int


def write_all(out: Path, failed: Iterable[str] = ()) -> None:
    """Write the page with all reports that stand in a folder, in the place of the one before.

    Parameters
    ----------
    out : Path
        With a folder for each municipality, and in it one for each window of years.
    failed : iterable of str
        Codes of municipalities whose report could not be made this time. To these are added those whose report is
        damaged; the terminal says which file it is.
    """
    rows, made_up, failed = [], [], list(failed)
    for path in published(out):
        place = path.parent.relative_to(out)
        try:
            told = read(path.parent).manifest
            rows.append(_row(place, told))
            made_up.append(_synthetic(told))
        except (DataError, LookupError, TypeError):
            _LOG.warning("  Niet in het overzicht, want beschadigd: %s", paths.shown(path))
            failed.append(place.parts[0])
    rows.sort(key=_alphabet)
    page = Page("Veiligheidsanalyses", "per gemeente", synthetic=any(made_up))
    text = render("all.html.j2", page=page, rows=rows, failed=sorted(regions.name(code) for code in {*failed}))
    paths.write(out / OVERVIEW, text.encode())


def _row(place: Path, told: dict[str, Any]) -> Row:
    asked, chapters = told["parameters"], told["chapters"]
    code, years = asked["municipality"], f"{asked['first_year']}–{asked['last_year']}"
    made = sum(one["reason"] is None for one in chapters)
    province = regions.name(regions.province(code))
    return Row(regions.name(code), province, years, f"{place.as_posix()}/index.html", made, len(chapters))


def _alphabet(row: Row) -> tuple[str, str]:
    """'s-Gravenhage stands under the G."""
    return row.name.removeprefix("'s-").casefold(), row.years


def _synthetic(told: dict[str, Any]) -> bool:
    return any(source["synthetic"] for source in told["inputs"])
