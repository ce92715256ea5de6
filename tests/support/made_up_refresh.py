"""A refresh of a small report from one export, with publishers that offer what a test sets."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from analysis.build import workspace
from analysis.errors import DataError
from analysis.fetch import download, releases
from analysis.fetch.download import FetchResult
from analysis.fetch.releases import FetchFailure
from analysis.refresh import notification, settings, unattended
from analysis.report.editions import archive
from made_up_exports import typed

YEARS = (2019, 2020, 2021, 2022)
SOURCE = "import analysis as va\nva.load('woninginbraak', municipality, first_year, last_year)"
OUR_FILE = "politie.csv"


class Stage:
    """A folder with settings, exports and reports.

    Parameters
    ----------
    offered : dict or DataError
        What the publishers have: counts by region and year, or the error they give.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.raw, self.out = folder, folder / "raw", folder / "out"
        self.offered: dict[tuple[str, int], int] | DataError = {("GM1969", year): 80 for year in YEARS}
        self.had: Any = None
        self.failed: tuple[FetchFailure, ...] = ()
        self.raw.mkdir()
        self.settings()

    def settings(self, **more: Any) -> Path:
        """Write the settings file; return its path."""
        about = {"municipalities": ["GM1969"], "first_year": 2019, "last_year": 2022, "raw": "raw", "out": "out"}
        path = self.folder / settings.NAME
        path.write_text(yaml.safe_dump(about | more), encoding="utf-8")
        return path

    def fetch(self, raw: Path, *_: Any, **__: Any) -> FetchResult:
        """Replace `download.fetch`: write what is offered as an export."""
        if isinstance(self.offered, DataError):
            raise self.offered
        result = FetchResult((), 1 + len(self.failed), self.failed)
        releases.install(raw, raw / download.WORK, [], self.failed)
        if self.offered == self.had:
            return result
        typed(raw / OUR_FILE, {("1.1.1", region, f"{year}JJ00"): n for (region, year), n in self.offered.items()})
        self.had = dict(self.offered)
        return result

    def refresh(self, accept: bool = False) -> notification.RunOutcome:
        """Refresh; fail when a notification was not delivered."""
        path = self.folder / settings.NAME
        outcome, problems = unattended.refresh(settings.read(path), path.parent, 1, accept)
        assert not problems
        return outcome

    @property
    def target(self) -> Path:
        return workspace.published(self.out, settings.read(self.folder / settings.NAME).reports[0])

    @property
    def basis(self) -> Path:
        """Folder of the data that the report was last published from."""
        return workspace.chapters(self.out, settings.read(self.folder / settings.NAME).reports[0]) / "gepubliceerd"

    @property
    def page(self) -> str:
        return (self.target / "01_proef.html").read_text(encoding="utf-8")

    @property
    def earlier(self) -> list[str]:
        return sorted(path.name for path in archive(self.target).glob("*/"))

    def revise(self, year: int, count: int, region: str = "GM1969") -> None:
        """Change a figure that the publishers offer."""
        assert isinstance(self.offered, dict)
        self.offered[region, year] = count


def release(id: str, modified: str) -> Any:
    """Return a stand-in for a release, with what a summary needs."""
    return SimpleNamespace(source=SimpleNamespace(title=id, publisher="CBS"), day=date.fromisoformat(modified))
