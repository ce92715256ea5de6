"""Fuzz test of `ingest`: thousands of damaged exports, each of which must be read, or refused with a `DataError`.

A small piece of every sample file is damaged in its bytes, lines, cells or structure, and read together with an intact
file. Any other error is a mistake of ours, and so is an answer that takes more than ten seconds or more than a
gigabyte. Inputs are numbered: the same number gives the same input in every run.

Run as ``python benchmarks/fuzz.py [--inputs 20000] [--first 0] [--jobs 2] [--keep FOLDER]``.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import resource
import shutil
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO, StringIO
from multiprocessing.connection import Connection, wait
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import yaml

from analysis import paths
from analysis.errors import DataError
from analysis.ingest.dispatch import Unforeseen
from analysis.ingest.pipeline import ingest

SECONDS = 10  # that reading an input may take
MEMORY = 1 << 30  # bytes that it may take
_SPACE = 4 << 30  # bytes of address space, so that a zip bomb ends the process and not the machine
_PATIENCE = 12 * SECONDS  # wall-clock limit on a busy machine; processor time is measured separately
_CONTEXT = multiprocessing.get_context("fork")  # forks share what is imported and cached
_LINES = 40  # number of lines kept of a sample file
_FLIPPED = 0.1  # proportion of bytes of which one bit is changed
_GOOD = "goed/47021NED_goed.csv"
READ, REFUSED, UNFORESEEN, TRACEBACK, HANG, CRASH = "gelezen", "geweigerd", "onvoorzien", "traceback", "hangt", "weg"
NASTY: tuple[Any, ...] = (
    "", " ", ".", "-", "x", "nan", "inf", "-inf", "1e999", "7.43E+05", "-1", "1,5", "1.000", "1.000.000", "9" * 40,
    "9" * 5000, "١٢٣", "½", "²", "0x10", "1:30", "\0", "\x1b[2J", "\u202e", "\ufeff", '"', "'", ";", ",", "\t", "\n",
    "=1+1", "#N/A", "None", "NL01", "GM9999", "GM١٩٦٩", "GM1969;GM0014", "WK196999", "BU19690000", "PV20", "0000JJ00",
    "1600JJ00", "2300JJ00", "9999JJ00", "2022MM13", "2022MM00", "2022KW05", "2022 januari", "31-12-9999", "29-2-2023",
    "1-1-1", "2022-02-30", "1-7-٢٠٢٤", "€ 1e9", "x" * 70_000, "E33   ", "1.1.1 ", "0.0.0 ", True, False, None, 0, -1,
    1.5, 1e300, float("inf"), float("nan"), 10**30, [], {}, [[]], {"a": {}}, "\ud800",
)  # fmt: skip


@dataclass
class Findings:
    """Outcomes of all inputs.

    Parameters
    ----------
    outcomes : Counter
        Number of inputs by outcome.
    wrong : dict of int to str
        Description of what went wrong, by input.
    memory : int
        Peak memory of a process, in bytes.
    slowest : float
        Longest processor time of an input, in seconds.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: dict[int, str] = field(default_factory=dict)
    memory: int = 0
    slowest: float = 0.0


@cache
def seeds() -> dict[str, bytes]:
    """Return a small piece of every sample file, by its path in the folder with exports."""
    files = {path.relative_to(paths.RAW).as_posix(): path for path in sorted(paths.RAW.rglob("*")) if path.is_file()}
    return {
        name: _piece(path)
        for name, path in files.items()
        if path.suffix != ".md" and name not in ("datapackage.json", "beleid/statements.yml")
    } | {"datapackage.json": _register(), "beleid/statements.yml": _statements()}


def _piece(path: Path) -> bytes:
    match path.suffix:
        case ".csv":
            return b"".join(path.read_bytes().splitlines(keepends=True)[:_LINES])
        case ".xlsx":
            rows = (
                openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(max_row=_LINES, values_only=True)
            )
            return _workbook([list(row) for row in rows])
        case ".zip":
            with zipfile.ZipFile(path) as archive:
                lines = {name: archive.read(name).splitlines(keepends=True) for name in archive.namelist()}
            return _packed({name: b"".join(content_lines[:_LINES]) for name, content_lines in lines.items()})
        case ".geojson":
            content = json.loads(path.read_bytes())
            return json.dumps(content | {"features": content["features"][:8]}).encode()
    return path.read_bytes()


