"""What an analyst imports: ``import analysis as va``.

>>> import analysis as va
>>> reports = va.load("onbegrepen_gedrag", "GM1969")
>>> va.change(reports, 2019, 2022)

The names and the modules they come from are listed in ``__init__.pyi``, where an editor finds their types. Each module
is imported when one of its names is first used, so that the command line does not wait for pandas and matplotlib.
"""

from __future__ import annotations

from typing import Any

import lazy_loader

_lookup, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    value = _lookup(name)
    from .display import registration  # noqa: F401 (a result can show itself only once this is imported)
    from .store import usage

    usage.note_module(value.__module__)
    globals()[name] = value
    return value
