"""The name of a region as a reader sees it."""

from __future__ import annotations

from .. import regions


def place(region: str) -> str:
    """The name of a region; a province that shares its name with a municipality says so.

    Parameters
    ----------
    region : str
        ``"PV20"`` is "Groningen (provincie)", ``"GM0014"`` is "Groningen".
    """
    name = regions.name(region)
    shared = region.startswith("PV") and name in regions.regions().municipalities.values()
    return f"{name} (provincie)" if shared else name
