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


def regions() -> dict[str, Any]:
    """Return the definitions of regions, without mergers that are still to come: the sample has none of them."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    past = [merger for merger in content["mergers"] if merger["since"] <= content["known_until"]]
    return content | {"mergers": past}
