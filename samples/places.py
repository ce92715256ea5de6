"""Codes and names of municipalities as publishers write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FILE = Path("src/analysis/definitions/regions.yml")


def names() -> dict[str, str]:
    """Give every municipality since 2012, by code; some share their name with a province."""
    municipalities: dict[str, str] = _regions()["municipalities"]
    provinces = set(_regions()["provinces"].values())
    return {code: f"{name} (gemeente)" if name in provinces else name for code, name in municipalities.items()}


def present() -> list[str]:
    """Codes of the municipalities that exist today: all that ever were, less those that went over into another."""
    regions = _regions()
    alive = set(regions["municipalities"]) - set(regions["unassigned"])
    for merger in sorted(regions["mergers"], key=lambda merger: str(merger["since"])):
        alive -= {*merger["from"], *merger.get("part_of", {})} - {merger["into"]}
    return sorted(alive)


def _regions() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content
