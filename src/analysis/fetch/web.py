"""Asking a publisher for something: patient with what may pass, clear about what will not, and never without end.

`cbsodata` gives labels in place of codes and keeps nothing of the answer, so httpx asks and tenacity repeats. Only
asyncio can put an end to an answer whatever it is busy with, headers that drip among them; a thread of its own does
that, and the rest of the program need not know.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, TypeVar

import httpx

from .. import paths
from ..errors import DataError
from . import bounds, headers
from .bounds import Run, TooMuch
from .patience import Passing, repeated
from .wanted import Limits, wanted

T = TypeVar("T")
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
            with paths.naming(place), place.open("wb") as file:
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
            return headers.last_modified(answer)

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
            async for part in bounds.received(answer, clock, self._run, self.limits, limit):
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
            raise Passing(bounds.UNREADABLE) from None

    def _judge(self, answer: httpx.Response, address: str) -> None:
        if answer.status_code in _PASSING:
            after = headers.retry_after(answer)
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
