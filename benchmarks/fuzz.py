"""Thousands of damaged exports through the entrance of `ingest`: each is read, or refused with a `DataError`.

A small piece of every sample file is damaged in its bytes, lines, cells or structure, and read beside a file with
which nothing is wrong. What else comes out than a `DataError` is a mistake of ours, and so is an answer that takes more
than ten seconds, or a gigabyte. An input is known by its number: it is the same in every run.

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

SECONDS = 10  # that an answer may take
MEMORY = 1 << 30  # bytes that it may take
_SPACE = 4 << 30  # of address space, so that a bomb ends the process and not the machine
_PATIENCE = 3 * SECONDS  # others have the processor too; what an answer took is measured by itself
_CONTEXT = multiprocessing.get_context("fork")  # what is imported and cached is there already
_LINES = 40  # of a sample file
_FLIPPED = 0.1  # part of the bytes that have one bit changed
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
    """What came of all inputs.

    Parameters
    ----------
    outcomes : Counter
        How many ended in each way.
    wrong : dict of int to str
        The inputs that ended as none may, with how.
    memory : int
        The most that a process had, in bytes.
    slowest : float
        The longest that an answer took, in seconds.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: dict[int, str] = field(default_factory=dict)
    memory: int = 0
    slowest: float = 0.0


