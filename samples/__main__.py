"""Write the sample exports: `python -m samples [folder]`, from the project root; data/raw by default."""

from __future__ import annotations

import sys
from pathlib import Path

from samples import ballots, counts, deliveries, register, statline
from samples.calibration import load


def main(folder: Path) -> None:
    """Generate every export into `folder`."""
    calibration = load()
    crimes, nuisance = counts.draw(calibration, "misdrijven"), counts.draw(calibration, "overlast")
    resources = [
        *statline.exports(calibration, crimes, nuisance),
        *deliveries.exports(calibration, nuisance),
        *ballots.exports(calibration),
    ]
    register.write(resources, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "data/raw"))
