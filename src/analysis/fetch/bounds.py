"""How much may come in, and how slowly: of one answer, and of a whole run."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator
from time import monotonic
from typing import Any

import httpx

from .patience import Passing
from .wanted import Limits

MB = 1024**2
_AT_ONCE = 256 * 1024  # bytes that are unpacked at a time: a few kilobytes may hold gigabytes
_PLAIN, _ZIPPED = {"", "identity"}, {"gzip", "x-gzip"}
UNREADABLE = "geeft een antwoord dat niet te lezen is"


class TooMuch(Exception):
    """More than a limit allows, in Dutch: what it is, and the name of the limit in ``sources.yml``."""

    def __init__(self, problem: str, limit: str) -> None:
        self.problem, self.limit = problem, limit
        super().__init__(problem)


class Run:
    """What all questions of a run may take together."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._came = limits, 0
        self.end = monotonic() + 60 * limits.run_minutes  # on the clock of asyncio, which is the same

    @property
    def seconds_left(self) -> float:
        """How long it may still take.

        Raises
        ------
        TooMuch
            When its time is over.
        """
        left = self.end - monotonic()
        if left <= 0:
            raise TooMuch(f"het ophalen duurde samen langer dan {self._limits.run_minutes:g} minuten", "run_minutes")
        return left

    def count(self, bytes: int) -> None:
        """Count what came in; raises `TooMuch` when it is too much."""
        self._came += bytes
        if self._came > self._limits.run_mb * MB:
            raise TooMuch(f"alles samen is groter dan {self._limits.run_mb:g} MB", "run_mb")


class _Size:
    """How large an answer is so far, as it came and unpacked; each counts."""

    def __init__(self, run: Run, most: float, limit: str) -> None:
        self._run, self._most, self._limit = run, most, limit
        self.packed = self.unpacked = 0

    def add(self, packed: int = 0, unpacked: int = 0) -> None:
        """Count what came; raises `TooMuch` when it is too much."""
        before = max(self.packed, self.unpacked)
        self.packed += packed
        self.unpacked += unpacked
        now = max(self.packed, self.unpacked)
        self._run.count(now - before)
        if now > self._most * MB:
            raise TooMuch(f"het antwoord is groter dan {self._most:g} MB", self._limit)


async def received(
    answer: httpx.Response, clock: asyncio.Timeout, run: Run, limits: Limits, limit: str
) -> AsyncIterator[bytes]:
    """An answer piece by piece, unpacked; the longer it is, the longer it may take.

    Parameters
    ----------
    clock : asyncio.Timeout
        When it is to be there at the latest; moved on as it comes.
    limit : str
        The name of the limit to its size.

    Raises
    ------
    TooMuch
        When it is larger than a limit.
    Passing
        When it cannot be unpacked.
    """
    size, due, stream = _Size(run, getattr(limits, limit), limit), clock.when() or 0.0, _stream(answer)
    async for part in answer.aiter_raw():
        size.add(packed=len(part))
        clock.reschedule(min(due + size.packed / (1024 * limits.kb_per_second), run.end))
        for piece in _unpacked(part, stream):
            size.add(unpacked=len(piece))
            yield piece
    if stream and not stream.eof:
        raise Passing("geeft een antwoord dat is afgekapt of beschadigd")


def _stream(answer: httpx.Response) -> Any:
    """What unpacks an answer; nothing for one that is not packed. We ask for no other packing than gzip."""
    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    if coding in _PLAIN:
        return None
    if coding not in _ZIPPED:
        raise Passing(UNREADABLE)
    return zlib.decompressobj(zlib.MAX_WBITS | 16)


def _unpacked(part: bytes, stream: Any) -> Iterator[bytes]:
    """What is in a part of an answer, a little at a time."""
    if stream is None:
        yield part
        return
    piece = b" " * _AT_ONCE
    while part or len(piece) == _AT_ONCE:
        try:
            piece = stream.decompress(part, _AT_ONCE)
        except zlib.error:
            raise Passing(UNREADABLE) from None
        if stream.unused_data:
            raise Passing(UNREADABLE)
        part = stream.unconsumed_tail
        yield piece
