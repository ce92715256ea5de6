"""Which of our modules stand behind one, and whether they are still the same."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]


def behind(names: Iterable[str]) -> frozenset[str]:
    """The modules that some modules import, directly or through others, and these themselves.

    Parameters
    ----------
    names : iterable of str
        Full names, ``analysis.display.charts``; what is no module of ours is left out.
    """
    graph = _graph()
    known = {name for name in names if name in graph.modules}
    return frozenset(known.union({PACKAGE.name}, *(graph.find_upstream_modules(name) for name in known)))


def all_of_them() -> dict[str, Path]:
    """The file of every module, by its full name."""
    files = (path.relative_to(PACKAGE.parent) for path in PACKAGE.rglob("*.py"))
    return {".".join(_parts(file)): PACKAGE.parent / file for file in files}


def _parts(file: Path) -> tuple[str, ...]:
    return file.parent.parts if file.name == "__init__.py" else file.with_suffix("").parts


@cache
def _graph() -> Any:
    import grimp  # only when something was made: finding out that nothing has to be is to be quick

    return grimp.build_graph(PACKAGE.name, cache_dir=None)