@cache
def seeds() -> dict[str, bytes]:
    """A small piece of every sample file, by its path in the folder with exports."""
    found = {path.relative_to(paths.RAW).as_posix(): path for path in sorted(paths.RAW.rglob("*")) if path.is_file()}
    return {
        name: _piece(path)
        for name, path in found.items()
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
            return _packed({name: b"".join(found[:_LINES]) for name, found in lines.items()})
        case ".geojson":
            content = json.loads(path.read_bytes())
            return json.dumps(content | {"features": content["features"][:8]}).encode()
    return path.read_bytes()


def _register() -> bytes:
    """Entries for the file that is read beside it, with every field there is."""
    resource = {
        "name": "goed", "path": _GOOD, "publisher": "Politie", "vintage": "2024-02-15", "synthetic": True,
        "licenses": [{"name": "CC-BY-4.0"}], "selection": {"RegioS": "GM1969"}, "years": [2012, 2022],
        "fetched": {"source": "47021NED", "modified": "x", "municipalities": ["GM1969"], "questions": ["q"]},
    }  # fmt: skip
    return json.dumps({"name": "exports", "resources": [resource]}).encode()


def _statements() -> bytes:
    """Every kind of test once."""
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
        for place, value in enumerate(row, start=1):
            try:
                book.active.cell(line, place, value)
            except (ValueError, TypeError):  # no value that Excel knows
                book.active.cell(line, place, "?")
    book.save(file)
    return file.getvalue()


def _packed(members: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def damaged(number: int) -> tuple[str, bytes]:
    """The input with a number: the path of the file, and what it holds."""
    random = Random(number)
    name = random.choice(sorted(seeds()))
    content = seeds()[name]
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        content = _damage(random.choice(_WAYS[Path(name).suffix]), content, random)
    return name, content


def _damage(way: Way, content: bytes, random: Random) -> bytes:
    """Damage a file in a way, or in its bytes when it was damaged before and the way knows it no more."""
    try:
        return way(content, random)
    except Exception:
        return _bytes(content, random)


def _bytes(content: bytes, random: Random) -> bytes:
    """Without knowing what they mean: cut off, taken out, put in, changed, moved."""
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
    here, there = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(6):
        case 0:
            del lines[here]
        case 1:
            lines.insert(there, lines[here])
        case 2:
            lines[here], lines[there] = lines[there], lines[here]
        case 3:
            lines.insert(here, random.choice((b"", b" ", b"# x", b";;;;;", b"sep=;", b"Titel van de tabel", b"<html>")))
        case 4:
            lines[here : here + 2] = [b"".join(lines[here : here + 2])]
        case 5:
            lines = lines[here:]
    return b"\n".join(lines)


def _encoding(content: bytes, random: Random) -> bytes:
    encoding = random.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-7", "utf-32"))
    text = content.decode("utf-8-sig", "replace")
    return text.encode(encoding, "replace").replace(b"\n", random.choice((b"\n", b"\r\n", b"\r")))


def _cells(content: bytes, random: Random) -> bytes:
    """A sheet with other cells, columns or separators."""
    text = content.decode("utf-8-sig", "replace")
    mark = ";" if text.count(";") >= text.count(",") else ","
    rows = _changed(list(csv.reader(StringIO(text.replace("\0", "")), delimiter=mark)), random)
    file = StringIO()
    quoting = random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    csv.writer(file, delimiter=random.choice((mark, mark, mark, ";", ",", "\t", "|")), quoting=quoting).writerows(rows)
    return file.getvalue().encode("utf-8", "surrogatepass")


def _changed(rows: list[list[Any]], random: Random) -> list[list[Any]]:
    line, place = random.randrange(len(rows) or 1), random.randrange(max(map(len, rows), default=0) or 1)
    match random.randrange(6):
        case 0:
            rows = [row[:place] + row[place + 1 :] for row in rows]
        case 1:
            rows = [[*row, *row[place : place + 1]] for row in rows]
        case 2:
            value = random.choice(NASTY)
            rows = [rows[0], *([*row[:place], value, *row[place + 1 :]] for row in rows[1:])] if rows else rows
        case 3:
            rows = rows[:1] + rows[1:] * random.choice((2, 20))
        case _:
            for row in rows[line : line + 1]:
                row[place : place + 1] = [random.choice(NASTY)]
    return rows


def _sheet(content: bytes, random: Random) -> bytes:
    """A workbook with other cells."""
    rows = openpyxl.load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return _workbook(_changed([list(row) for row in rows], random))


def _members(content: bytes, random: Random) -> bytes:
    """A zip file in which one member is damaged, gone, double or called otherwise."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice(sorted(held))
    match random.randrange(6):
        case 0:
            del held[name]
        case 1:
            held[f"x/{name}"] = held[name]
        case 2:
            held[str(random.choice(NASTY)).encode("ascii", "replace").decode()[:99] or "x"] = held.pop(name)
        case 3:
            held[name] = _cells(held[name], random)
        case _:
            held[name] = random.choice((_bytes, _bytes, _lines))(held[name], random)
    return _packed(held)


def _structure(content: bytes, random: Random) -> bytes:
    """JSON or YAML in which a value or a name is another."""
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
    """Every mapping or list with a key that is in it."""
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
    """Make the folder with exports of an input; the file that is damaged."""
    shutil.rmtree(raw, ignore_errors=True)
    name, content = damaged(number)
    rows = [f'{n};"E33   ";"GM1969";"{2012 + n}JJ00";{100 + n}\n' for n in range(3)]
    good = '"ID";"Overlast";"RegioS";"Perioden";"GeregistreerdeOverlast_1"\n' + "".join(rows)
    held = {_GOOD: good.encode(), name: content}
    if name.startswith(("beleid", "stemmen")):
        held = {other: piece for other, piece in seeds().items() if other.startswith("beleid")} | held
    for path, piece in held.items():
        (raw / path).parent.mkdir(parents=True, exist_ok=True)
        (raw / path).write_bytes(piece)
    return raw / name


def attempt(number: int, folder: Path) -> tuple[str, str]:
    """How the ingest of an input ends, and what is wrong with that."""
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


def _work(numbers: range, folder: Path, told: Connection) -> None:
    """Try inputs one after another in a process of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (_SPACE, _SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in numbers:
        before = resource.getrusage(resource.RUSAGE_SELF)
        outcome = attempt(number, folder)
        after = resource.getrusage(resource.RUSAGE_SELF)
        told.send((*outcome, after.ru_maxrss * 1024, after.ru_utime - before.ru_utime))
    told.close()


class _Worker:
    """A process that tries inputs, replaced when it hangs or dies."""

    def __init__(self, numbers: range, folder: Path) -> None:
        self.numbers, self.folder = numbers, folder
        self._start()

    def _start(self) -> None:
        self.told, theirs = _CONTEXT.Pipe(duplex=False)
        self.process = _CONTEXT.Process(target=_work, args=(self.numbers, self.folder, theirs))
        self.process.start()
        theirs.close()
        self.heard = time.monotonic()

    def listen(self, found: Findings) -> None:
        """Write down what the process says of the next input."""
        try:
            outcome, wrong, memory, seconds = self.told.recv()
        except EOFError:
            self.lost(CRASH, found)
            return
        if seconds > SECONDS:
            outcome, wrong = HANG, f"{seconds:.0f} s: {damaged(self.numbers[0])[0]}"
        found.memory, found.slowest = max(found.memory, memory), max(found.slowest, seconds)
        self._next(outcome, wrong, found)

    def lost(self, outcome: str, found: Findings) -> None:
        """Write down that the process did not get through the next input, and go on after it."""
        self.process.kill()
        self.process.join()
        self._next(outcome, damaged(self.numbers[0])[0], found)
        if self.numbers:
            self._start()

    def _next(self, outcome: str, wrong: str, found: Findings) -> None:
        found.outcomes[outcome] += 1
        if wrong:
            found.wrong[self.numbers[0]] = f"{outcome}: {wrong}"
        self.numbers, self.heard = self.numbers[1:], time.monotonic()


def run(numbers: range, jobs: int = 1) -> Findings:
    """Try the inputs with these numbers; one on which a process hangs or dies is named like any other."""
    found = Findings()
    seeds()
    with TemporaryDirectory(prefix="fuzz-") as place:
        parts = [numbers[job::jobs] for job in range(min(jobs, len(numbers)))]
        workers = [_Worker(part, Path(place) / str(part[0])) for part in parts]
        while workers := [worker for worker in workers if worker.numbers]:
            ready = wait([worker.told for worker in workers], timeout=1)
            for worker in workers:
                if worker.told in ready:
                    worker.listen(found)
                elif time.monotonic() - worker.heard > _PATIENCE:
                    worker.lost(HANG, found)
    return found


def main() -> None:
    """Try the inputs and tell what came of them; exit code 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="map voor de invoer waarmee iets mis is")
    asked = parser.parse_args()
    found = run(range(asked.first, asked.first + asked.inputs), asked.jobs)
    for number, wrong in sorted(found.wrong.items()):
        print(f"  {number}: {wrong}")
        if asked.keep:
            put(number, asked.keep / str(number))
    outcomes = ", ".join(f"{number} {outcome}" for outcome, number in found.outcomes.most_common())
    print(f"{sum(found.outcomes.values())} inputs: {outcomes}; {found.memory / 2**20:.0f} MB, {found.slowest:.1f} s")
    sys.exit(bool(found.wrong) or found.memory > MEMORY)


if __name__ == "__main__":
    main()
