"""Public API for analysts: ``import analysis as va``.

>>> import analysis as va
>>> reports = va.load("onbegrepen_gedrag", "GM1969")  # doctest: +SKIP
>>> va.change(reports, 2019, 2022)  # doctest: +SKIP

``__init__.pyi`` lists the names with the modules they come from; editors read the types there. A module is imported
when one of its names is first used, so that the command line does not wait for pandas and matplotlib.
"""

from __future__ import annotations

from typing import Any

import lazy_loader

_lookup, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    value = _lookup(name)
    from .display import registration  # noqa: F401 (registers the display functions of results)
    from .store import usage

    usage.note_module(value.__module__)
    globals()[name] = value
    return value
