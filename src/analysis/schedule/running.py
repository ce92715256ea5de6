"""Running the programs that keep schedules."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from ..errors import DataError

_REMEDY = "Verhelp dit en geef de opdracht nog eens, of doe het met de hand: zonder --install ziet u waar het om gaat."


def run(command: Sequence[str], content: str | None = None) -> str:
    """What a program answers.

    Parameters
    ----------
    content : str, optional
        What it is given to read.

    Raises
    ------
    DataError
        With what it says, when it cannot do it.
    """
    try:
        done = subprocess.run(command, input=content, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        problem, remedy = "dit programma is er niet.", "Kies met --kind iets anders: systemd, cron, taken of ci."
        raise DataError(command[0], problem, remedy) from None
    if done.returncode:
        problem = f"dit lukte niet: {(done.stderr or done.stdout).strip()}"
        raise DataError(" ".join(command), problem, _REMEDY)
    return done.stdout
