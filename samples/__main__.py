"""Write the sample exports: `python -m samples [folder]`, from the project root; data/raw by default.

Files with real figures are not generated: they lie in data/raw, and the others are drawn so that they agree with them.
"""

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
    published,
    register,
    statline,
    verkeer,
    wijken,
)
from samples.calibration import load


def main(folder: Path) -> None:
    """Write every export into a folder; what is real is copied there as it is."""
    calibration = load()
    crimes, nuisance = counts.draw(calibration, "misdrijven"), counts.draw(calibration, "overlast")
    resources = [
        *published.exports(),
        *statline.exports(calibration, crimes, nuisance),
        *cbs.exports(calibration),
        *monitor.exports(calibration),
        *nvi.exports(calibration),
        *peers.exports(calibration),
        *deliveries.exports(calibration),
        *wijken.exports(calibration, crimes),
        *verkeer.exports(calibration),
        *meldingen.exports(calibration),
        *ballots.exports(calibration),
        *beleid.exports(),
    ]
    register.write(resources, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "data/raw"))
