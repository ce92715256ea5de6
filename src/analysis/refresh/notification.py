"""What became of a refresh, in a few lines of Dutch for who was not there."""

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
    from ..fetch.download import Fetched

NAME = "samenvatting.txt"
_SHOWN = 5  # figures that changed most
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|\d[\d.,]*(?<![.,])")  # what a mistake says of the contents of a file
_HERE = "Een melding noemt geen cijfers of woorden uit een bestand: 'veiligheid report' doet dat, op deze computer."


@dataclass(frozen=True)
class RunOutcome:
    """What a refresh came to: one word, the text that is told, and the exit code."""

    word: Word
    text: str
    code: int = 0


def text(settings: Settings, word: Word, parts: Sequence[str]) -> str:
    """The whole summary: of what, when, how it ended, and what there is to say."""
    now, about = datetime.now(), [regions.name(code) for code in settings.codes]
    named = dutch.listed(about) if len(about) <= _SHOWN else f"van {len(about)} gemeenten"
    head = f"Veiligheidsanalyse {named}, {dutch.day(now)} om {now:%H.%M} uur: verversen {word}."
    return printable("\n\n".join([head, *filter(None, parts)]) + "\n")


def discreet(error: BaseException) -> BaseException:
    """What went wrong with files or with a chapter, without any figure or word that stood there.

    A delivery or a ballot is not public, and who wrote a mistake down did not know who would read it.
    """
    match error:
        case DataError():
            remedy = f"{_masked(error.remedy)} {_HERE}"
            where, line, problem = error.file, error.line, _masked(error.problem)
            return DataError(where, problem, remedy, line=line, column=error.column, field=error.field)
        case ChapterError():
            which, colon, why = str(error).partition(": ")
            return ChapterError(f"{which}{colon}{_masked(why)} {_HERE}")
    return error


def unforeseen(error: BaseException) -> str:
    """That something went wrong that nobody foresaw; its words may hold anything."""
    return f"Onverwachte fout: {type(error).__name__}. {_HERE}"


def _masked(text: str) -> str:
    return _QUOTED.sub("…", text)


def news(fetched: Fetched) -> str:
    """What publishers had that we did not."""
    if not fetched.new:
        return "" if fetched.failed else "De uitgevers hebben niets nieuws."
    lines = (f"\n  {one.source.publisher}, {one.source.title}: van {dutch.day(one.day)}" for one in fetched.new)
    return f"Nieuw van de uitgevers:{''.join(lines)}"


def failures(fetched: Fetched) -> list[str]:
    """What could not be fetched, since when, what there is of it, and why."""
    return [f"{provenance.unfetched_text(one.told)}\n{one.why}" for one in fetched.failed]


def published(changes: EditionChanges, address: str) -> str:
    """Where a new edition is, and what it says that the one before did not: a sentence, and what changed most."""
    figures = sorted((*changes.revised, *changes.recalculated, *changes.unclear), key=_change, reverse=True)[:_SHOWN]
    lines = [f"{changes.new.title}: {address}", changes_page.summary(changes)]
    if figures:
        lines.append("Het meest veranderd:")
    return "\n".join([*lines, *_told(figures)])


def _told(figures: Sequence[Figure]) -> Iterator[str]:
    return (f"  {changes_page.row_text(one)}" for one in changes_page.figure_rows(figures))


def _change(figure: Figure) -> float:
    """How much a figure changed, by its own size; one that came or went changed most."""
    if figure.old is None or figure.new is None:
        return float("inf")
    return abs(figure.new - figure.old) / max(abs(figure.old), abs(figure.new), 1)


def write(folder: Path, told: str) -> list[str]:
    """Put the summary where the settings stand, in the place of the one before; why not, if it cannot be."""
    try:
        paths.write(folder / NAME, told.encode())
    except OSError as error:
        return [f"{NAME} is niet te schrijven ({type(error).__name__})."]
    return []