def _register() -> bytes:
    """Return a register with an entry for the intact file, with every field there is."""
    resource = {
        "name": "goed", "path": _GOOD, "publisher": "Politie", "vintage": "2024-02-15", "synthetic": True,
        "licenses": [{"name": "CC-BY-4.0"}], "selection": {"RegioS": "GM1969"}, "years": [2012, 2022],
        "fetched": {"source": "47021NED", "modified": "x", "municipalities": ["GM1969"], "questions": ["q"]},
    }  # fmt: skip
    return json.dumps({"name": "exports", "resources": [resource]}).encode()


def _statements() -> bytes:
    """Return statements with every kind of test once."""
    content = yaml.safe_load((paths.RAW / "beleid" / "statements.yml").read_bytes())
    kinds: dict[str, str] = {}
    for id, statement in content["statements"].items():
        for test in statement.get("tests", ()):
            kinds.setdefault(test["kind"], id)
    kept = {id: content["statements"][id] for id in kinds.values() if "same_as" not in content["statements"][id]}
    content |= {"statements": kept, "key_messages": list(kept)[:1], "remarks": []}
    return yaml.safe_dump(content, allow_unicode=True).encode()


def _workbook(rows: list[list[Any]]) -> bytes:
    book, file = openpyxl.Workbook(), BytesIO()
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            try:
                book.active.cell(line, column, value)
            except (ValueError, TypeError):  # no value that Excel knows
                book.active.cell(line, column, "?")
    book.save(file)
    return file.getvalue()


