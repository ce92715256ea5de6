"""Whether a report is still what was made, and from which files that was."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .. import checksums, paths
from ..display import dutch
from ..errors import DataError
from .edition import AGAIN, Edition, read
from .record import MANIFEST, fingerprints


@dataclass(frozen=True)
class Check:
    """Files compared with the checksums that were written down.

    ``unknown`` are files of which no checksum was written down, because they are not public.
    """

    total: int
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether all that can be compared is as it was."""
        return not (self.missing or self.changed or self.added)


@dataclass(frozen=True)
class Verification:
    """What came out: of the report itself, and if asked of its raw files."""

    edition: Edition
    report: Check
    raw: Check | None = None

    @property
    def passed(self) -> bool:
        """Whether the report, and the raw files if asked, are as they were."""
        return self.report.same and (self.raw is None or self.raw.same)


def verify(folder: Path, raw: Path | None = None, documents: Path | None = None) -> Verification:
    """Compare every file of a report with its manifest.

    Parameters
    ----------
    folder : Path
        The report.
    raw : Path, optional
        Folder with raw exports, to compare those as well.
    documents : Path, optional
        The folder whose ``beleid`` holds the council's documents; by default ``raw``.

    Raises
    ------
    DataError
        When the folder holds no report, or one without checksums; when ``raw`` is not there.
    """
    edition = read(folder)
    if not isinstance(edition.manifest.get("files"), dict):
        problem = "in dit rapport staan geen controlegetallen; daarom is niet te zeggen of het nog heel is."
        raise DataError(paths.shown(folder / MANIFEST), problem, AGAIN)
    if raw is not None and not raw.is_dir():
        raise DataError(paths.shown(raw), paths.no_folder(raw), "Geef de map met ruwe exports, zoals data/raw.")
    report = _compare(edition.manifest["files"], fingerprints(folder))
    return Verification(edition, report, _raw(edition, raw, documents or raw) if raw is not None else None)


def _compare(written: dict[str, str], found: dict[str, str]) -> Check:
    changed = [name for name in written if name in found and found[name] != written[name]]
    return Check(
        len(written),
        tuple(name for name in written if name not in found),
        tuple(changed),
        tuple(name for name in found if name not in written),
    )


def _raw(edition: Edition, raw: Path, documents: Path) -> Check:
    """Raw files that nobody used are no concern of the report."""
    inputs = {entry["path"]: entry["sha256"] for entry in edition.manifest["inputs"]}
    files = {path: (documents if path.startswith("beleid/") else raw) / path for path in inputs}
    there = [path for path, file in files.items() if file.is_file()]
    changed = [path for path in there if inputs[path] and checksums.of_file(files[path]) != inputs[path]]
    return Check(
        len(inputs),
        missing=tuple(path for path in inputs if path not in there),
        changed=tuple(changed),
        unknown=tuple(path for path in there if not inputs[path]),
    )


def sentence(found: Verification) -> str:
    """The outcome in one line of Dutch."""
    report = found.report
    files = dutch.counted(report.total, "bestand", "bestanden")
    state = f"Het rapport is heel ({files})" if report.same else f"Het rapport is NIET heel: {_faults(report)}"
    made = f"gemaakt op {found.edition.moment} uit {_inputs(found.edition)}"
    seal = checksums.of_file(found.edition.folder / MANIFEST)[:12]
    about = f"{state}. {found.edition.title}, {made}. Controlegetal van {MANIFEST}: {seal}."
    return about if found.raw is None else f"{about} {_raw_told(found.raw)}"


def _inputs(edition: Edition) -> str:
    """How many raw files, by publisher, and of when."""
    inputs = edition.manifest["inputs"]
    of = Counter(entry["publisher"] for entry in inputs)
    dates = sorted(entry["vintage"] for entry in inputs if entry["vintage"])
    parts = "; ".join(f"{publisher} {count}" for publisher, count in of.most_common())
    last = f", laatste export {dutch.day(date.fromisoformat(dates[-1]))}" if dates else ""
    return f"{dutch.counted(len(inputs), 'bronbestand', 'bronbestanden')} ({parts}{last})"


def _raw_told(raw: Check) -> str:
    """Of the raw files; those without a checksum can be there, but not be compared."""
    compared = dutch.counted(raw.total - len(raw.unknown), "bronbestand", "bronbestanden")
    known = f"Vergeleken: {compared}, nog dezelfde" if raw.same else f"Bronbestanden NIET dezelfde: {_faults(raw)}"
    hidden = f"; niet te vergelijken, want niet openbaar: {len(raw.unknown)}" if raw.unknown else ""
    return f"{known}{hidden}."


def _faults(check: Check) -> str:
    kinds = {"ontbreekt": check.missing, "veranderd": check.changed, "toegevoegd": check.added}
    return "; ".join(f"{word}: {', '.join(names)}" for word, names in kinds.items() if names)
