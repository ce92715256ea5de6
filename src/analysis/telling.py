"""What reading exports and making reports came to, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import errors, paths, terminal
from .display import dutch

if TYPE_CHECKING:
    from .runner.parameters import Parameters
    from .runner.reports import Report
    from .sources.summary import Summary


def reading(summary: Summary, raw: Path, documents: Path, how: str = "gelezen uit") -> None:
    """Say what reading the exports came to."""
    if documents != raw:
        terminal.say(
            f"  In {paths.shown(raw)} staat geen map 'beleid'. Daarom gelden de documenten in "
            f"{paths.shown(documents / 'beleid')}, voor de gemeente waar zij over gaan."
        )
    for file, problem in summary.unread.items():
        terminal.say(f"  FOUT, telt niet mee: {file}: {problem}", err=True)
    for reason, skipped in _grouped(summary.skipped.items()).items():
        terminal.say(f"  Overgeslagen: {', '.join(skipped)}: {reason}")
    for file, remarks in summary.remarks.items():
        for remark in remarks:
            terminal.say(f"  Let op: {file}: {remark}")
    for file, made in summary.nationwide.items():
        terminal.say(f"  Landelijk: {file}: {made}")
    subjects = _grouped((code, code.partition(" ")[0]) for code in summary.left_out)
    for subject, codes in subjects.items():
        figures = dutch.counted(sum(summary.left_out[code] for code in codes), "cijfer", "cijfers")
        named = ", ".join(code.partition(" ")[2] for code in codes)
        terminal.say(f"  Niet gebruikt: {figures} over {subject}. In indicators.yml ontbreekt: {named}.")
    files = dutch.counted(len(summary.read), "bestand", "bestanden")
    terminal.say(f"{files} {how} {paths.shown(raw)}, {dutch.counted(summary.rows, 'waarneming', 'waarnemingen')}.")


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Names by what holds for them: sixty lines that say the same are not read."""
    found: dict[str, list[str]] = {}
    for name, reason in pairs:
        found.setdefault(reason, []).append(name)
    return found


def reports(asked: Sequence[Parameters], made: Sequence[Report | Exception]) -> int:
    """Say what became of each report; how many failed."""
    failed = 0
    for what, one in zip(asked, made, strict=True):
        if isinstance(one, Exception):
            failed += 1
            terminal.say(f"{what.title}: {errors.told(one)[0]}", err=True)
            continue
        for sentence in (*one.absent, *one.incomplete):
            terminal.say(f"  {sentence}")
        terminal.say(f"Rapport klaar: {paths.shown(one.folder / 'index.html')}")
    if len(made) > 1:
        terminal.say(f"{len(made) - failed} van {len(made)} rapporten klaar.")
    return failed
