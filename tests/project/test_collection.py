"""Every test file is found by the command that runs all tests."""

from fnmatch import fnmatch

from analysis import paths

TESTS = paths.PROJECT / "tests"


def test_no_folder_of_tests_is_passed_over(pytestconfig):
    """By default pytest does not look in folders that are called build, and those tests then say nothing."""
    patterns = pytestconfig.getini("norecursedirs")
    folders = {path.parent for path in TESTS.rglob("test_*.py")} - {TESTS}
    parts = {part for folder in folders for part in folder.relative_to(TESTS).parts}
    assert "build" in parts
    assert not [part for part in parts for pattern in patterns if fnmatch(part, pattern)]