OUTCOME = "VEILIGHEID_UITKOMST"  # in the environment of the command
_SUBJECTS: dict[Word, str] = {
    "gelukt": "er is een nieuw rapport",
    "mislukt": "niet of niet helemaal bijgewerkt, kijk ernaar",
    "ongewijzigd": "er is niets nieuws",
}
_PATIENCE = 60  # seconds, for one answer
_LIMIT = 120  # seconds, for all answers together: a server that drips them would never be done


# What a program needs to run, and to make a report of its own; a password or a key is in none of these.
_PASSED = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP",
    "XDG_RUNTIME_DIR", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA",
    "LOCALAPPDATA", paths.WORK_VARIABLE, paths.BROWSER_VARIABLE,
)  # fmt: skip


class _Untold(Exception):
    """What went wrong, in Dutch words that follow the name of a channel."""


def notify(settings: Notify, place: Path, word: Word, text: str) -> list[str]:
    """Tell everyone who wants to hear of this outcome.

    Parameters
    ----------
    place : Path
        The folder of the settings, in which the command runs.

    Returns
    -------
    list of str
        Dutch sentences about those who could not be told.
    """
    return list(_failures(settings, place, word, text)) if word in settings.when else []


def _failures(settings: Notify, place: Path, word: Word, text: str) -> Iterator[str]:
    if command := settings.command:
        wanted = settings.command_variables
        yield from _failure(f"Het commando '{command[0]}'", lambda: _command(command, wanted, place, word, text))
    if mail := settings.mail:
        yield from _failure(f"De e-mail via {mail.host}", lambda: _mail(mail, word, text))
    if webhook := settings.webhook:
        yield from _failure("De webhook", lambda: _webhook(webhook, word, text))


def _failure(channel: str, tell: Callable[[], None]) -> Iterator[str]:
    """Try a channel, in a thread that is left behind when it is not done in time: no library promises an end."""
    ended: SimpleQueue[str] = SimpleQueue()
    Thread(target=lambda: ended.put(_problem(tell)), daemon=True).start()
    try:
        problem = ended.get(timeout=_LIMIT)
    except Empty:
        problem = f"was na {_LIMIT} seconden niet klaar en is niet aangekomen"
    if problem:
        yield f"{channel} {problem}."


def _problem(tell: Callable[[], None]) -> str:
    """What went wrong; of an exception only its type, for its text may hold a password or an address."""
    try:
        tell()
    except _Untold as error:
        return str(error)
    except Exception as error:  # whatever it is, the others are to be told
        return f"is niet gelukt ({type(error).__name__})"
    return ""


def _command(command: tuple[str, ...], wanted: Sequence[str], place: Path, word: Word, text: str) -> None:
    passed = (*_PASSED, *wanted)
    environment = {name: value for name, value in os.environ.items() if name in passed} | {OUTCOME: word}
    with subprocess.Popen(command, stdin=PIPE, env=environment, cwd=place, start_new_session=True) as process:
        try:
            process.communicate(text.encode(), timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            _end(process)
            raise _Untold(f"was na {_PATIENCE} seconden niet klaar en is gestopt") from None
    if process.returncode:
        raise _Untold(f"eindigde met code {process.returncode}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command with all that it started, where there is a way to do so."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _mail(mail: Mail, word: Word, text: str) -> None:
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
            raise _Untold(f"kwam niet aan bij {dutch.listed(list(refused))}")


def _webhook(webhook: Webhook, word: Word, text: str) -> None:
    """Post the text under the name that Slack, Mattermost and Teams read."""
    address = _secret(webhook.address_variable)
    answer = httpx.post(address, json={"text": text, "uitkomst": word}, timeout=_PATIENCE)
    if not answer.is_success:
        raise _Untold(f"antwoordde met code {answer.status_code}")


@contextmanager
def aside(settings: Notify) -> Iterator[None]:
    """Take what only a notification needs out of the environment while there is other work: no chapter inherits it."""
    held = {name: os.environ.pop(name) for name in settings.secrets & os.environ.keys()}
    try:
        yield
    finally:
        os.environ.update(held)


def _secret(variable: str) -> str:
    found = os.environ.get(variable)
    if not found:
        raise _Untold(f"is niet geprobeerd: de omgevingsvariabele {variable} is er niet")
    return found
