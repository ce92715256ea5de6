"""HTTP client for the publishers: retries, limits on size and time, and error messages in Dutch.

`HttpClient` sends the requests, within the `Limits` of ``sources.yml`` (seconds, bytes, attempts). `RunBudget` counts
what one run uses in total.
"""

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
from .wanted import Limits, source_list

T = TypeVar("T")

MB = 1024**2
PUBLISHERS = {
    "dataderden": "https://dataderden.cbs.nl",
    "opendata": "https://opendata.cbs.nl",
    "datasets": "https://datasets.cbs.nl",
}
BASE = r"^https?://[^/@\s:]+(:\d+)?(/[^@\s]*)?$"  # no password: addresses are printed and stored in the register
FILES = "files"  # whole files are spread over many publishers; one alternative base replaces all of them
UNREADABLE = "geeft een antwoord dat niet te lezen is"

_CHUNK = 256 * 1024  # bytes unpacked at a time: a few packed kilobytes may hold gigabytes
_PLAIN, _GZIP = {"", "identity"}, {"gzip", "x-gzip"}  # values of Content-Encoding
_NO_HEAD = {403, 405, 501}  # a server that refuses HEAD may still answer GET
_GONE = {404, 410}
_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
_CLOSE_SECONDS = 5  # for connections to close
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"  # httpx has no exception class for it
_LATER = (
    "Probeer het later opnieuw. Wat al was opgehaald, is bewaard; wat in de map met exports stond, is niet veranderd. "
    "Gaat uw verkeer via een proxy, zet dan HTTPS_PROXY."
)
_CERTIFICATE = "Vraag uw ICT-afdeling of het verkeer wordt onderschept, en zet haar certificaat in SSL_CERT_FILE."


class TransientError(Exception):
    """A failure that may be over at the next attempt.

    Parameters
    ----------
    problem : str
        What went wrong, in Dutch, to follow "de uitgever".
    after : float, optional
        Seconds to wait before the next attempt, when the publisher says so.
    """

    def __init__(self, problem: str, after: float | None = None) -> None:
        self.problem, self.after = problem, after
        super().__init__(problem)


class LimitExceeded(Exception):
    """More data or time than a limit allows.

    Parameters
    ----------
    problem : str
        What is too large or took too long, in Dutch.
    limit : str
        Name of the limit in ``sources.yml``.
    """

    def __init__(self, problem: str, limit: str) -> None:
        self.problem, self.limit = problem, limit
        super().__init__(problem)


class NotFound(DataError):
    """The publisher does not have what was asked for: no longer, or not yet."""


def retry_after(answer: httpx.Response) -> float | None:
    """Return how long the publisher asks to wait.

    Parameters
    ----------
    answer : httpx.Response
        Its ``Retry-After`` header holds a number of seconds or a moment.

    Returns
    -------
    float or None
        Seconds; ``None`` without a readable header.

    Examples
    --------
    >>> retry_after(httpx.Response(429, headers={"Retry-After": "7"}))
    7.0
    >>> retry_after(httpx.Response(429, headers={"Retry-After": "soon"})) is None
    True
    """
    header = answer.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]+", header):
        return float(header)
    moment = _parse_moment(header)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment else None


def last_modified(answer: httpx.Response) -> datetime | None:
    """Return when a file was changed, or ``None`` when the publisher does not say.

    Examples
    --------
    >>> answer = httpx.Response(200, headers={"Last-Modified": "Wed, 14 Oct 2026 02:00:00 GMT"})
    >>> last_modified(answer).isoformat()
    '2026-10-14T02:00:00+00:00'
    """
    return _parse_moment(answer.headers.get("Last-Modified", ""))


def _parse_moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # depending on how malformed the text is
        return None