def _packed(members: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def damaged(number: int) -> tuple[str, bytes]:
    """Return the input with a number: path and content of the damaged file."""
    random = Random(number)
    name = random.choice(sorted(seeds()))
    content = seeds()[name]
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        content = _damage(random.choice(_WAYS[Path(name).suffix]), content, random)
    return name, content


def _damage(way: Way, content: bytes, random: Random) -> bytes:
    """Damage a file in a way; in its bytes when earlier damage makes that way impossible."""
    try:
        return way(content, random)
    except Exception:
        return _bytes(content, random)


def _bytes(content: bytes, random: Random) -> bytes:
    """Cut off, remove, repeat, insert, move or change bytes."""
    start, end = sorted((random.randint(0, len(content)), random.randint(0, len(content))))
    end = min(end, start + random.choice((1, 4, 100, len(content))))
    before, piece, after = content[:start], content[start:end], content[end:]
    match random.randrange(7):
        case 0:
            after = piece = b""
        case 1:
            piece = b""
        case 2:
            piece *= random.choice((2, 3, 50))
        case 3:
            piece = random.randbytes(random.choice((1, 4, 40)))
        case 4:
            piece = str(random.choice(NASTY)).encode("utf-8", "surrogatepass")
        case 5:
            before, piece = piece, before
        case 6:
            piece = bytes(byte ^ (1 << random.randrange(8)) * (random.random() < _FLIPPED) for byte in piece)
    return before + piece + after


def _lines(content: bytes, random: Random) -> bytes:
    lines = content.split(b"\n")
    line, target = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(6):
        case 0:
            del lines[line]
        case 1:
            lines.insert(target, lines[line])
        case 2:
            lines[line], lines[target] = lines[target], lines[line]
        case 3:
            lines.insert(line, random.choice((b"", b" ", b"# x", b";;;;;", b"sep=;", b"Titel van de tabel", b"<html>")))
        case 4:
            lines[line : line + 2] = [b"".join(lines[line : line + 2])]
        case 5:
            lines = lines[line:]
    return b"\n".join(lines)


def _encoding(content: bytes, random: Random) -> bytes:
    encoding = random.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-7", "utf-32"))
    text = content.decode("utf-8-sig", "replace")
    return text.encode(encoding, "replace").replace(b"\n", random.choice((b"\n", b"\r\n", b"\r")))


def _cells(content: bytes, random: Random) -> bytes:
    """Change cells, columns or separators of a sheet."""
    text = content.decode("utf-8-sig", "replace")
    mark = ";" if text.count(";") >= text.count(",") else ","
    rows = _changed(list(csv.reader(StringIO(text.replace("\0", "")), delimiter=mark)), random)
    file = StringIO()
    quoting = random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    csv.writer(file, delimiter=random.choice((mark, mark, mark, ";", ",", "\t", "|")), quoting=quoting).writerows(rows)
    return file.getvalue().encode("utf-8", "surrogatepass")


def _changed(rows: list[list[Any]], random: Random) -> list[list[Any]]:
    number, column = random.randrange(len(rows) or 1), random.randrange(max(map(len, rows), default=0) or 1)
    match random.randrange(6):
        case 0:
            rows = [row[:column] + row[column + 1 :] for row in rows]
        case 1:
            rows = [[*row, *row[column : column + 1]] for row in rows]
        case 2:
            value = random.choice(NASTY)
            rows = [rows[0], *([*row[:column], value, *row[column + 1 :]] for row in rows[1:])] if rows else rows
        case 3:
            rows = rows[:1] + rows[1:] * random.choice((2, 20))
        case _:
            for row in rows[number : number + 1]:
                row[column : column + 1] = [random.choice(NASTY)]
    return rows


def _sheet(content: bytes, random: Random) -> bytes:
    """Change cells of a workbook."""
    rows = openpyxl.load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return _workbook(_changed([list(row) for row in rows], random))


def _members(content: bytes, random: Random) -> bytes:
    """Damage, remove, copy or rename one member of a zip file."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice(sorted(members))
    match random.randrange(6):
        case 0:
            del members[name]
        case 1:
            members[f"x/{name}"] = members[name]
        case 2:
            members[str(random.choice(NASTY)).encode("ascii", "replace").decode()[:99] or "x"] = members.pop(name)
        case 3:
            members[name] = _cells(members[name], random)
        case _:
            members[name] = random.choice((_bytes, _bytes, _lines))(members[name], random)
    return _packed(members)


def _structure(content: bytes, random: Random) -> bytes:
    """Change a value or a key in JSON or YAML."""
    tree = yaml.load(content, yaml.CSafeLoader)
    places = list(_places(tree))
    holder, key = random.choice(places)
    value = random.choice((*NASTY, holder[key], random.choice(places)[0]))
    match random.randrange(5):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[str(random.choice(NASTY))] = holder.pop(key)
        case 2:
            holder[key] = [holder[key]] * random.choice((1, 2, 30))
        case _:
            holder[key] = value
    if content.lstrip()[:1] in (b"{", b"["):
        return json.dumps(tree, default=str).encode()
    return yaml.safe_dump(tree, allow_unicode=random.choice((True, False))).encode("utf-8", "surrogatepass")


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every mapping or list with each of its keys or indices."""
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from _places(tree[key])


Way = Callable[[bytes, Random], bytes]
_WAYS: dict[str, tuple[Way, ...]] = {
    ".csv": (_bytes, _lines, _cells, _cells, _cells, _encoding),
    ".xlsx": (_bytes, _members, _sheet, _sheet),
    ".zip": (_bytes, _members, _members),
    ".json": (_bytes, _structure, _structure, _encoding),
    ".geojson": (_bytes, _structure, _structure, _encoding),
    ".yml": (_bytes, _lines, _structure, _structure, _encoding),
}


def put(number: int, raw: Path) -> Path:
    """Write the folder with exports of an input; return the path of the damaged file."""
    shutil.rmtree(raw, ignore_errors=True)
    name, content = damaged(number)
    rows = [f'{n};"E33   ";"GM1969";"{2012 + n}JJ00";{100 + n}\n' for n in range(3)]
    good = '"ID";"Overlast";"RegioS";"Perioden";"GeregistreerdeOverlast_1"\n' + "".join(rows)
    files = {_GOOD: good.encode(), name: content}
    if name.startswith(("beleid", "stemmen")):
        files = {path: piece for path, piece in seeds().items() if path.startswith("beleid")} | files
    for path, piece in files.items():
        (raw / path).parent.mkdir(parents=True, exist_ok=True)
        (raw / path).write_bytes(piece)
    return raw / name


def attempt(number: int, folder: Path) -> tuple[str, str]:
    """Ingest an input; return the outcome, and what is wrong with it."""
    try:
        put(number, folder / "raw")
        ingest(folder / "raw", folder / "processed", documents=folder / "raw")
    except Unforeseen as error:
        return UNFORESEEN, f"{damaged(number)[0]}: {_where(error.__cause__ or error)}"
    except DataError:
        return REFUSED, ""
    except BaseException as error:
        return TRACEBACK, f"{damaged(number)[0]}: {_where(error)}"
    return READ, ""


def _where(error: BaseException) -> str:
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "/analysis/" in frame.filename]
    calls = " › ".join(f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}" for frame in ours[-4:])
    return f"{type(error).__name__}: {str(error)[:200]!r} in {calls}"


