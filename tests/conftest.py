"""Fixtures and settings for all tests; helpers are in ``tests/support``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from analysis import paths

# A first example pays for imports; how long an example takes is no property of the code.
settings.register_profile("project", deadline=None)
settings.load_profile("project")
# What coverage sees in a fork is collected by nobody, and watching it takes as long again.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: sys.settrace(None))

TEST_NOTEBOOKS = sorted((Path(__file__).parent / "notebooks").glob("*.ipynb"))
REALDATA = paths.PROJECT.parent / "shared" / "realdata"
_SCRATCH = tempfile.TemporaryDirectory(prefix="veiligheid-")
os.environ[paths.PROCESSED_VARIABLE] = str(Path(_SCRATCH.name) / "niets")  # no test leans on the analyst's own data
if "PYTEST_XDIST_WORKER" not in os.environ:  # all test processes find what one of them kept
    os.environ[paths.WORK_VARIABLE] = str(Path(_SCRATCH.name) / "werk")
    (_WORK := Path(os.environ[paths.WORK_VARIABLE])).mkdir()
    (_WORK / "afscherming").write_text("00" * 32)  # so that every run of the tests hides the same figures


@cache
def sample() -> Path:
    """The sample exports as processed data, made once in each test process."""
    from analysis.ingest.pipeline import ingest

    folder = Path(_SCRATCH.name) / "processed"
    ingest(paths.RAW, folder)
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let notebooks read the sample, never the analyst's own data, and do without real exports that are not there."""
    if not REALDATA.is_dir():
        absent = pytest.mark.skip(reason="no real exports beside the checkout")
        for item in items:
            if item.get_closest_marker("realdata"):
                item.add_marker(absent)
    if any(type(item).__name__ == "IPyNbCell" for item in items):
        os.environ[paths.PROCESSED_VARIABLE] = str(sample())


@pytest.fixture(scope="session")
def processed() -> Path:
    """Processed sample data."""
    return sample()


@pytest.fixture(scope="session")
def sample_report(processed: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report of the sample data, made once for all test processes; not for a test that changes it."""
    import report_command
    from analysis.build.chapters import Parameters
    from made_once import make_once

    return make_once(
        tmp_path_factory, "voorbeeld", lambda out: report_command.report(Parameters(), processed, out, pdf=True)
    )


@pytest.fixture(scope="session")
def real_reports(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Folder with the reports on real exports, and what the terminal said; made once for all test processes."""
    from made_once import make_once, real_report

    if not REALDATA.exists():
        pytest.skip("the real exports are not here")
    return make_once(tmp_path_factory, "echt", lambda out: real_report(REALDATA, out, "GM1969", "GM0363"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser; without one the tests are not run and say so at the end, or fail where that may not happen."""
    import chromium_for_tests

    try:
        chromium_for_tests.find()
    except chromium_for_tests.NoBrowser as error:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{chromium_for_tests.ABSENT}. {error}")
    with chromium_for_tests.running() as started:
        yield started


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What may not go unseen: tests that did not run for want of a browser, and what was measured."""
    from chromium_for_tests import ABSENT

    missed = [test for test in terminalreporter.stats.get("skipped", []) if ABSENT in str(test.longrepr)]
    if missed:
        terminalreporter.section("NIET GEDRAAID", red=True, bold=True)
        terminalreporter.line(
            f"{ABSENT} ({len(missed)} tests). Installeer Chromium, of zet VEILIGHEID_CHROMIUM.", red=True
        )
    for test in terminalreporter.stats.get("passed", []):
        for name, text in test.user_properties:
            if name == "measured":
                terminalreporter.line(text)


@pytest.fixture
def judged(tmp_path: Path) -> Callable[..., Any]:
    """Judge statements in the folder of the test: ``judged(statements, figures, ...)``, see `asked`."""
    from made_up_statements import judged

    return partial(judged, tmp_path)
