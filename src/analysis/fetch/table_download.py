"""Download of one table: its description, code lists and figures, page by page.

Answers are kept on disk, so that a download that was interrupted continues where it ended.
"""

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
from .http import PUBLISHERS, HttpClient, TransientError
from .odata_queries import InconsistentAnswer, Query, TableColumns, table_error
from .wanted import WantedTable

T = TypeVar("T")

_AGAIN = "Probeer het opnieuw. Blijft het zo, meld het dan bij de uitgever."


class AnswerCache:
    """Folder with answers as they were received, each with a checksum of address and content.

    Parameters
    ----------
    folder : Path
        Of one release and the queries to it; another release or other queries use another folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, name: str, address: str) -> bytes | None:
        """Return the kept answer of an address; ``None`` without one, or when the file was damaged."""
        try:
            content, digest = (self.folder / name).read_bytes(), self._digest(name).read_text(encoding="ascii")
        except (OSError, ValueError):
            return None
        return content if digest == _checksum(address, content) else None

    def keep(self, name: str, address: str, content: bytes) -> None:
        """Keep the answer of an address under a file name."""
        paths.write(self.folder / name, content)
        paths.write(self._digest(name), _checksum(address, content).encode())

    def clear(self) -> None:
        """Remove all answers."""
        for path in self.folder.iterdir():
            path.unlink()

    def _digest(self, name: str) -> Path:
        return self.folder / f"{name}.sha256"


class TableDownload:
    """Download of one release of a table.

    Parameters
    ----------
    client : HttpClient
        To ask with.
    wanted : WantedTable
        The table.
    answers : AnswerCache
        Answers that are there already.
    progress : callable
        Called with the number of records of each page.

    Attributes
    ----------
    requested : dict of str to str
        Address of each answer that the table is made of, by file name.
    """

    def __init__(
        self, client: HttpClient, wanted: WantedTable, answers: AnswerCache, progress: Callable[[int], None]
    ) -> None:
        self.client, self.wanted, self.answers, self.progress = client, wanted, answers, progress
        self.dialect = odata_queries.dialect(wanted)
        self.requested: dict[str, str] = {}
        self._seen: set[int] = set()
        self._reused = False

    def fetch(self, municipalities: Sequence[str]) -> None:
        """Request everything: the description, the code lists and the figures.

        When answers contradict each other, none is kept; if some came from an earlier run, all are requested anew.

        Parameters
        ----------
        municipalities : sequence of str
            Codes to ask for.

        Raises
        ------
        InconsistentAnswer
            When the table is not as we know it, is not what was asked for, or holds no figures.
        DataError
            When the publisher does not answer.
        """
        while True:
            self.requested, self._seen, self._reused = {}, set(), False
            try:
                return self._fetch(municipalities)
            except InconsistentAnswer:
                self.answers.clear()
                if not self._reused:
                    raise

    def _fetch(self, municipalities: Sequence[str]) -> None:
        about = [
            self._page(f"{name}.json", self.dialect.address(self.wanted, name)).records for name in self.dialect.about
        ]
        columns = self._columns(about)
        for name in columns.dimensions:
            codes = self.dialect.codes.format(name)
            self._page(f"{codes}.json", self.dialect.address(self.wanted, codes))
        queries = odata_queries.queries(self.wanted, municipalities)
        if not sum(self._figures(number, query, columns) for number, query in enumerate(queries, start=1)):
            raise table_error(self.wanted, "de uitgever heeft geen cijfers voor deze gemeente en deze jaren.")

    def _columns(self, about: Sequence[list[dict[str, Any]]]) -> TableColumns:
        try:
            return TableColumns(self.wanted, about)
        except InconsistentAnswer:
            raise
        except Exception:  # depending on how malformed the description is
            raise table_error(
                self.wanted, "de uitgever beschrijft deze tabel in een vorm die wij niet kennen."
            ) from None

    def _figures(self, number: int, query: Query, columns: TableColumns) -> int:
        """Request all pages of one query; return the number of records."""
        options = columns.options(query.condition)
        expected = self.client.get(self.dialect.count(self.wanted, options[0]), _parse_count)
        received = 0
        for page in self._pages(number, self.dialect.address(self.wanted, self.dialect.rows, *options)):
            received += len(page.records)
            if problem := columns.unexpected(page.records, query) or self._duplicate(page, columns):
                raise table_error(self.wanted, f"{problem}.", _AGAIN)
            if received > expected or (page.next and not page.records):
                break
        if received != expected:
            problem = f"de uitgever zegt {expected} cijfers te hebben en geeft er {received}."
            raise table_error(self.wanted, problem, _AGAIN)
        return received

    def _duplicate(self, page: AnswerPage, columns: TableColumns) -> str:
        """Say in Dutch that a figure came before, if one did."""
        before = len(self._seen)
        self._seen.update(hash(tuple(map(str, map(record.get, columns.key)))) for record in page.records)
        return "" if len(self._seen) == before + len(page.records) else "een cijfer kwam twee keer"

    def _pages(self, number: int, first: str) -> Iterator[AnswerPage]:
        address, seen = first, set[str]()
        while address:
            if address in seen:
                problem = "een bladzijde noemt als volgende bladzijde een die er al was."
                raise table_error(self.wanted, problem, _AGAIN)
            seen.add(address)
            page = self._page(f"{self.dialect.rows}-{number:02}-{len(seen):04}.json", address)
            self.progress(len(page.records))
            yield page
            address = self._next_address(address, page.next) if page.next else ""

    def _page(self, name: str, address: str) -> AnswerPage:
        """Return one answer, requested only when it is not in the cache."""
        self.requested[name] = address
        if content := self.answers.get(name, address):
            self._reused = True
        else:
            content = self.client.get(address, _checked_page)
            self.answers.keep(name, address, content)
        return odata.parse_page(content)

    def _next_address(self, address: str, next: str) -> str:
        """Return the address of the next page, which must be at the same publisher or at what replaces it."""
        base = PUBLISHERS[self.wanted.host]
        replacement = self.client.resolve(f"{base}/")
        if next.startswith(replacement):
            return f"{base}/{next.removeprefix(replacement)}"
        try:
            target = httpx.URL(address).join(next)
            path = target.raw_path.decode("ascii")
        except (ValueError, httpx.InvalidURL):
            raise table_error(self.wanted, "de volgende bladzijde heeft geen geldig adres.", _AGAIN) from None
        if target.host != httpx.URL(base).host:
            raise table_error(self.wanted, f"een bladzijde verwijst naar een ander adres ({target.host}).", _AGAIN)
        return base + path


def transient_when_unreadable(parse: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """Wrap a parser so that it raises `TransientError`: the next answer may be readable.

    Parameters
    ----------
    parse : callable
        Turns an answer into a value; may raise anything.

    Returns
    -------
    callable
        The same parser, which raises nothing but `TransientError`.
    """

    def parse_or_retry(content: bytes) -> T:
        try:
            return parse(content)
        except Damaged as error:
            raise TransientError(str(error)) from None
        except Exception:  # depending on the library and on how malformed the answer is
            raise TransientError("geeft een antwoord in een vorm die wij niet kennen") from None

    return parse_or_retry


def _checked_page(content: bytes) -> bytes:
    """Return an answer unchanged, once it has been parsed as a page."""
    transient_when_unreadable(odata.parse_page)(content)
    return content


def _parse_count(content: bytes) -> int:
    match = re.fullmatch(rb"(?:\xef\xbb\xbf)?\s*([0-9]{1,12})\s*", content)
    if not match:
        raise TransientError("geeft geen aantal, terwijl daarnaar is gevraagd")
    return int(match[1])


def _checksum(address: str, content: bytes) -> str:
    return fingerprints.bytes_checksum(address.encode() + b"\n" + content)
