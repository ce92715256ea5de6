"""Notifications of a refresh: the Dutch summary, and sending it by command, mail and webhook."""

from __future__ import annotations

import os
import re
import signal
import smtplib
import ssl
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from queue import Empty, SimpleQueue
from subprocess import PIPE
from threading import Thread
from typing import TYPE_CHECKING

import httpx

from .. import paths
from ..definitions import regions
from ..display import dutch, provenance
from ..errors import ChapterError, DataError, printable
from ..report import changes_page
from ..report.edition_changes import EditionChanges, Figure
from .settings import Mail, Notify, Settings, Webhook, Word

if TYPE_CHECKING:
    from ..fetch.download import FetchResult

NAME = "samenvatting.txt"
OUTCOME = "VEILIGHEID_UITKOMST"  # environment variable of the command
_SHOWN = 5  # figures that changed most
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|\d[\d.,]*(?<![.,])")  # words and numbers that may come from a file
_MASKED = "Een melding noemt geen cijfers of woorden uit een bestand: 'veiligheid report' doet dat, op deze computer."
_SUBJECTS: dict[Word, str] = {
    "gelukt": "er is een nieuw rapport",
    "mislukt": "niet of niet helemaal bijgewerkt, kijk ernaar",
    "ongewijzigd": "er is niets nieuws",
}
_PATIENCE = 60  # seconds for one answer
_LIMIT = 120  # seconds for a whole notification: a server that sends a byte at a time would never be done


# What a program needs to run, and to make a report of its own; a password or a key is in none of these.
_PASSED = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP",
    "XDG_RUNTIME_DIR", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA",
    "LOCALAPPDATA", paths.WORK_VARIABLE, paths.BROWSER_VARIABLE,
)  # fmt: skip


class _DeliveryError(Exception):
    """A notification that was not delivered; its Dutch words follow the name of the channel."""


@dataclass(frozen=True)
class RunOutcome:
    """Outcome of a refresh.

    Parameters
    ----------
    word : str
        ``gelukt``, ``mislukt`` or ``ongewijzigd``.
    text : str
        The summary, in Dutch.
    code : int
        Exit code.
    """

    word: Word
    text: str
    code: int = 0


def summary(settings: Settings, word: Word, parts: Sequence[str]) -> str:
    """Return the text of a notification.

    Parameters
    ----------
    settings : Settings
        Say which municipalities it is about.
    word : str
        The outcome.
    parts : sequence of str
        Paragraphs, in Dutch; empty ones are left out.
    """
    now, about = datetime.now(), [regions.name(code) for code in settings.codes]
    names = dutch.listed(about) if len(about) <= _SHOWN else f"van {len(about)} gemeenten"
    head = f"Veiligheidsanalyse {names}, {dutch.day(now)} om {now:%H.%M} uur: verversen {word}."
    return printable("\n\n".join([head, *filter(None, parts)]) + "\n")


def without_contents(error: BaseException) -> BaseException:
    """Return an error without the figures and words of files that its message may quote.

    Deliveries and ballots are not public, and a notification may be read by people who may not see them.

    Parameters
    ----------
    error : BaseException
        Of a `DataError` or `ChapterError` the quoted parts and numbers are replaced; others are returned as they are.

    Returns
    -------
    BaseException
        Of the same type.

    Examples
    --------
    >>> print(without_contents(DataError("a.csv", "'3,7x' is geen getal.", "Verbeter dit.", line=2)))
    a.csv, regel 2: … is geen getal.
    Wat kunt u doen? Verbeter dit. Een melding noemt geen cijfers of woorden uit een bestand: 'veiligheid report' doet \
dat, op deze computer.
    """
    match error:
        case DataError():
            remedy = f"{_masked(error.remedy)} {_MASKED}"
            file, line, problem = error.file, error.line, _masked(error.problem)
            return DataError(file, problem, remedy, line=line, column=error.column, field=error.field)
        case ChapterError():
            chapter, colon, cause = str(error).partition(": ")
            return ChapterError(f"{chapter}{colon}{_masked(cause)} {_MASKED}")
    return error


def unexpected_error(error: BaseException) -> str:
    """Return a sentence about an unexpected error; it names only the type, for the message may quote anything."""
    return f"Onverwachte fout: {type(error).__name__}. {_MASKED}"


def _masked(text: str) -> str:
    return _QUOTED.sub("…", text)


def new_releases(fetched: FetchResult) -> str:
    """Return what the publishers had that we did not, in Dutch."""
    if not fetched.new:
        return "" if fetched.failed else "De uitgevers hebben niets nieuws."
    lines = (
        f"\n  {release.source.publisher}, {release.source.title}: van {dutch.day(release.day)}"
        for release in fetched.new
    )
    return f"Nieuw van de uitgevers:{''.join(lines)}"


def fetch_failures(fetched: FetchResult) -> list[str]:
    """Return a paragraph for each source that could not be fetched: since when, what we have of it, and why."""
    return [f"{provenance.unfetched_text(failure.record)}\n{failure.error}" for failure in fetched.failed]


def published_edition(changes: EditionChanges, address: str) -> str:
    """Return where a new edition is and what changed.

    Parameters
    ----------
    changes : EditionChanges
        Since the previous edition.
    address : str
        Path or web address of its first page.

    Returns
    -------
    str
        In Dutch: a sentence, and the figures that changed most.
    """
    figures = sorted((*changes.revised, *changes.recalculated, *changes.unclear), key=_change, reverse=True)[:_SHOWN]
    lines = [f"{changes.new.title}: {address}", changes_page.summary(changes)]
    if figures:
        lines.append("Het meest veranderd:")
    return "\n".join([*lines, *_figure_lines(figures)])


