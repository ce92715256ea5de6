"""Without a browser, the summary names the tests that did not run, and in CI they fail."""

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


def run_tests(folder, **environment):
    (folder / "absent.py").write_text(ABSENT)
    (folder / "test_page.py").write_text("def test_page(chromium): pass")
    variables = {name: value for name, value in os.environ.items() if name not in {"CI", "PYTEST_XDIST_WORKER"}}
    variables |= environment | {"PYTHONPATH": os.pathsep.join(map(str, (TESTS, TESTS / "support", folder)))}
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
    return subprocess.run(
        [*command, "--rootdir=."], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def test_tests_that_did_not_run_are_named_at_the_end(tmp_path):
    run = run_tests(tmp_path)
    assert run.returncode == 0
    assert "NIET GEDRAAID" in run.stdout
    assert (
        "Geen browser: de toetsen op toegankelijkheid zijn NIET gedraaid (1 tests). Installeer Chromium" in run.stdout
    )


def test_they_fail_where_every_test_has_to_run(tmp_path):
    run = run_tests(tmp_path, CI="true")
    assert run.returncode == 1
    assert "Geen browser" in run.stdout
