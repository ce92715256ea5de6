"""The answers that a table gave so far, so that a next try goes on where this one ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx

from .. import paths
from ..ingest import odata
from ..ingest.odata import AnswerPage, Damaged
from ..store import fingerprints
from . import odata_queries
from .http import PUBLISHERS, Passing, Web
from .odata_queries import Columns, Question, Unsound, wrong
from .wanted import WantedTable


class Answers:
    """A folder with each answer as it came; whether it still is, its checksum says.

    Parameters
    ----------
    folder : Path
        Of one edition and what is asked of it: another edition or another question has another folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def kept(self, name: str, address: str) -> bytes | None:
        """What an address answered before; nothing when it was not asked, or what is kept is not what came."""
        try:
            content, digest = (self.folder / name).read_bytes(), self._digest(name).read_text(encoding="ascii")
        except (OSError, ValueError):
            return None
        return content if digest == _checksum(address, content) else None

    def keep(self, name: str, address: str, content: bytes) -> None:
        """Keep what an address answered."""
        paths.write(self.folder / name, content)
        paths.write(self._digest(name), _checksum(address, content).encode())

    def clear(self) -> None:
        """Throw away all there is."""
        for path in self.folder.iterdir():
            path.unlink()

    def _digest(self, name: str) -> Path:
        return self.folder / f"{name}.sha256"


def _checksum(address: str, content: bytes) -> str:
    return fingerprints.bytes_checksum(address.encode() + b"\n" + content)


Tell = Callable[[int], None]
T = TypeVar("T")
_AGAIN = "Probeer het opnieuw. Blijft het zo, meld het dan bij de uitgever."


class TableDownload:
    """A table of which an edition is being fetched.

    Parameters
    ----------
    answers : Answers
        What was answered so far.
    tell : callable
        Called with how many records came in.

    Attributes
    ----------
    asked : dict of str to str
        The address of each answer that the table was made of.
    """

    def __init__(self, web: Web, wanted: WantedTable, answers: Answers, tell: Tell) -> None:
        self.web, self.wanted, self.answers, self.tell = web, wanted, answers, tell
        self.way = odata_queries.dialect(wanted)
        self.asked: dict[str, str] = {}
        self._seen: set[int] = set()
        self._reused = False

    def fetch(self, municipalities: Sequence[str]) -> None:
        """Get everything: what describes it, its code lists and its figures.

        Of answers that do not fit together none is kept; when some of them were kept from before, all is asked anew.

        Raises
        ------
        DataError
            When it does not come; `Unsound` when it is not what we know of it or asked for, or holds nothing.
        """
        while True:
            self.asked, self._seen, self._reused = {}, set(), False
            try:
                return self._fetch(municipalities)
            except Unsound:
                self.answers.clear()
                if not self._reused:
                    raise

    def _fetch(self, municipalities: Sequence[str]) -> None:
        about = [self._page(f"{name}.json", self.way.address(self.wanted, name)).records for name in self.way.about]
        columns = self._columns(about)
        for name in columns.dimensions:
            codes = self.way.codes.format(name)
            self._page(f"{codes}.json", self.way.address(self.wanted, codes))
        asked = odata_queries.questions(self.wanted, municipalities)
        if not sum(self._figures(number, one, columns) for number, one in enumerate(asked, start=1)):
            raise wrong(self.wanted, "de uitgever heeft geen cijfers voor deze gemeente en deze jaren.")

    def _columns(self, about: Sequence[list[dict[str, Any]]]) -> Columns:
        try:
            return Columns(self.wanted, about)
        except Unsound:
            raise
        except Exception:  # whatever it makes of an odd description
            raise wrong(self.wanted, "de uitgever beschrijft deze tabel in een vorm die wij niet kennen.") from None

    def _figures(self, number: int, question: Question, columns: Columns) -> int:
        """All pages of one question; how many records they hold."""
        options = columns.options(question.condition)
        said = self.web.get(self.way.count(self.wanted, options[0]), _number)
        found = 0
        for page in self._pages(number, self.way.address(self.wanted, self.way.rows, *options)):
            found += len(page.records)
            if strange := columns.strange(page.records, question) or self._twice(page, columns):
                raise wrong(self.wanted, f"{strange}.", _AGAIN)
            if found > said or (page.next and not page.records):
                break
        if found != said:
            raise wrong(self.wanted, f"de uitgever zegt {said} cijfers te hebben en geeft er {found}.", _AGAIN)
        return found

    def _twice(self, page: AnswerPage, columns: Columns) -> str:
        """That a figure came before, if one did."""
        before = len(self._seen)
        self._seen.update(hash(tuple(map(str, map(one.get, columns.key)))) for one in page.records)
        return "" if len(self._seen) == before + len(page.records) else "een cijfer kwam twee keer"

    def _pages(self, number: int, first: str) -> Iterator[AnswerPage]:
        address, seen = first, set[str]()
        while address:
            if address in seen:
                raise wrong(self.wanted, "een bladzijde noemt als volgende bladzijde een die er al was.", _AGAIN)
            seen.add(address)
            found = self._page(f"{self.way.rows}-{number:02}-{len(seen):04}.json", address)
            self.tell(len(found.records))
            yield found
            address = self._following(address, found.next) if found.next else ""

    def _page(self, name: str, address: str) -> AnswerPage:
        """One answer, asked for only when it is not there yet."""
        self.asked[name] = address
        if content := self.answers.kept(name, address):
            self._reused = True
        else:
            content = self.web.get(address, _sound)
            self.answers.keep(name, address, content)
        return odata.page(content)

    def _following(self, address: str, next: str) -> str:
        """The address of the next page, which must be with the same publisher or with what stands in its place."""
        base = PUBLISHERS[self.wanted.host]
        here = self.web.placed(f"{base}/")
        if next.startswith(here):
            return f"{base}/{next.removeprefix(here)}"
        try:
            there = httpx.URL(address).join(next)
            path = there.raw_path.decode("ascii")
        except (ValueError, httpx.InvalidURL):
            raise wrong(self.wanted, "de volgende bladzijde heeft geen geldig adres.", _AGAIN) from None
        if there.host != httpx.URL(base).host:
            raise wrong(self.wanted, f"een bladzijde verwijst naar een ander adres ({there.host}).", _AGAIN)
        return base + path


def understood(read: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """How to read an answer; one that cannot be read may be better the next time."""

    def reading(content: bytes) -> T:
        try:
            return read(content)
        except Damaged as error:
            raise Passing(str(error)) from None
        except Exception:  # whatever a library makes of an odd answer
            raise Passing("geeft een antwoord in een vorm die wij niet kennen") from None

    return reading


def _sound(content: bytes) -> bytes:
    """An answer as it came, when it can be read as a page."""
    understood(odata.page)(content)
    return content


def _number(content: bytes) -> int:
    found = re.fullmatch(rb"(?:\xef\xbb\xbf)?\s*([0-9]{1,12})\s*", content)
    if not found:
        raise Passing("geeft geen aantal, terwijl daarnaar is gevraagd")
    return int(found[1])
