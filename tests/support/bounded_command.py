"""Run the command ``veiligheid`` in a process of its own with limited memory and time, for hostile input."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from analysis.cli import app

MEMORY = 1 << 30  # bytes that refusing a file may take
_SPACE = 4 << 30  # bytes of address space: imported libraries reserve more than they use
_PATIENCE = 60  # seconds: the machine may be busy
_CONTEXT = multiprocessing.get_context("forkserver")  # imports once, and forks each command from a clean process
_CONTEXT.set_forkserver_preload(
    ["bounded_command", "analysis.display.registration", "analysis.ingest.pipeline", "analysis.cli.output"]
)


@dataclass(frozen=True)
class Outcome:
    """Outcome of a command: exit code (negative for a signal), output, and peak memory in bytes."""

    code: int
    text: str
    memory: int


def run(folder: Path, *arguments: object, drop_rights: bool = False) -> Outcome:
    """Run a command; its output and temporary files are written in a folder.

    Parameters
    ----------
    drop_rights : bool
        Run without the privilege of root to read files without permission.
    """
    said, used = folder / "gezegd.txt", folder / "geheugen.txt"
    process = _CONTEXT.Process(target=_command, args=(list(map(str, arguments)), said, used, drop_rights))
    process.start()
    process.join(_PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()
    memory = int(used.read_text()) if used.exists() else 0
    return Outcome(process.exitcode or 0, said.read_text("utf-8"), memory)


def ingest(folder: Path, raw: Path, *options: str, drop_rights: bool = False) -> Outcome:
    """Read a folder of exports."""
    return run(folder, "ingest", "--raw", raw, "--processed", folder / "p", *options, drop_rights=drop_rights)


def refused(outcome: Outcome, file: str, *parts: str) -> None:
    """Assert that a command refused this file in Dutch, with a remedy, and within the memory limit."""
    assert outcome.code == 2, outcome
    first, remedy = outcome.text.strip().splitlines()[-2:]
    assert first.startswith("Fout in ") and file in first and remedy.startswith("Wat kunt u doen? "), outcome.text
    assert "meld het dan" not in remedy, f"reported as unexpected error: {outcome.text}"
    for part in parts:
        assert part in outcome.text, outcome.text
    assert outcome.memory < MEMORY


def _command(arguments: list[str], said: Path, used: Path, drop_rights: bool) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_SPACE, _SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with said.open("w", encoding="utf-8", buffering=1) as output:
        os.dup2(output.fileno(), 2)
        sys.stdout = sys.stderr = output
        if drop_rights:
            _drop_rights()
        sys.argv = ["veiligheid", *arguments]
        try:
            app.main()
        finally:
            used.write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


def _drop_rights() -> None:
    """Drop the capabilities with which root bypasses permissions; other users have none."""
    libc = ctypes.CDLL(None)
    header, sets = struct.pack("=Ii", 0x20080522, 0), ctypes.create_string_buffer(24)  # effective, permitted, inherited
    libc.capget(header, sets)
    effective = struct.unpack_from("=I", sets)[0] & ~0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
    struct.pack_into("=I", sets, 0, effective)
    libc.capset(header, sets)
