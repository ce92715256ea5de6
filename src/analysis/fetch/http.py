"""What a publisher says beside its answer: when to come back, and when a file was last changed."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, TypeVar

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_after_attempt,
    wait_random_exponential,
)

from .. import paths
from ..errors import DataError
from .wanted import Limits, wanted


def retry_after(answer: httpx.Response) -> float | None:
    """The seconds that it asks to wait, given as a number or as a moment."""
    header = answer.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]+", header):
        return float(header)
    moment = _moment(header)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment else None


def last_modified(answer: httpx.Response) -> datetime | None:
    """When a file was changed, as far as the publisher says so."""
    return _moment(answer.headers.get("Last-Modified", ""))


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # whatever it makes of an odd text
        return None


T = TypeVar("T")


class Passing(Exception):
    """Something that may be over when we ask again, in Dutch; ``after`` so many seconds, if the publisher says so."""

    def __init__(self, problem: str, after: float | None = None) -> None:
        self.problem, self.after = problem, after
        super().__init__(problem)


def repeated(once: Callable[[], T], limits: Limits, stopped: Event) -> T:
    """Try until it succeeds, or patience ends.

    Parameters
    ----------
    stopped : Event
        Ends the waiting between two tries.

    Raises
    ------
    Passing
        That of the last try.
    """

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        after = error.after if isinstance(error, Passing) else None
        return wait_random_exponential(max=limits.pause)(state) if after is None else after

    again = retry_if_exception_type(Passing)
    most, sleep = stop_after_attempt(limits.attempts), sleep_using_event(stopped)
    return Retrying(retry=again, stop=most, wait=wait, sleep=sleep, reraise=True)(once)


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


PUBLISHERS = {
    "dataderden": "https://dataderden.cbs.nl",
    "opendata": "https://opendata.cbs.nl",
    "datasets": "https://datasets.cbs.nl",
}
BASE = r"^https?://[^/@\s:]+(:\d+)?(/[^@\s]*)?$"  # no password: addresses are told, and stand in the register
FILES = "files"  # whole files stand at many publishers; another base stands for all of them
_NO_HEAD = {403, 405, 501}  # whoever refuses to tell about a file may still give it
_GONE = {404, 410}
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_FAREWELL = 5  # seconds for connections to close
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"  # httpx has no exception of its own for it
_LATER = (
    "Probeer het later opnieuw. Wat al was opgehaald, is bewaard; wat in de map met exports stond, is niet veranderd. "
    "Gaat uw verkeer via een proxy, zet dan HTTPS_PROXY."
)
_CERTIFICATE = "Vraag uw ICT-afdeling of het verkeer wordt onderschept, en zet haar certificaat in SSL_CERT_FILE."


class Gone(DataError):
    """What a publisher no longer has, or not yet."""


class Web:
    """The publishers, or whatever stands in their place.

    Parameters
    ----------
    bases : mapping of str to str
        Another address for a publisher (``dataderden``, ``opendata``, ``datasets``, ``files``): a mirror or a proxy.
    limits : Limits, optional
        By default those in ``sources.yml``.
    """

    def __init__(self, bases: Mapping[str, str] | None = None, limits: Limits | None = None) -> None:
        self.bases = {name: base.rstrip("/") for name, base in (bases or {}).items()}
        self.limits = limits or wanted().limits
        self._run = Run(self.limits)
        self._client = httpx.AsyncClient(
            timeout=self.limits.seconds,
            follow_redirects=True,
            headers={"Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # an odd one would spoil every next question
        )
        self._stopped, self._lock = Event(), Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._thread.join()
        self._loop.close()

    def get(self, address: str, understood: Callable[[bytes], T]) -> T:
        """What a publisher answers, once it can be understood.

        Parameters
        ----------
        address : str
            As the publisher has it, whatever stands in its place.
        understood : callable
            Makes something of the answer; raises `Passing` for an answer that is damaged.

        Raises
        ------
        DataError
            When it does not come, however often we ask.
        """

        def once() -> T:
            content = bytearray()
            self._done(self._received(address, content.extend, "page_mb"))
            return understood(bytes(content))

        return self._repeated(address, once)

    def save(self, address: str, place: Path, sound: Callable[[Path], None]) -> None:
        """Save a whole file.

        Parameters
        ----------
        sound : callable
            Looks at what was saved; raises `Passing` for a file that is damaged.

        Raises
        ------
        DataError
            When it does not come, however often we ask.
        """

        def once() -> None:
            with paths.named_in_errors(place), place.open("wb") as file:
                self._done(self._received(address, file.write, "file_mb"))
            sound(place)

        self._repeated(address, once)

    def changed(self, address: str) -> datetime | None:
        """When a file was last changed, without getting it; ``None`` where the publisher does not say.

        Raises
        ------
        DataError
            When it does not answer; `Gone` when it has no such file.
        """

        def once() -> datetime | None:
            answer = self._done(self._begun(address, "HEAD"))
            if answer.status_code in _NO_HEAD:
                answer = self._done(self._begun(address, "GET"))
            return last_modified(answer)

        return self._repeated(address, once)

    def stop(self) -> None:
        """Ask nothing more, whoever is busy asking or waits to ask again."""
        with self._lock:
            if not self._stopped.is_set():
                self._stopped.set()
                asyncio.run_coroutine_threadsafe(self._end(), self._loop)

    async def _end(self) -> None:
        """Cancel what is being asked and stop, also when a connection cannot be closed in an orderly way."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        try:
            async with asyncio.timeout(_FAREWELL):
                await asyncio.gather(*others, return_exceptions=True)
                await self._client.aclose()
        finally:
            self._loop.stop()

    def placed(self, address: str) -> str:
        """Where an address of a publisher really leads."""
        for name, base in PUBLISHERS.items():
            if address.startswith(f"{base}/"):
                return self.bases.get(name, base) + address.removeprefix(base)
        path = httpx.URL(address).raw_path.decode()
        return self.bases[FILES] + path if FILES in self.bases else address

    def _repeated(self, address: str, once: Callable[[], T]) -> T:
        try:
            return repeated(once, self.limits, self._stopped)
        except Passing as error:
            raise self._wrong(address, f"de uitgever {error.problem}.", _LATER) from None
        except TooMuch as error:
            remedy = f"Klopt dat, verhoog dan `{error.limit}` in bronnen.yml, of haal minder op: zie docs/data.md."
            raise self._wrong(address, f"{error.problem}. Meer halen wij niet op.", remedy) from None

    def _done(self, asking: Coroutine[Any, Any, T]) -> T:
        """What comes of asking; a thread that hangs must not write any more once somebody stopped us."""
        with self._lock:
            if self._stopped.is_set():
                asking.close()
                raise Passing("is niet afgewacht")
            running = asyncio.run_coroutine_threadsafe(asking, self._loop)
        try:
            return running.result()
        except CancelledError:
            raise Passing("is niet afgewacht") from None

    async def _received(self, address: str, take: Callable[[bytes], object], limit: str) -> None:
        async with self._answer(address, "GET") as (answer, clock):
            async for part in received(answer, clock, self._run, self.limits, limit):
                take(part)

    async def _begun(self, address: str, method: str) -> httpx.Response:
        """The beginning of an answer: what it says of itself."""
        async with self._answer(address, method) as (answer, _):
            return answer

    @asynccontextmanager
    async def _answer(self, address: str, method: str) -> AsyncIterator[tuple[httpx.Response, asyncio.Timeout]]:
        """An answer that has begun and is as it should be so far, with the clock that it has to keep to."""
        begun = False
        try:
            async with asyncio.timeout(min(self.limits.seconds, self._run.seconds_left)) as clock:
                async with self._client.stream(method, self.placed(address)) as answer:
                    begun = True
                    self._judge(answer, address)
                    yield answer, clock
        except (TimeoutError, httpx.TimeoutException):
            raise Passing("antwoordt te langzaam" if begun else "antwoordt niet op tijd") from None
        except (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError) as error:
            if _UNTRUSTED in str(error):
                problem = "het certificaat van deze server klopt niet. Daarom is er niets opgehaald."
                raise self._wrong(address, problem, _CERTIFICATE) from None
            raise Passing("verbreekt de verbinding of is niet te bereiken") from None
        except (DataError, Passing, TooMuch, OSError):
            raise
        except Exception:  # whatever httpx makes of an odd answer
            raise Passing(UNREADABLE) from None

    def _judge(self, answer: httpx.Response, address: str) -> None:
        if answer.status_code in _PASSING:
            after = retry_after(answer)
            if after is not None and after > self.limits.pause:
                problem = f"de uitgever vraagt om {_minutes(after)} te wachten."
                raise self._wrong(address, problem, _LATER)
            raise Passing(f"antwoordt met fout {answer.status_code}", after)
        if answer.is_error and not (answer.request.method == "HEAD" and answer.status_code in _NO_HEAD):
            problem = f"de uitgever antwoordt met fout {answer.status_code}."
            remedy = "Bestaat dit niet meer, verander de bron dan in bronnen.yml of laat haar weg: zie docs/data.md."
            kind = Gone if answer.status_code in _GONE else DataError
            raise kind(self._shown(address), problem, remedy)

    def _wrong(self, address: str, problem: str, remedy: str) -> DataError:
        return DataError(self._shown(address), problem, remedy)

    def _shown(self, address: str) -> str:
        return self.placed(address).partition("?")[0]


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} minuten" if seconds < 24 * 60 * 60 else "meer dan een dag"
