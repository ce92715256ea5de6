"""Three editions in a row of the sample and of real exports, and what the last ones say changed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis import paths
from analysis.report import spans
from analysis.report.changes import compare
from analysis.report.changes_text import terminal
from analysis.report.edition import read as read_edition
from analysis.report.verify import verify
from conftest import REALDATA
from shown import read, words

COUNTS = "politie/47013NED_TypedDataSet_15022024_101742.csv"
# Packages of another patch version of Python are what a chapter is made from, and stand in the manifest.
_AS_VERSION = """
import sys
from analysis.report import record
from analysis.runner import inputs
version, installed, of = sys.argv.pop(1), inputs.packages(), record.version
inputs.packages = lambda: f"{installed} {version}"
record.version = lambda name: f"{of(name)}.{version}"
from analysis.cli import main
main()
"""


class Project:
    """Exports that change and the reports made of them, each by a command of its own."""

    def __init__(self, folder: Path, raw: Path) -> None:
        self.raw, self.out = folder / "raw", folder / "out"
        shutil.copytree(raw, self.raw, copy_function=shutil.copyfile)
        if not (self.raw / "beleid").exists():  # documents that may change
            shutil.copytree(paths.RAW / "beleid", self.raw / "beleid")
        self.environment = os.environ | {paths.WORK_VARIABLE: str(folder / "werk"), "VEILIGHEID_CHROMIUM": "geen"}

    def run(self, *arguments: object, version: int = 0) -> str:
        """Run a command, with the packages of a version; it has to succeed without a word on what went wrong."""
        ran = subprocess.run(
            [sys.executable, "-c", _AS_VERSION, str(version), *map(str, arguments)],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 0 and not ran.stderr, ran.stdout + ran.stderr
        return ran.stdout

    def change(self, name: str, old: str, new: str) -> None:
        """Change a raw file, in the register too."""
        path, register = self.raw / name, self.raw / "datapackage.json"
        content = path.read_bytes()
        assert old.encode() in content
        path.write_bytes(content := content.replace(old.encode(), new.encode()))
        if register.exists():
            listed = json.loads(register.read_text(encoding="utf-8"))
            known = {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
            next((one for one in listed["resources"] if one["path"] == name), {}).update(known)
            register.write_text(json.dumps(listed), encoding="utf-8")

    def publish(self, version: int) -> None:
        """Make the next edition."""
        self.run("report", "--raw", self.raw, "--out", self.out, version=version)

    @property
    def editions(self) -> list[Path]:
        """All that were published, the oldest first."""
        return [*sorted((self.out / "GM1969" / "edities" / "2019-2022").iterdir()), self.out / "GM1969" / "2019-2022"]


def three(folder: Path, raw: Path, *changed: tuple[tuple[str, str, str], ...]) -> SimpleNamespace:
    """Three editions: their folders, and the text of the page of changes of each."""
    project = Project(folder, raw)
    project.publish(1)
    for version, changes in enumerate(changed, start=2):
        for one in changes:
            project.change(*one)
        project.publish(version)
    pages = [words(read((one / "wijzigingen.html").read_text(encoding="utf-8"))) for one in project.editions]
    return SimpleNamespace(run=project.run, editions=project.editions, pages=pages)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return three(
        tmp_path_factory.mktemp("voorbeeld"), paths.RAW,
        (
            (COUNTS, '"1.1.1 ";"GM1969";"2022MM03";4', '"1.1.1 ";"GM1969";"2022MM03";9'),
            ("beleid/statements.yml", "is geanalyseerd", "is bekeken"),
        ),
        (
            ("halt/levering_halt_2012_2023.csv", "2022;31;4524", "2022;35;4524"),
            ("beleid/voortgang.csv", "15-7-2024", "20-1-2025"),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    if not REALDATA.is_dir():
        pytest.skip("no real exports beside the checkout")
    file, figure = "politie/47018NED_TypedDataSet_rebuilt.csv", '"1.1.1 ";"GM1969    ";"2022JJ00";'
    return three(
        tmp_path_factory.mktemp("echt"), REALDATA,
        ((file, f"{figure}36", f"{figure}41"), ("beleid/statements.yml", "is geanalyseerd", "is bekeken")),
        ((file, f"{figure}41", f"{figure}39"), ("beleid/statements.yml", "is bekeken", "is geanalyseerd")),
    )  # fmt: skip


@pytest.fixture(params=["sample", "real"])
def published(request):
    return request.getfixturevalue(request.param)


def test_every_edition_beside_every_other_is_told(published):
    first, _, third = published.editions
    assert "Veranderd sinds de editie van" in published.run("diff", first, third)
    assert "zijn dezelfde" in published.run("diff", third, third)
    for edition in published.editions:
        assert verify(edition).passed
        for other in published.editions:
            told = terminal(compare(read_edition(edition), read_edition(other)))
            assert ("zijn dezelfde" in told) == (edition == other)


def test_a_period_of_a_record_is_read_or_left_as_it_is():
    points = {
        "2022": "2022", "2023H2": "2e halfjaar van 2023", "2023-12": "december 2023", "2024-07-15": "15 juli 2024",
        "2020-2022": "2020–2022", "2022-01-2022-12": "januari 2022 tot en met december 2022",
    }  # fmt: skip
    assert {one: spans.words(one) for one in points} == points
    for other in ("", "vanaf 2022", "2022-13", "2020-23", "2022-02-30", "2022H3", "0000-01-01", "٢٠٢٢"):
        assert spans.parse(other) is None and spans.words(other) == other