def _work(numbers: range, folder: Path, results: Connection) -> None:
    """Try inputs one after another; runs in a process of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (_SPACE, _SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in numbers:
        before = resource.getrusage(resource.RUSAGE_SELF)
        outcome = attempt(number, folder)
        after = resource.getrusage(resource.RUSAGE_SELF)
        results.send((*outcome, after.ru_maxrss * 1024, after.ru_utime - before.ru_utime))
    results.close()


class _Worker:
    """A process that tries inputs, restarted when it hangs or dies."""

    def __init__(self, numbers: range, folder: Path) -> None:
        self.numbers, self.folder = numbers, folder
        self._start()

    def _start(self) -> None:
        self.told, theirs = _CONTEXT.Pipe(duplex=False)
        self.process = _CONTEXT.Process(target=_work, args=(self.numbers, self.folder, theirs))
        self.process.start()
        theirs.close()
        self.heard = time.monotonic()

    def listen(self, findings: Findings) -> None:
        """Record the outcome of the next input, as the process reports it."""
        try:
            outcome, wrong, memory, seconds = self.told.recv()
        except EOFError:
            self.lost(CRASH, findings)
            return
        if seconds > SECONDS:
            outcome, wrong = HANG, f"{seconds:.0f} s: {damaged(self.numbers[0])[0]}"
        findings.memory, findings.slowest = max(findings.memory, memory), max(findings.slowest, seconds)
        self._next(outcome, wrong, findings)

    def lost(self, outcome: str, findings: Findings) -> None:
        """Record that the process hung or died at the next input, and continue after that one."""
        self.process.kill()
        self.process.join()
        self._next(outcome, damaged(self.numbers[0])[0], findings)
        if self.numbers:
            self._start()

    def _next(self, outcome: str, wrong: str, findings: Findings) -> None:
        findings.outcomes[outcome] += 1
        if wrong:
            findings.wrong[self.numbers[0]] = f"{outcome}: {wrong}"
        self.numbers, self.heard = self.numbers[1:], time.monotonic()


def run(numbers: range, jobs: int = 1) -> Findings:
    """Try the inputs with these numbers in several processes; return all outcomes, including hangs and crashes."""
    findings = Findings()
    seeds()
    with TemporaryDirectory(prefix="fuzz-") as folder:
        parts = [numbers[job::jobs] for job in range(min(jobs, len(numbers)))]
        workers = [_Worker(part, Path(folder) / str(part[0])) for part in parts]
        while workers := [worker for worker in workers if worker.numbers]:
            ready = wait([worker.told for worker in workers], timeout=1)
            for worker in workers:
                if worker.told in ready:
                    worker.listen(findings)
                elif time.monotonic() - worker.heard > _PATIENCE:
                    worker.lost(HANG, findings)
    return findings


def main() -> None:
    """Try the inputs and print the outcomes; exit with code 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="map voor de invoer waarmee iets mis is")
    asked = parser.parse_args()
    findings = run(range(asked.first, asked.first + asked.inputs), asked.jobs)
    for number, wrong in sorted(findings.wrong.items()):
        print(f"  {number}: {wrong}")
        if asked.keep:
            put(number, asked.keep / str(number))
    outcomes = ", ".join(f"{number} {outcome}" for outcome, number in findings.outcomes.most_common())
    cost = f"{findings.memory / 2**20:.0f} MB, {findings.slowest:.1f} s"
    print(f"{sum(findings.outcomes.values())} inputs: {outcomes}; {cost}")
    sys.exit(bool(findings.wrong) or findings.memory > MEMORY)


if __name__ == "__main__":
    main()
