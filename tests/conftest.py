"""For every test. Where this file stands, tests find `builders`, `exports` and the other helpers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from analysis import paths

# A first example pays for imports; how long an example takes is no property of the code.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

TEST_NOTEBOOKS = sorted((Path(__file__).parent / "notebooks").glob("*.ipynb"))
REALDATA = paths.PROJECT.parent / "shared" / "realdata"
_SCRATCH = tempfile.TemporaryDirectory(prefix="veiligheid-")


@cache
def sample() -> Path:
    """The sample exports as processed data, made once in each test process."""
    from analysis.sources.ingest import ingest

    folder = Path(_SCRATCH.name) / "processed"
    ingest(paths.RAW, folder)
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Notebooks read what the environment points at; give them the sample, never the analyst's own data."""
    if any(type(item).__name__ == "IPyNbCell" for item in items):
        os.environ[paths.PROCESSED_VARIABLE] = str(sample())


@pytest.fixture(scope="session")
def processed() -> Path:
    """Processed sample data."""
    return sample()


@pytest.fixture
def judged(tmp_path: Path) -> Callable[..., Any]:
    """Judge statements in the folder of the test: ``judged(statements, figures, ...)``, see `asked`."""
    from asked import judged

    return partial(judged, tmp_path)
