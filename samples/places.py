"""Codes and names of municipalities as publishers write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FILE = Path("src/analysis/definitions/regions.yml")


def names() -> dict[str, str]:
    """Give every municipality since 2012, by code; some share their name with a province."""
    municipalities: dict[str, str] = regions()["municipalities"]
    provinces = set(regions()["provinces"].values())
    return {code: f"{name} (gemeente)" if name in provinces else name for code, name in municipalities.items()}


def present() -> list[str]:
    """Codes of the municipalities that exist today: all that ever were, less those that went over into another."""
    known = regions()
    alive = set(known["municipalities"]) - set(known["unassigned"])
    for merger in sorted(known["mergers"], key=lambda merger: str(merger["since"])):
        alive -= {*merger["from"], *merger.get("part_of", {})} - {merger["into"]}
    return sorted(alive)


def regions() -> dict[str, Any]:
    """Give the definitions of regions without herindelingen that are still to come: the sample knows none of them."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    past = [merger for merger in content["mergers"] if merger["since"] <= content["known_until"]]
    return content | {"mergers": past}
