"""Locations of the project's files, and functions that replace a file or folder as a whole."""

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
MERGERS = PROJECT / "herindelingen.yml"  # optional: municipal mergers that the definitions do not have yet
SOURCES = PROJECT / "bronnen.yml"  # optional: changes to what the definitions say should be fetched
NATIONWIDE = "landelijk"  # subfolder of the processed data with figures of the whole country

# Papermill, nbval and JupyterLab each start a notebook in a different folder, and a notebook has no argument for the
# processed data. The process that starts the kernel therefore passes the folder in the environment.
PROCESSED_VARIABLE = "VEILIGHEID_PROCESSED"
WORK_VARIABLE = "VEILIGHEID_WORK"  # for installations where the project folder is too small or read-only
BROWSER_VARIABLE = "VEILIGHEID_CHROMIUM"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # constants of Linux
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)  # from a kernel or file system that cannot exchange folders


def processed() -> Path:
    """Return the folder with the processed data that this process should read."""
    return Path(os.environ.get(PROCESSED_VARIABLE) or PROCESSED)


def folder_problem(path: Path) -> str:
    """Say in Dutch why a path is not a folder: it is something else, or it does not exist.

    Parameters
    ----------
    path : Path
        A path that is not a folder.

    Returns
    -------
    str
        The problem of a `DataError`.

    Examples
    --------
    >>> folder_problem(Path("bestaat-niet"))
    'deze map bestaat niet.'
    """
    return "dit is geen map." if path.exists() else "deze map bestaat niet."


def work() -> Path:
    """Return the folder with caches and executed chapters.

    Its content may include more than may be published, so it is never part of a report.
    """
    return Path(os.environ.get(WORK_VARIABLE) or WORK)


def display_path(path: Path) -> str:
    """Return a path as the user knows it: relative to the working folder where possible.

    Parameters
    ----------
    path : Path
        Relative paths are taken from the working folder. Links are not resolved, so that a file keeps the name by which
        the user knows it.

    Returns
    -------
    str

    Examples
    --------
    >>> display_path(Path.cwd() / "data" / "a.csv")
    'data/a.csv'
    """
    try:
        # abspath instead of resolve: links are not followed.
        return str(Path(os.path.abspath(path)).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@contextmanager
def named_in_errors(path: Path) -> Iterator[None]:
    """Add a file name to system errors that lack one, such as the error of a full disk.

    Parameters
    ----------
    path : Path
        The file or folder that is being written.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = display_path(path)
        raise


def write(path: Path, content: bytes) -> None:
    """Write a file as a whole; if anything fails, the previous content stays.

    Parameters
    ----------
    path : Path
        The file to write; its folder must exist.
    content : bytes
        The new content.

    Raises
    ------
    OSError
        When writing fails; the error names ``path``.
    """
    temporary = path.with_name(f".{path.name}.nieuw")
    try:
        with named_in_errors(path):
            temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def temporary_beside(target: Path) -> Iterator[Path]:
    """Make a temporary folder on the disk of a target, and remove what is left of it afterwards.

    The caller may move the folder to the target. A system error inside the ``with`` block names the target, see
    `named_in_errors`.

    Parameters
    ----------
    target : Path
        Its parent folder is made when it does not exist.

    Yields
    ------
    Path
        The empty temporary folder, in the parent folder of ``target``.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        with named_in_errors(target):
            yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Make a temporary folder that replaces the target when the ``with`` block ends without an error.

    Parameters
    ----------
    target : Path
        The folder to replace, see `replace_folder`; it need not exist.

    Yields
    ------
    Path
        The empty temporary folder to fill.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as parent:
    ...     target = Path(parent, "cijfers")
    ...     with replacing(target) as folder:
    ...         size = (folder / "a.txt").write_text("1")
    ...     [path.name for path in target.iterdir()]
    ['a.txt']
    """
    with temporary_beside(target) as temporary:
        yield temporary
        replace_folder(temporary, target)


def replace_folder(finished: Path, target: Path) -> None:
    """Put a finished folder in the place of another one; whatever goes wrong, one of the two stays complete.

    Where the two folders cannot be exchanged in one step, there is a short moment in which the target does not exist.
    If the process is killed at that moment, the old folder is left aside and `recover_folder` brings it back.

    Parameters
    ----------
    finished : Path
        The new folder, on the same disk as ``target``.
    target : Path
        The folder to replace; it need not exist. Its old content is removed.
    """
    recover_folder(target)
    if target.is_dir() and exchange(finished, target):
        shutil.rmtree(finished, ignore_errors=True)
        return
    old = _old(target)
    if target.is_dir():
        target.rename(old)
    else:  # a file in this place can only be an accident
        target.unlink(missing_ok=True)
    try:
        finished.rename(target)
    except BaseException:
        recover_folder(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def exchange(first: Path, second: Path) -> bool:
    """Exchange two folders on one disk in a single step.

    Linux can do this on its own file systems (ext4, XFS, Btrfs, tmpfs); network disks often cannot. Python has no
    function for it, so the call goes through ``ctypes`` and raises the audit event of `os.rename` itself.

    Parameters
    ----------
    first, second : Path
        Existing folders on the same disk.

    Returns
    -------
    bool
        ``False`` when the system or the disk does not support it; then nothing has changed.

    Raises
    ------
    OSError
        When the exchange fails for another reason.
    """
    import ctypes  # slow to import, and only needed here

    if sys.platform != "linux" or not hasattr(library := ctypes.CDLL(None, use_errno=True), "renameat2"):
        return False
    sys.audit("os.rename", str(first), str(second), -1, -1)
    if library.renameat2(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE) == 0:
        return True
    if (error := ctypes.get_errno()) in _UNSUPPORTED:
        return False
    raise OSError(error, os.strerror(error), str(first), None, str(second))


def remove_folder(folder: Path, aside: Path) -> None:
    """Remove a folder in a single move.

    Parameters
    ----------
    folder : Path
        The folder to remove.
    aside : Path
        A folder on the same disk. If the process is killed, the remains stay there until `clear_unfinished` removes
        them.
    """
    doomed = Path(mkdtemp(dir=aside, prefix=f".{folder.name}."))
    folder.rename(doomed / folder.name)
    shutil.rmtree(doomed, ignore_errors=True)


def recover_folder(target: Path) -> None:
    """Restore the old folder that a killed `replace_folder` left aside, or remove it when it is no longer needed.

    Parameters
    ----------
    target : Path
        The folder that was being replaced.
    """
    old = _old(target)
    if old.exists() and not target.exists():
        old.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def clear_unfinished(folder: Path, name: str = "*") -> None:
    """Remove the temporary folders of killed processes; only safe when nobody else writes in this folder.

    A temporary folder stands beside its target and has the name that `tempfile.mkdtemp` gave it.

    Parameters
    ----------
    folder : Path
        The folder that holds the targets.
    name : str
        Name of the target, or a pattern; by default every target.
    """
    for path in folder.glob(f".{name}.old"):
        recover_folder(folder / path.stem[1:])
    for path in folder.glob(f".{name}.????????"):
        shutil.rmtree(path, ignore_errors=True)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def browser() -> str | None:
    """Return the Chromium that prints a PDF.

    Returns
    -------
    str or None
        The program that the environment variable ``VEILIGHEID_CHROMIUM`` names, otherwise the first known browser on
        the path; ``None`` when there is none.
    """
    named = os.environ.get(BROWSER_VARIABLE)
    return next(filter(None, map(shutil.which, [named] if named else _BROWSERS)), None)
