"""The only place that knows where things are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

PROJECT = Path(__file__).resolve().parents[2]
DEFINITIONS = Path(__file__).resolve().parent / "definitions"
NOTEBOOKS = PROJECT / "notebooks"
RAW = PROJECT / "data" / "raw"
PROCESSED = PROJECT / "data" / "processed"
REPORTS = PROJECT / "reports"
WORK = PROJECT / "data" / "work"
MERGERS = PROJECT / "herindelingen.yml"  # what the definitions do not know yet; need not be there
SOURCES = PROJECT / "bronnen.yml"  # what to fetch otherwise than the definitions say; need not be there
NATIONWIDE = "landelijk"  # among the processed data, what is kept of the whole country

# A notebook has no argument for this: papermill, nbval and JupyterLab each start it in another folder,
# so whoever starts the kernel says through the environment where the processed data are.
PROCESSED_VARIABLE = "VEILIGHEID_PROCESSED"
WORK_VARIABLE = "VEILIGHEID_WORK"  # for who has no room in the project, or may not write there


def processed() -> Path:
    """Folder with the processed data that this process should read."""
    return Path(os.environ.get(PROCESSED_VARIABLE) or PROCESSED)


def work() -> Path:
    """Folder with what reports are made from: it holds more than may be handed on, so it is never among them."""
    return Path(os.environ.get(WORK_VARIABLE) or WORK)


def shown(path: Path) -> str:
    """A path as a reader knows it: relative to the working folder where that is shorter."""
    try:
        # Not where a link leads: the file is known by the name it has here.
        return str(Path(os.path.abspath(path)).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@contextmanager
def naming(place: Path) -> Iterator[None]:
    """Let an error of the system that names no file, as of a full disk, name what was being written."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = shown(place)
        raise


def write(place: Path, content: bytes) -> None:
    """Write a file whole: whatever goes wrong, what stood there before stays."""
    fresh = place.with_name(f".{place.name}.nieuw")
    try:
        with naming(place):
            fresh.write_bytes(content)
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)


def replace_folder(fresh: Path, target: Path) -> None:
    """Put a finished folder in the place of another; whatever goes wrong, one of the two is there whole.

    Parameters
    ----------
    fresh : Path
        The finished folder, on the same disk as ``target``.
    target : Path
        May exist; then it is gone afterwards.
    """
    recover_folder(target)
    old = _old(target)
    if target.is_dir():
        target.rename(old)
    else:  # a file can only stand there by accident
        target.unlink(missing_ok=True)
    try:
        fresh.rename(target)
    except BaseException:
        recover_folder(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def remove_folder(folder: Path, aside: Path) -> None:
    """Remove a folder in one move; of a killed run what is left stands aside, for `clear_unfinished`."""
    gone = Path(mkdtemp(dir=aside, prefix=f".{folder.name}."))
    folder.rename(gone / folder.name)
    shutil.rmtree(gone, ignore_errors=True)


def recover_folder(target: Path) -> None:
    """Bring back what a killed run left aside, and clear what a finished one no longer needs."""
    old = _old(target)
    if old.exists() and not target.exists():
        old.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def clear_unfinished(folder: Path, name: str = "*") -> None:
    """Clear what killed runs were making in a folder; only for who knows that nobody else writes there.

    Each of them stands beside its target, under the name that `tempfile.mkdtemp` gave it.

    Parameters
    ----------
    name : str
        Of the target, or a pattern; by default all there are.
    """
    for path in folder.glob(f".{name}.old"):
        recover_folder(folder / path.stem[1:])
    for path in folder.glob(f".{name}.????????"):
        shutil.rmtree(path, ignore_errors=True)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")
