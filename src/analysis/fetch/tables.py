"""One table from its publisher, page by page into a folder, so that a next try goes on where this one ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx

from .. import paths
from ..errors import DataError
from ..sources import odata
from ..sources.odata import Damaged, Page
from . import questions
from .columns import Columns, wrong
from .patience import Passing
from .wanted import WantedTable
from .web import PUBLISHERS, Web

Tell = Callable[[int], None]
T = TypeVar("T")
_AGAIN = "Probeer het opnieuw. Blijft het zo, meld het dan bij de uitgever."


class Table:
    """A table of which an edition is being fetched.

    Parameters
    ----------
    folder : Path
        What was answered so far, each answer a file.
    tell : callable
        Called with how many records came in.
    """

    def __init__(self, web: Web, wanted: WantedTable, folder: Path, tell: Tell) -> None:
        self.web, self.wanted, self.folder, self.tell = web, wanted, folder, tell
        self.way = questions.dialect(wanted)
        self.asked: list[str] = []

    def fetch(self, municipalities: Sequence[str]) -> None:
        """Get everything: what describes it, its code lists and its figures.

        Raises
        ------
        DataError
            When it is not what we know of it, does not come whole, or holds nothing.
        """
        for name in self.way.about:
            self._described(name)
        columns = self._columns()
        for name in columns.dimensions:
            self._described(self.way.codes.format(name))
        found = 0
        for number, condition in enumerate(questions.conditions(self.wanted, municipalities), start=1):
            found += self._figures(number, *columns.options(condition))
        if not found:
            raise wrong(self.wanted, "de uitgever heeft geen cijfers voor deze gemeente en deze jaren.")

    def _columns(self) -> Columns:
        try:
            return Columns(self.wanted, [self._answered(name) for name in self.way.about])
        except (AttributeError, LookupError, TypeError):
            for name in self.way.about:
                (self.folder / f"{name}.json").unlink()
            raise wrong(self.wanted, "de uitgever beschrijft deze tabel in een vorm die wij niet kennen.") from None

    def _described(self, name: str) -> None:
        self._page(f"{name}.json", self.way.address(self.wanted, name))

    def _answered(self, name: str) -> list[dict[str, Any]]:
        return odata.page((self.folder / f"{name}.json").read_bytes()).records

    def _figures(self, number: int, where: str, *chosen: str) -> int:
        """All pages of one question; how many records they hold."""
        said = self.web.get(self.way.count(self.wanted, where), _number)
        address = self.way.address(self.wanted, self.way.rows, where, *chosen)
        found = sum(len(page.records) for page in self._pages(number, address))
        if found != said:
            raise self._unsound(number, f"de uitgever zegt {said} cijfers te hebben en geeft er {found}")
        return found

    def _pages(self, number: int, first: str) -> Iterator[Page]:
        address, seen = first, set[str]()
        while address:
            if address in seen:
                raise self._unsound(number, "een bladzijde noemt als volgende bladzijde een die er al was")
            seen.add(address)
            found = self._page(self._name(number, f"{len(seen):04}"), address)
            self.tell(len(found.records))
            yield found
            address = self._following(number, found.next) if found.next else ""

    def _name(self, number: int, page: str) -> str:
        return f"{self.way.rows}-{number:02}-{page}.json"

    def _page(self, name: str, address: str) -> Page:
        """One answer, asked for only when it is not there yet."""
        place = self.folder / name
        self.asked.append(address)
        if not place.exists():
            content = self.web.get(address, _sound)
            paths.write(place, content)
        return odata.page(place.read_bytes())

    def _following(self, number: int, address: str) -> str:
        """The address of the next page, which must be with the same publisher or with what stands in its place."""
        base = PUBLISHERS[self.wanted.host]
        here = self.web.placed(f"{base}/")
        if address.startswith(here):
            return f"{base}/{address.removeprefix(here)}"
        if httpx.URL(address).host != httpx.URL(base).host:
            raise self._unsound(number, f"een bladzijde verwijst naar een ander adres ({address})")
        return base + httpx.URL(address).raw_path.decode()

    def _unsound(self, number: int, problem: str) -> DataError:
        """Answers that contradict each other, perhaps because the table changed meanwhile: the next try asks anew."""
        for page in self.folder.glob(self._name(number, "*")):
            page.unlink()
        return wrong(self.wanted, f"{problem}.", _AGAIN)


def understood(read: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """How to read an answer; one that cannot be read may be better the next time."""

    def reading(content: bytes) -> T:
        try:
            return read(content)
        except Damaged as error:
            raise Passing(str(error)) from None
        except (AttributeError, LookupError, TypeError, ValueError):
            raise Passing("geeft een antwoord in een vorm die wij niet kennen") from None

    return reading


def _sound(content: bytes) -> bytes:
    """An answer as it came, when it can be read as a page."""
    understood(odata.page)(content)
    return content


def _number(content: bytes) -> int:
    try:
        return int(content.decode("utf-8-sig"))
    except ValueError:
        raise Passing("geeft geen aantal, terwijl daarnaar is gevraagd") from None
