"""The project itself: locked versions, a fast command line, documented verbs and make targets."""

import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from analysis.paths import PROJECT

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
ENVIRONMENT = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))


def locked_versions():
    return {name: version for name, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", LOCK, re.MULTILINE)}


def plain(requirement):
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-")


def test_everything_the_project_asks_for_is_locked():
    asked = PYPROJECT["project"]["dependencies"] + PYPROJECT["dependency-groups"]["dev"]
    assert {plain(requirement) for requirement in asked} <= locked_versions().keys()


def test_the_lock_holds_hashes_and_no_addresses():
    blocks = re.split(r"\n(?=[a-z0-9])", LOCK.partition("\n\n")[2] or LOCK)
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)
    assert not re.search(r"https?://|--index|--find-links", LOCK)


def test_conda_users_get_the_same_versions():
    *conda, pip = ENVIRONMENT["dependencies"]
    assert pip["pip"] == ["--requirement requirements.lock"]
    python = next(entry for entry in conda if entry.startswith("python"))
    assert python.removeprefix("python") == PYPROJECT["project"]["requires-python"]
    assert conda[1:] == ["pip"]  # a package pinned here could differ from the lock


def test_the_command_line_imports_nothing_heavy():
    heavy = "{'pandas', 'numpy', 'matplotlib', 'papermill', 'pydantic', 'yaml'} & set(sys.modules)"
    code = f"import sys, analysis.cli.app; sys.exit(str({heavy}) if {heavy} else 0)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "verb",
    ["ingest", "register", "report", "lab", "chapter", "fetch", "status", "verify", "diff", "refresh", "schedule"],
)
def test_every_verb_is_documented(verb):
    assert f"veiligheid {verb}" in "".join(
        (PROJECT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/data.md", "docs/architecture.md")
    )


@pytest.mark.parametrize("guide", ["beleidsstukken.md", "verversen.md"])
def test_a_guide_says_where_the_command_is_before_it_uses_it(guide):
    text = (PROJECT / "docs" / guide).read_text(encoding="utf-8")
    assert text.index(".venv/bin/activate") < text.index("```console")


def test_make_help_lists_every_target():
    command = ["make", "--no-print-directory", "help"]
    output = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split()
    assert {line.split()[1] for line in output.splitlines()} == set(targets)


def test_every_name_an_analyst_imports_can_be_called():
    """Importing the display layer must not replace a function by a module of the same name."""
    code = "import analysis as va; va.load; assert all(callable(getattr(va, name)) for name in va.__all__)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
