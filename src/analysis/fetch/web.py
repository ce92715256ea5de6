"""Asking a publisher for something: patient with what may pass, clear about what will not.

`cbsodata` gives labels in place of codes and keeps nothing of the answer, so httpx asks and tenacity repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TypeVar

import httpx

from ..errors import DataError
from . import headers
from .patience import ORDINARY, Passing, Patience, repeated

T = TypeVar("T")
PUBLISHERS = {
    "dataderden": "https://dataderden.cbs.nl",
    "opendata": "https://opendata.cbs.nl",
    "datasets": "https://datasets.cbs.nl",
}
BASE = r"^https?://[^/@\s:]+(:\d+)?(/[^@\s]*)?$"  # no password: addresses are told, and stand in the register
FILES = "files"  # whole files stand at many publishers; another base stands for all of them
_NO_HEAD = {403, 405, 501}  # whoever refuses to tell about a file may still give it
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"  # httpx has no exception of its own for it
_LATER = (
    "Probeer het later opnieuw. Wat al was opgehaald, is bewaard; de map met exports is niet veranderd. "
    "Gaat uw verkeer via een proxy, zet dan HTTPS_PROXY."
)

_CERTIFICATE = "Vraag uw ICT-afdeling of het verkeer wordt onderschept, en zet haar certificaat in SSL_CERT_FILE."


class Web:
    """The publishers, or whatever stands in their place.

    Parameters
    ----------
    bases : mapping of str to str
        Another address for a publisher (``dataderden``, ``opendata``, ``datasets``, ``files``): a mirror or a proxy.
    """

    def __init__(self, bases: Mapping[str, str] | None = None, patience: Patience = ORDINARY) -> None:
        self.bases = {name: base.rstrip("/") for name, base in (bases or {}).items()}
        self.patience = patience
        self.client = httpx.Client(timeout=patience.seconds, follow_redirects=True)
        self._stopped = Event()

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

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
            with self._answer(address) as answer:
                return understood(b"".join(self._parts(answer)))

        return self._repeated(address, once)

    def save(self, address: str, place: Path, sound: Callable[[Path], None]) -> None:
        """Save a whole file, which may take as long as it does, as long as something comes in.

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
            with self._answer(address) as answer, place.open("wb") as file:
                file.writelines(self._unstopped(answer))
            sound(place)

        self._repeated(address, once)

    def changed(self, address: str) -> datetime | None:
        """When a file was last changed, without getting it; ``None`` where the publisher does not say."""

        def once() -> datetime | None:
            with self._answer(address, "HEAD") as answer:
                return headers.last_modified(answer)

        return self._repeated(address, once)

    def stop(self) -> None:
        """Ask nothing more, whoever is busy asking or waits to ask again."""
        self._stopped.set()
        self.client.close()

    def placed(self, address: str) -> str:
        """Where an address of a publisher really leads."""
        for name, base in PUBLISHERS.items():
            if address.startswith(f"{base}/"):
                return self.bases.get(name, base) + address.removeprefix(base)
        path = httpx.URL(address).raw_path.decode()
        return self.bases[FILES] + path if FILES in self.bases else address

    def _repeated(self, address: str, once: Callable[[], T]) -> T:
        try:
            return repeated(once, self.patience, self._stopped)
        except Passing as error:
            raise self._wrong(address, f"de uitgever {error.problem}.", _LATER) from None

    @contextmanager
    def _answer(self, address: str, method: str = "GET") -> Iterator[httpx.Response]:
        """An answer that has begun, and is as it should be so far."""
        try:
            with self.client.stream(method, self.placed(address)) as answer:
                self._judge(answer, address)
                yield answer
        except httpx.TimeoutException:
            raise Passing("antwoordt niet op tijd") from None
        except (httpx.DecodingError, httpx.TooManyRedirects):
            raise Passing("geeft een antwoord dat niet te lezen is") from None
        except httpx.TransportError as error:
            if _UNTRUSTED in str(error):
                problem = "het certificaat van deze server klopt niet. Daarom is er niets opgehaald."
                raise self._wrong(address, problem, _CERTIFICATE) from None
            raise Passing("verbreekt de verbinding of is niet te bereiken") from None

    def _parts(self, answer: httpx.Response) -> Iterator[bytes]:
        """The answer piece by piece, as long as it comes fast enough to end in time."""
        end = monotonic() + self.patience.seconds
        for part in self._unstopped(answer):
            yield part
            if monotonic() > end:
                raise Passing("antwoordt te langzaam")

    def _unstopped(self, answer: httpx.Response) -> Iterator[bytes]:
        """The answer piece by piece, as long as nobody stopped us: a thread that hangs must not write any more."""
        for part in answer.iter_bytes():
            if self._stopped.is_set():
                raise Passing("is niet afgewacht")
            yield part

    def _judge(self, answer: httpx.Response, address: str) -> None:
        if answer.status_code in _PASSING:
            after = headers.retry_after(answer)
            if after is not None and after > self.patience.pause:
                problem = f"de uitgever vraagt om {after / 60:.0f} minuten te wachten."
                raise self._wrong(address, problem, _LATER)
            raise Passing(f"antwoordt met fout {answer.status_code}", after)
        if answer.is_error and not (answer.request.method == "HEAD" and answer.status_code in _NO_HEAD):
            problem = f"de uitgever antwoordt met fout {answer.status_code}."
            remedy = "Kijk of dit bij de uitgever nog bestaat. Pas dan het adres of de tabel in sources.yml aan."
            raise self._wrong(address, problem, remedy)

    def _wrong(self, address: str, problem: str, remedy: str) -> DataError:
        return DataError(self.placed(address).partition("?")[0], problem, remedy)
