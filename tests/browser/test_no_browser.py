"""Without a browser nobody may think that the pages were tested: it is said at the end, and fails where it counts."""

import os
import subprocess
import sys

import pytest

from analysis import paths

pytestmark = pytest.mark.slow

TESTS = paths.PROJECT / "tests"
ABSENT = """
import chromium_for_tests
def find():
    raise chromium_for_tests.NoBrowser("proef")
chromium_for_tests.find = find
"""


def ran(folder, **environment):
    (folder / "absent.py").write_text(ABSENT)
    (folder / "test_page.py").write_text("def test_page(chromium): pass")
    known = {name: value for name, value in os.environ.items() if name not in {"CI", "PYTEST_XDIST_WORKER"}}
    known |= environment | {"PYTHONPATH": os.pathsep.join(map(str, (TESTS, TESTS / "support", folder)))}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "absent",
        "-p",
        "conftest",
        "-p",
        "no:cacheprovider",
        "test_page.py",
    ]
    return subprocess.run([*command, "--rootdir=."], cwd=folder, env=known, capture_output=True, text=True, check=False)


def test_tests_that_did_not_run_are_named_at_the_end(tmp_path):
    done = ran(tmp_path)
    assert done.returncode == 0
    assert "NIET GEDRAAID" in done.stdout
    assert (
        "Geen browser: de toetsen op toegankelijkheid zijn NIET gedraaid (1 tests). Installeer Chromium" in done.stdout
    )


def test_they_fail_where_every_test_has_to_run(tmp_path):
    done = ran(tmp_path, CI="true")
    assert done.returncode == 1
    assert "Geen browser" in done.stdout
