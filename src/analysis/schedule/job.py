"""What is to run: the program that runs now, with its settings, and what it needs to know of this computer."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from .. import paths
from ..errors import DataError
from ..report.chromium import BROWSER_VARIABLE, browser


@dataclass(frozen=True)
class Job:
    """One refresh.

    Parameters
    ----------
    program, settings : Path
        Both in full: whoever starts it stands in another folder.
    environment : dict
        Variables by name. What starts it looks for programs in fewer places than a terminal does.
    """

    program: Path
    settings: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its own name, so that each file of settings has one entry."""
        return named(str(self.settings))

    @property
    def command(self) -> list[str]:
        """The program and its arguments."""
        return [str(self.program), "refresh", "--settings", str(self.settings)]

    @property
    def log(self) -> Path:
        """Where what it says is kept, if whoever starts it does not."""
        return self.settings.with_suffix(".log")


def named(settings: str) -> str:
    """The name of what refreshes with these settings."""
    return f"veiligheid-{sha256(settings.encode()).hexdigest()[:8]}"


def job(settings: Path) -> Job:
    """The refresh with these settings, as it would run from here.

    Raises
    ------
    DataError
        When a path holds a line break, which no entry can.
    """
    program = Path(sys.argv[0])
    if not program.is_file():
        program = Path(sys.executable).with_name("veiligheid")
    known = {paths.WORK_VARIABLE: str(paths.work().absolute())}
    if chromium := browser():
        known[BROWSER_VARIABLE] = os.path.abspath(chromium)
    found = Job(program.absolute(), settings.resolve(), known)
    for text in (*found.command, *found.environment.values()):
        if not text.isprintable():
            raise DataError(repr(text), "in dit pad staat een teken dat niet kan.", "Geef de map een andere naam.")
    return found
