"""Codes and names of municipalities as publishers write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FILE = Path("src/analysis/definitions/regions.yml")


def names() -> dict[str, str]:
    """Return the name of every municipality since 2012, by code.

    Returns
    -------
    dict of str to str
        With ``(gemeente)`` added where a province has the same name.
    """
    municipalities: dict[str, str] = regions()["municipalities"]
    provinces = set(regions()["provinces"].values())
    return {code: f"{name} (gemeente)" if name in provinces else name for code, name in municipalities.items()}


def present() -> list[str]:
    """Return the codes of the municipalities that exist today, without those that merged into another.

    Returns
    -------
    list of str
        Ascending.
    """
    definitions = regions()
    alive = set(definitions["municipalities"]) - set(definitions["unassigned"])
    for merger in sorted(definitions["mergers"], key=lambda merger: str(merger["since"])):
        alive -= {*merger["from"], *merger.get("part_of", {})} - {merger["into"]}
    return sorted(alive)


def made_of(region: str, since: str = "2018-01-01") -> list[str]:
    """Return the municipalities that went into one of today as a whole.

    Parameters
    ----------
    region : str
        Code of a municipality of today.
    since : str
        Date; what merged before it is one municipality already.

    Returns
    -------
    list of str
        The municipality itself, when nothing merged into it.
    """
    mergers = [merger for merger in regions()["mergers"] if merger["into"] == region and str(merger["since"]) >= since]
    return [code for merger in mergers for code in merger["from"]] or [region]


def untouched() -> list[str]:
    """Return the codes of the municipalities that no merger touched since 2012.

    Returns
    -------
    list of str
        Ascending.
    """
    definitions = regions()
    mergers = definitions["mergers"]
    touched = {code for merger in mergers for code in [merger["into"], *merger["from"], *merger.get("part_of", {})]}
    return sorted(set(definitions["municipalities"]) - touched - set(definitions["unassigned"]))


def regions() -> dict[str, Any]:
    """Return the definitions of regions, without mergers that are still to come: the sample has none of them."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    past = [merger for merger in content["mergers"] if merger["since"] <= content["known_until"]]
    return content | {"mergers": past}
