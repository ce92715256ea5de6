"""The only place that knows where things are."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
DEFINITIONS = Path(__file__).resolve().parent / "definitions"
NOTEBOOKS = PROJECT / "notebooks"
RAW = PROJECT / "data" / "raw"
PROCESSED = PROJECT / "data" / "processed"
REPORTS = PROJECT / "reports"

# A notebook has no argument for this: papermill, nbval and JupyterLab each start it in another folder,
# so whoever starts the kernel says through the environment where the processed data are.
PROCESSED_VARIABLE = "VEILIGHEID_PROCESSED"


def processed() -> Path:
    """Folder with the processed data that this process should read."""
    return Path(os.environ.get(PROCESSED_VARIABLE) or PROCESSED)


def shown(path: Path) -> str:
    """A path as a reader knows it: relative to the working folder where that is shorter."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