def retry(attempt: Callable[[], T], limits: Limits, stopped: Event) -> T:
    """Repeat an attempt while it fails with a `TransientError`.

    Parameters
    ----------
    attempt : callable
        Called without arguments.
    limits : Limits
        How often to try, and how long to wait at most between two attempts.
    stopped : Event
        Ends the waiting when it is set.

    Returns
    -------
    object
        What the attempt returned.

    Raises
    ------
    TransientError
        That of the last attempt.
    """

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        after = error.after if isinstance(error, TransientError) else None
        return wait_random_exponential(max=limits.pause)(state) if after is None else after

    condition = retry_if_exception_type(TransientError)
    stop, sleep = stop_after_attempt(limits.attempts), sleep_using_event(stopped)
    return Retrying(retry=condition, stop=stop, wait=wait, sleep=sleep, reraise=True)(attempt)


class RunBudget:
    """Time and bytes that all requests of one run may use together.

    Parameters
    ----------
    limits : Limits
        Of which ``run_minutes`` and ``run_mb`` are used here.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits, self._received = limits, 0
        self.end = monotonic() + 60 * limits.run_minutes  # asyncio uses the same clock

    @property
    def seconds_left(self) -> float:
        """Remaining time in seconds.

        Raises
        ------
        LimitExceeded
            When no time is left.
        """
        left = self.end - monotonic()
        if left <= 0:
            raise LimitExceeded(
                f"het ophalen duurde samen langer dan {self._limits.run_minutes:g} minuten", "run_minutes"
            )
        return left

    def count(self, bytes: int) -> None:
        """Add received bytes to the total.

        Raises
        ------
        LimitExceeded
            When the total is larger than ``run_mb``.
        """
        self._received += bytes
        if self._received > self._limits.run_mb * MB:
            raise LimitExceeded(f"alles samen is groter dan {self._limits.run_mb:g} MB", "run_mb")


class _AnswerSize:
    """Size of an answer so far, both as received and unpacked; the larger of the two counts.

    Parameters
    ----------
    budget : RunBudget
        Also counts what this answer adds.
    maximum : float
        In megabytes.
    limit : str
        Name of that limit.
    """

    def __init__(self, budget: RunBudget, maximum: float, limit: str) -> None:
        self._budget, self._maximum, self._limit = budget, maximum, limit
        self.packed = self.unpacked = 0

    def add(self, packed: int = 0, unpacked: int = 0) -> None:
        """Add bytes; raise `LimitExceeded` when the answer becomes too large."""
        before = max(self.packed, self.unpacked)
        self.packed += packed
        self.unpacked += unpacked
        size = max(self.packed, self.unpacked)
        self._budget.count(size - before)
        if size > self._maximum * MB:
            raise LimitExceeded(f"het antwoord is groter dan {self._maximum:g} MB", self._limit)


async def read_body(
    answer: httpx.Response, clock: asyncio.Timeout, budget: RunBudget, limits: Limits, limit: str
) -> AsyncIterator[bytes]:
    """Yield an answer in unpacked chunks; the more has arrived, the more time it gets.

    Parameters
    ----------
    answer : httpx.Response
        Whose body is still to be received.
    clock : asyncio.Timeout
        Deadline of the answer; moved on as bytes arrive.
    budget : RunBudget
        What the whole run may use.
    limits : Limits
        Of which ``kb_per_second`` sets how fast the answer has to arrive.
    limit : str
        Name of the limit on its size: ``page_mb`` or ``file_mb``.

    Yields
    ------
    bytes
        At most 256 kB, unless the answer is not packed.

    Raises
    ------
    LimitExceeded
        When it is larger than a limit.
    TransientError
        When it cannot be unpacked.
    """
    size, due, decompressor = _AnswerSize(budget, getattr(limits, limit), limit), clock.when() or 0.0, _unpacker(answer)
    async for part in answer.aiter_raw():
        size.add(packed=len(part))
        clock.reschedule(min(due + size.packed / (1024 * limits.kb_per_second), budget.end))
        for chunk in _unpack(part, decompressor):
            size.add(unpacked=len(chunk))
            yield chunk
    if decompressor and not decompressor.eof:
        raise TransientError("geeft een antwoord dat is afgekapt of beschadigd")


def _unpacker(answer: httpx.Response) -> Any:
    """Return a decompressor, or ``None`` for a plain answer. We accept no other compression than gzip."""
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    if encoding in _PLAIN:
        return None
    if encoding not in _GZIP:
        raise TransientError(UNREADABLE)
    return zlib.decompressobj(zlib.MAX_WBITS | 16)


def _unpack(part: bytes, decompressor: Any) -> Iterator[bytes]:
    """Yield the content of a received part in chunks of limited size."""
    if decompressor is None:
        yield part
        return
    chunk = b" " * _CHUNK
    while part or len(chunk) == _CHUNK:
        try:
            chunk = decompressor.decompress(part, _CHUNK)
        except zlib.error:
            raise TransientError(UNREADABLE) from None
        if decompressor.unused_data:
            raise TransientError(UNREADABLE)
        part = decompressor.unconsumed_tail
        yield chunk


class HttpClient:
    """Client for all publishers, or for mirrors or proxies that replace them.

    Requests run in an event loop in a thread of its own, so that several threads can make requests and `stop` can
    cancel them all.

    Parameters
    ----------
    bases : mapping of str to str
        Alternative address by publisher (``dataderden``, ``opendata``, ``datasets``, ``files``).
    limits : Limits, optional
        By default those in ``sources.yml``.
    """

    def __init__(self, bases: Mapping[str, str] | None = None, limits: Limits | None = None) -> None:
        self.bases = {name: base.rstrip("/") for name, base in (bases or {}).items()}
        self.limits = limits or source_list().limits
        self._budget = RunBudget(self.limits)
        self._client = httpx.AsyncClient(
            timeout=self.limits.seconds,
            follow_redirects=True,
            headers={"Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # a malformed one would break later requests
        )
        self._stopped, self._lock = Event(), Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._thread.join()
        self._loop.close()

    def get(self, address: str, parse: Callable[[bytes], T]) -> T:
        """Request an address and parse the answer.

        Parameters
        ----------
        address : str
            At the publisher; `resolve` says where it really leads.
        parse : callable
            Turns the answer into a value; raises `TransientError` for an answer that is damaged.

        Returns
        -------
        object
            What ``parse`` returned.

        Raises
        ------
        DataError
            When all attempts failed.
        """

        def attempt() -> T:
            content = bytearray()
            self._await(self._receive(address, content.extend, "page_mb"))
            return parse(bytes(content))

        return self._retry(address, attempt)

    def save(self, address: str, path: Path, check: Callable[[Path], None]) -> None:
        """Download a file.

        Parameters
        ----------
        address : str
            At the publisher.
        path : Path
            Where to write the file.
        check : callable
            Called with the path afterwards; raises `TransientError` for a file that is damaged.

        Raises
        ------
        DataError
            When all attempts failed.
        """

        def attempt() -> None:
            with paths.named_in_errors(path), path.open("wb") as file:
                self._await(self._receive(address, file.write, "file_mb"))
            check(path)

        self._retry(address, attempt)

    def last_modified(self, address: str) -> datetime | None:
        """Return when a file was last changed, without downloading it.

        Returns
        -------
        datetime or None
            In UTC; ``None`` when the publisher does not say.

        Raises
        ------
        NotFound
            When the publisher has no such file.
        DataError
            When all attempts failed.
        """

        def attempt() -> datetime | None:
            answer = self._await(self._head_of_answer(address, "HEAD"))
            if answer.status_code in _NO_HEAD:
                answer = self._await(self._head_of_answer(address, "GET"))
            return last_modified(answer)

        return self._retry(address, attempt)

    def stop(self) -> None:
        """Cancel all requests, and make no new ones, in whichever thread they run or wait."""
        with self._lock:
            if not self._stopped.is_set():
                self._stopped.set()
                asyncio.run_coroutine_threadsafe(self._end(), self._loop)

    def resolve(self, address: str) -> str:
        """Return the address that is really requested for an address of a publisher."""
        for name, base in PUBLISHERS.items():
            if address.startswith(f"{base}/"):
                return self.bases.get(name, base) + address.removeprefix(base)
        path = httpx.URL(address).raw_path.decode()
        return self.bases[FILES] + path if FILES in self.bases else address

    async def _end(self) -> None:
        """Cancel running requests and end the loop, even when a connection cannot be closed properly."""
        requests = asyncio.all_tasks() - {asyncio.current_task()}
        for request in requests:
            request.cancel()
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await asyncio.gather(*requests, return_exceptions=True)
                await self._client.aclose()
        finally:
            self._loop.stop()

    def _retry(self, address: str, attempt: Callable[[], T]) -> T:
        try:
            return retry(attempt, self.limits, self._stopped)
        except TransientError as error:
            raise self._error(address, f"de uitgever {error.problem}.", _LATER) from None
        except LimitExceeded as error:
            remedy = f"Klopt dat, verhoog dan `{error.limit}` in bronnen.yml, of haal minder op: zie docs/data.md."
            raise self._error(address, f"{error.problem}. Meer halen wij niet op.", remedy) from None

    def _await(self, request: Coroutine[Any, Any, T]) -> T:
        """Run a request in the loop and wait for its result; after `stop`, a waiting thread may write nothing more."""
        with self._lock:
            if self._stopped.is_set():
                request.close()
                raise TransientError("is niet afgewacht")
            running = asyncio.run_coroutine_threadsafe(request, self._loop)
        try:
            return running.result()
        except CancelledError:
            raise TransientError("is niet afgewacht") from None

    async def _receive(self, address: str, write: Callable[[bytes], object], limit: str) -> None:
        async with self._answer(address, "GET") as (answer, clock):
            async for chunk in read_body(answer, clock, self._budget, self.limits, limit):
                write(chunk)

    async def _head_of_answer(self, address: str, method: str) -> httpx.Response:
        """Return status and headers only."""
        async with self._answer(address, method) as (answer, _):
            return answer

    @asynccontextmanager
    async def _answer(self, address: str, method: str) -> AsyncIterator[tuple[httpx.Response, asyncio.Timeout]]:
        """Send a request; yield the answer once its headers are checked, with its deadline."""
        begun = False
        try:
            async with asyncio.timeout(min(self.limits.seconds, self._budget.seconds_left)) as clock:
                async with self._client.stream(method, self.resolve(address)) as answer:
                    begun = True
                    self._check_status(answer, address)
                    yield answer, clock
        except (TimeoutError, httpx.TimeoutException):
            raise TransientError("antwoordt te langzaam" if begun else "antwoordt niet op tijd") from None
        except (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError) as error:
            if _UNTRUSTED in str(error):
                problem = "het certificaat van deze server klopt niet. Daarom is er niets opgehaald."
                raise self._error(address, problem, _CERTIFICATE) from None
            raise TransientError("verbreekt de verbinding of is niet te bereiken") from None
        except (DataError, TransientError, LimitExceeded, OSError):
            raise
        except Exception:  # httpx raises many types for a malformed answer
            raise TransientError(UNREADABLE) from None

    def _check_status(self, answer: httpx.Response, address: str) -> None:
        if answer.status_code in _TRANSIENT:
            after = retry_after(answer)
            if after is not None and after > self.limits.pause:
                problem = f"de uitgever vraagt om {_minutes(after)} te wachten."
                raise self._error(address, problem, _LATER)
            raise TransientError(f"antwoordt met fout {answer.status_code}", after)
        if answer.is_error and not (answer.request.method == "HEAD" and answer.status_code in _NO_HEAD):
            problem = f"de uitgever antwoordt met fout {answer.status_code}."
            remedy = "Bestaat dit niet meer, verander de bron dan in bronnen.yml of laat haar weg: zie docs/data.md."
            error_type = NotFound if answer.status_code in _GONE else DataError
            raise error_type(self._without_options(address), problem, remedy)

    def _error(self, address: str, problem: str, remedy: str) -> DataError:
        return DataError(self._without_options(address), problem, remedy)

    def _without_options(self, address: str) -> str:
        return self.resolve(address).partition("?")[0]


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} minuten" if seconds < 24 * 60 * 60 else "meer dan een dag"