def _figure_lines(figures: Sequence[Figure]) -> Iterator[str]:
    return (f"  {changes_page.row_text(row)}" for row in changes_page.figure_rows(figures))


def _change(figure: Figure) -> float:
    """Return the relative change of a figure; infinite for one that is new or gone."""
    if figure.old is None or figure.new is None:
        return float("inf")
    return abs(figure.new - figure.old) / max(abs(figure.old), abs(figure.new), 1)


def write_summary(folder: Path, text: str) -> list[str]:
    """Write the summary in the folder of the settings, over the previous one.

    Parameters
    ----------
    folder : Path
        Where to write it.
    text : str
        The summary.

    Returns
    -------
    list of str
        Why it could not be written, in Dutch; empty when it was.
    """
    try:
        paths.write(folder / NAME, text.encode())
    except OSError as error:
        return [f"{NAME} is niet te schrijven ({type(error).__name__})."]
    return []


def notify(settings: Notify, folder: Path, word: Word, text: str) -> list[str]:
    """Send a summary to everyone who wants to hear of this outcome.

    Parameters
    ----------
    settings : Notify
        Whom to notify.
    folder : Path
        The folder of the settings, in which the command runs.
    word : str
        The outcome.
    text : str
        The summary.

    Returns
    -------
    list of str
        Dutch sentences about notifications that were not delivered.
    """
    return list(_problems(settings, folder, word, text)) if word in settings.when else []


@contextmanager
def secrets_withheld(settings: Notify) -> Iterator[None]:
    """Remove from the environment what only a notification needs, so that no chapter inherits it.

    Parameters
    ----------
    settings : Notify
        Name the variables; they are put back afterwards.
    """
    held = {name: os.environ.pop(name) for name in settings.secrets & os.environ.keys()}
    try:
        yield
    finally:
        os.environ.update(held)


def _problems(settings: Notify, folder: Path, word: Word, text: str) -> Iterator[str]:
    if command := settings.command:
        variables = settings.command_variables
        yield from _problem(
            f"Het commando '{command[0]}'", lambda: _run_command(command, variables, folder, word, text)
        )
    if mail := settings.mail:
        yield from _problem(f"De e-mail via {mail.host}", lambda: _send_mail(mail, word, text))
    if webhook := settings.webhook:
        yield from _problem("De webhook", lambda: _call_webhook(webhook, word, text))


def _problem(channel: str, send: Callable[[], None]) -> Iterator[str]:
    """Use a channel in a thread, which is abandoned when it takes too long: no library guarantees an end."""
    ended: SimpleQueue[str] = SimpleQueue()
    Thread(target=lambda: ended.put(_error_text(send)), daemon=True).start()
    try:
        problem = ended.get(timeout=_LIMIT)
    except Empty:
        problem = f"was na {_LIMIT} seconden niet klaar en is niet aangekomen"
    if problem:
        yield f"{channel} {problem}."


def _error_text(send: Callable[[], None]) -> str:
    """Send, and return what went wrong; of an exception only the type, for its text may hold a password."""
    try:
        send()
    except _DeliveryError as error:
        return str(error)
    except Exception as error:  # whatever it is, the other channels are still used
        return f"is niet gelukt ({type(error).__name__})"
    return ""


def _run_command(command: tuple[str, ...], variables: Sequence[str], folder: Path, word: Word, text: str) -> None:
    passed = (*_PASSED, *variables)
    environment = {name: value for name, value in os.environ.items() if name in passed} | {OUTCOME: word}
    with subprocess.Popen(command, stdin=PIPE, env=environment, cwd=folder, start_new_session=True) as process:
        try:
            process.communicate(text.encode(), timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            _end(process)
            raise _DeliveryError(f"was na {_PATIENCE} seconden niet klaar en is gestopt") from None
    if process.returncode:
        raise _DeliveryError(f"eindigde met code {process.returncode}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a command with everything it started, where the system has a way to do so."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _send_mail(mail: Mail, word: Word, text: str) -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = f"Veiligheidsanalyse: {_SUBJECTS[word]}", mail.sender
    message["To"] = ", ".join(mail.to)
    message.set_content(text)
    with smtplib.SMTP(mail.host, mail.port, timeout=_PATIENCE) as server:
        if mail.starttls:
            server.starttls(context=ssl.create_default_context())
        if mail.user and mail.password_variable:
            server.login(mail.user, _secret(mail.password_variable))
        if refused := server.send_message(message):
            raise _DeliveryError(f"kwam niet aan bij {dutch.listed(list(refused))}")


def _call_webhook(webhook: Webhook, word: Word, text: str) -> None:
    """Post the text under the name that Slack, Mattermost and Teams read."""
    address = _secret(webhook.address_variable)
    answer = httpx.post(address, json={"text": text, "uitkomst": word}, timeout=_PATIENCE)
    if not answer.is_success:
        raise _DeliveryError(f"antwoordde met code {answer.status_code}")


def _secret(variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise _DeliveryError(f"is niet geprobeerd: de omgevingsvariabele {variable} is er niet")
    return value
