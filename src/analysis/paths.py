"""The only place that knows where things are."""

from __future__ import annotations

import errno
import os
import shutil
import sys
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
BROWSER_VARIABLE = "VEILIGHEID_CHROMIUM"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)  # what a kernel or a file system without it says


def processed() -> Path:
    """Folder with the processed data that this process should read."""
    return Path(os.environ.get(PROCESSED_VARIABLE) or PROCESSED)


def folder_problem(path: Path) -> str:
    """Why a path is not the folder that was asked for, in Dutch."""
    return "dit is geen map." if path.exists() else "deze map bestaat niet."


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
def named_in_errors(place: Path) -> Iterator[None]:
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
        with named_in_errors(place):
            fresh.write_bytes(content)
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def temporary_beside(target: Path) -> Iterator[Path]:
    """A temporary folder on the disk of a target, which may become it; what then stands in it is removed.

    An error of writing there names the target: see `named_in_errors`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        with named_in_errors(target):
            yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A temporary folder to fill; when all went well it takes the place of the target, see `replace_folder`."""
    with temporary_beside(target) as fresh:
        yield fresh
        replace_folder(fresh, target)


def replace_folder(fresh: Path, target: Path) -> None:
    """Put a finished folder in the place of another; whatever goes wrong, one of the two is there whole.

    Where the two cannot be exchanged in one step, there is a moment with neither. Whoever is killed right then leaves
    the old one aside, and `recover_folder` brings it back.

    Parameters
    ----------
    fresh : Path
        The finished folder, on the same disk as ``target``.
    target : Path
        May exist; then it is gone afterwards.
    """
    recover_folder(target)
    if target.is_dir() and exchange(fresh, target):
        shutil.rmtree(fresh, ignore_errors=True)
        return
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


def exchange(one: Path, other: Path) -> bool:
    """Let two folders on one disk change places in one step; ``False`` where the system or the disk cannot.

    Linux can, on its own file systems (ext4, XFS, Btrfs, tmpfs); a network disk often cannot. Python has no call for
    it, so the audit hooks are told here, as for `os.rename`.
    """
    import ctypes  # only when a folder is replaced

    if sys.platform != "linux" or not hasattr(library := ctypes.CDLL(None, use_errno=True), "renameat2"):
        return False
    sys.audit("os.rename", str(one), str(other), -1, -1)
    if library.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    if (error := ctypes.get_errno()) in _CANNOT:
        return False
    raise OSError(error, os.strerror(error), str(one), None, str(other))


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


def browser() -> str | None:
    """The Chromium that prints a PDF: the one that ``VEILIGHEID_CHROMIUM`` names, else one on the path."""
    named = os.environ.get(BROWSER_VARIABLE)
    return next(filter(None, map(shutil.which, [named] if named else _BROWSERS)), None)
