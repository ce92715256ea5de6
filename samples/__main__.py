"""Write the sample exports: `python -m samples [folder]`, from the project root; data/raw by default."""

from __future__ import annotations

import sys
from pathlib import Path

from samples import (
    ballots,
    beleid,
    cbs,
    counts,
    deliveries,
    meldingen,
    monitor,
    nvi,
    peers,
    register,
    statline,
    verkeer,
    wijken,
)
from samples.calibration import load


def main(folder: Path) -> None:
    """Write every export into a folder."""
    calibration = load()
    crimes, nuisance = counts.draw(calibration, "misdrijven"), counts.draw(calibration, "overlast")
    resources = [
        *statline.exports(calibration, crimes, nuisance),
        *cbs.exports(calibration),
        *monitor.exports(calibration),
        *nvi.exports(calibration),
        *peers.exports(calibration),
        *deliveries.exports(calibration, nuisance),
        *wijken.exports(calibration, crimes),
        *verkeer.exports(calibration),
        *meldingen.exports(calibration),
        *ballots.exports(calibration),
        *beleid.exports(),
    ]
    register.write(resources, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "data/raw"))
