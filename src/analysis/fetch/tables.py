"""One table from its publisher, page by page into a folder, so that a next try goes on where this one ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx

from ..errors import DataError
from ..sources import odata
from ..sources.odata import Damaged, Page
from ..sources.recognise import plain, topic
from . import questions
from .questions import V3
from .wanted import WantedTable
from .web import PUBLISHERS, Passing, Web

Tell = Callable[[int], None]
T = TypeVar("T")
_DIMENSIONS = {"Dimension", "GeoDimension", "GeoDetail", "TimeDimension"}
_CHANGED = "Kijk bij de uitgever of de tabel is veranderd, en pas dan tables.yml of sources.yml aan."


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
        dimensions, topics = self._dimensions(), self._topics()
        for name in dimensions:
            self._described(self.way.codes.format(name))
        found = 0
        for number, condition in enumerate(questions.conditions(self.wanted, municipalities), start=1):
            found += self._figures(number, *self._options(condition, dimensions, topics))
        if not found:
            raise self._wrong("de uitgever heeft geen cijfers voor deze gemeente en deze jaren.")

    def _described(self, name: str) -> None:
        self._page(f"{name}.json", self.way.address(self.wanted, name))

    def _about(self, number: int) -> list[dict[str, Any]]:
        return odata.page((self.folder / f"{self.way.about[number]}.json").read_bytes()).records

    def _dimensions(self) -> list[str]:
        """The dimensions of the table, as it is now.

        Raises
        ------
        DataError
            When one of those that we read is not there.
        """
        if self.way is V3:
            found = [one["Key"] for one in self._about(1) if one["Type"] in _DIMENSIONS]
        else:
            found = [one["Identifier"] for one in self._about(1)]
        if lost := [name for name in questions.needed(self.wanted) if name not in found]:
            raise self._wrong(f"de dimensie '{lost[0]}' staat er niet meer in; wel: {', '.join(found)}.")
        return found

    def _topics(self) -> list[str]:
        """The measures that we read, under the number that they have in this edition; empty for all of them."""
        if self.wanted.topics == "all":
            return []
        if self.way is V3:
            named = {one["Key"]: one["Key"] for one in self._about(1) if one["Type"] == "Topic"}
        else:
            named = {one["Identifier"]: one["Title"] for one in self._about(2)}
        known = f"{self.wanted.known.topic}"
        found = [code for code, name in named.items() if topic(name) == plain(known)]
        if not found:
            raise self._wrong(f"het onderwerp '{known}' staat er niet meer in.")
        return found

    def _options(self, condition: str, dimensions: Sequence[str], topics: Sequence[str]) -> list[str]:
        """The filter, and what is to be chosen."""
        if not topics:
            return [f"$filter={condition}"]
        if self.way is V3:
            return [f"$filter={condition}", f"$select={','.join([*dimensions, *topics])}"]
        either = " or ".join(f"Measure eq '{code}'" for code in topics)
        return [f"$filter={condition} and ({either})"]

    def _figures(self, number: int, where: str, *chosen: str) -> int:
        """All pages of one question; how many records they hold."""
        said = self.web.get(self.way.address(self.wanted, f"{self.way.rows}/$count", where), _number)
        address = self.way.address(self.wanted, self.way.rows, where, *chosen)
        found = sum(len(page.records) for page in self._pages(number, address))
        if found != said:
            raise self._wrong(f"de uitgever zegt {said} cijfers te hebben en geeft er {found}.")
        return found

    def _pages(self, number: int, first: str) -> Iterator[Page]:
        address, seen = first, set[str]()
        while address:
            if address in seen:
                raise self._wrong("een bladzijde noemt als volgende bladzijde een die er al was.")
            seen.add(address)
            found = self._page(f"{self.way.rows}-{number:02}-{len(seen):04}.json", address)
            self.tell(len(found.records))
            yield found
            address = self._following(found.next) if found.next else ""

    def _page(self, name: str, address: str) -> Page:
        """One answer, asked for only when it is not there yet."""
        place = self.folder / name
        self.asked.append(address)
        if not place.exists():
            content = self.web.get(address, _sound)
            fresh = place.with_suffix(".nieuw")
            fresh.write_bytes(content)
            fresh.rename(place)
        return odata.page(place.read_bytes())

    def _following(self, address: str) -> str:
        """The address of the next page, which must be with the same publisher."""
        base = PUBLISHERS[self.wanted.host]
        places = {httpx.URL(base).host, httpx.URL(self.web.placed(f"{base}/")).host}
        if httpx.URL(address).host not in places:
            raise self._wrong(f"een bladzijde verwijst naar een ander adres: {address}.")
        return base + httpx.URL(address).raw_path.decode()

    def _wrong(self, problem: str) -> DataError:
        return DataError(f"tabel {self.wanted.name} ({self.wanted.known.publisher})", problem, _CHANGED)


def understood(read: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """How to read an answer; one that cannot be read may be better the next time."""

    def reading(content: bytes) -> T:
        try:
            return read(content)
        except Damaged as error:
            raise Passing(str(error)) from None

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
