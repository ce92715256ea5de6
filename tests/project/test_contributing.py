"""The six errands of CONTRIBUTING.md, each done on a copy of the project. All figures are made up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from analysis import paths

pytestmark = pytest.mark.slow

CHANGE = """
import pandas as pd
from analysis.definitions import catalogue
from analysis.statistics.change import change
from analysis.store.raw_sources import Source
from analysis.store.series import Series

source = Source("proef", "proef.csv", "47013NED", "Politie", "0" * 64, 1, synthetic=True)
counts = {**dict.fromkeys(range(2012, 2020), 100.0), 2022: 200.0}
values = pd.Series({pd.Timestamp(year, 1, 1): count for year, count in counts.items()})
data = pd.DataFrame({"value": values, "status": "final", "origin": "own", "lower": None, "upper": None})
series = Series(catalogue.indicator("woninginbraak"), "GM1969", "Y", data, (source,))
rise = change(series, 2019, 2022)
"""


class Copy:
    """A copy of the project's code and notebooks, in which an errand is done."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(paths.PROJECT / "src" / "analysis", folder / "src" / "analysis", ignore=ignored)
        shutil.copytree(paths.NOTEBOOKS, folder / "notebooks", ignore=ignored)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands in a file once."""
        path = self.folder / "src" / "analysis" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        """Add a text at the end of a file, which may be new."""
        with (self.folder / "src" / "analysis" / name).open("a", encoding="utf-8") as file:
            file.write(dedent(text))

    def run(self, code: str) -> str:
        """What a program prints that uses the copy."""
        environment = os.environ | {"PYTHONPATH": str(self.folder / "src")}
        command = [sys.executable, "-c", dedent(code)]
        done = subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_an_indicator_is_one_entry(copy: Copy) -> None:
    (copy.folder / "raw").mkdir()
    lines = ["ID;SoortMisdrijf;RegioS;Perioden;GeregistreerdeMisdrijven_1", '1;"9.9.9 ";"GM1969";"2022JJ00";12']
    (copy.folder / "raw" / "politie.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    copy.add(
        "definitions/indicators.yml",
        """
        dronediefstal:
          label: gestolen drones
          singular: gestolen drone
          field: woon
          counts: door de politie geregistreerde diefstallen van drones
          sources:
            - {subject: misdrijven, code: "9.9.9"}
          unit: registrations
          good: lower
          caveats: []
        """,
    )
    printed = copy.run("""
        from pathlib import Path
        from analysis.ingest.pipeline import ingest
        from analysis.store.loading import load
        ingest(Path("raw"), Path("processed"))
        print(load("dronediefstal", "GM1969", folder=Path("processed")).count(2022))
    """)
    assert printed == "12\n"


def test_a_kind_of_file_is_a_module_a_table_an_indicator_and_a_line(copy: Copy) -> None:
    (copy.folder / "raw").mkdir()
    (copy.folder / "raw" / "drones.csv").write_text("Plaats;Jaar;Drones\nGM1969;2022;12\n", encoding="utf-8")
    copy.add(
        "ingest/drones.py",
        '''
        """Drones that were seen, as a made-up publisher delivers them."""

        from __future__ import annotations

        from pathlib import Path

        import pandas as pd

        from ..definitions import catalogue
        from ..definitions.catalogue import Table
        from . import agreed_columns, grids, region_texts
        from .data_package import Resource
        from .tidy import tidy

        COLUMNS = {"region": "Plaats", "period": "Jaar", "text": "Drones"}


        def recognises(rows: list[list[str]], resource: Resource) -> bool:
            """Whether the first rows are those of a list of drones."""
            return agreed_columns.has_columns(rows, COLUMNS["text"])


        def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
            """Read the counts."""
            cells = agreed_columns.read_columns(grids.read(path, closed=True), path, COLUMNS)
            rows = tidy(cells.assign(category="drones"), path, comma=True, code=str, region=region_texts.region)
            return catalogue.tables()["drones"], rows
        ''',
    )
    copy.add(
        "definitions/tables.yml",
        """
        drones:
          title: Geziene drones
          publisher: Proef
          subject: drones
          frequencies: [Y]
          borders: own_year
        """,
    )
    copy.add(
        "definitions/indicators.yml",
        """
        drones_gezien:
          label: geziene drones
          singular: geziene drone
          field: woon
          counts: drones die iemand zag
          sources:
            - {subject: drones, code: drones}
          unit: registrations
          good: none
        """,
    )
    line = "    Reader(requested.recognises_halt, requested.read_halt),\n"
    copy.edit("ingest/dispatch.py", line, f"    Reader(drones.recognises, drones.read),\n{line}")
    copy.edit("ingest/dispatch.py", "    data_package,\n", "    data_package,\n    drones,\n")
    printed = copy.run("""
        from pathlib import Path
        from analysis.ingest.pipeline import ingest
        from analysis.store.loading import load
        ingest(Path("raw"), Path("processed"))
        print(load("drones_gezien", "GM1969", folder=Path("processed")).count(2022))
    """)
    assert printed == "12\n"


@pytest.mark.slow
def test_a_chapter_is_one_command_and_runs_as_it_is(copy: Copy, processed: Path) -> None:
    printed = copy.run(f"""
        import os
        from concurrent.futures import ThreadPoolExecutor
        from pathlib import Path
        from analysis.build import chapters, reports
        new = chapters.new_chapter("Zorg en veiligheid", "onbegrepen_gedrag", Path("notebooks"))
        assert new.name == "14_zorg_en_veiligheid.ipynb"
        new.rename(new.with_name("03_zorg.ipynb"))  # another number breaks nothing
        reports.chapters = lambda: [chapter for chapter in chapters.chapters(Path("notebooks")) if "zorg" in chapter.id]
        with ThreadPoolExecutor(1) as pool:
            os.environ["VEILIGHEID_CHROMIUM"] = "geen"
            asked, data = chapters.Parameters(), Path({str(processed)!r})
            made = reports.make_report(asked, data, Path("out"), pool, lambda *_: None)
        print((made.folder / "03_zorg.html").read_text(encoding="utf-8"))
    """)
    assert "<h1>Zorg en veiligheid</h1>" in printed.replace("\u00ad", "")
    assert "Waar komt dit vandaan?" in printed and "63\u00a0%" in printed


def test_a_sentence_is_written_once(copy: Copy) -> None:
    copy.edit("display/finding_texts.py", "Dat past bij een gewone schommeling (", "Dat is gewoon (")
    printed = copy.run(f"""
{CHANGE.replace("200.0", "101.0")}
import analysis.display.registration
from analysis.policy.change_tests import Changed
from analysis.display.finding_texts import finding_text
print(finding_text(Changed(rise, "up")))
""")
    assert "Dat is gewoon (" in printed and "schommeling" not in printed


def test_how_a_verdict_is_decided_is_changed_in_one_place(copy: Copy) -> None:
    show = f"{CHANGE.replace('200.0', '160.0')}\nprint(rise.verdict)\n"
    before = copy.run(show)
    copy.edit("definitions/thresholds.yml", "\n  hint: 0.2\n", "\n  hint: 0.051\n")
    assert (before, copy.run(show)) == ("bevestigd met kanttekening\n", "niet te onderscheiden van toeval\n")


def test_a_chart_is_fixed_in_its_module(copy: Copy) -> None:
    copy.edit("display/yearly_charts.py", '"linewidth": 2.6', '"linewidth": 9.1')
    printed = copy.run(f"{CHANGE}\nimport analysis as va\nprint(va.chart(series)._repr_mimebundle_()['text/html'])\n")
    assert "stroke-width:9.1" in printed.replace(" ", "") or 'stroke-width="9.1"' in printed
