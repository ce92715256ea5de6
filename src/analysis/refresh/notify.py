"""Telling what became of a refresh: by a command, by mail and to a webhook.

One that fails or hangs keeps none of the others from being told, and undoes nothing.
"""

from __future__ import annotations

import os
import signal
import smtplib
import ssl
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from queue import Empty, SimpleQueue
from subprocess import PIPE
from threading import Thread

import httpx

from .. import paths
from ..display import dutch
from ..report.chromium import BROWSER_VARIABLE
from .settings import Mail, Notify, Webhook, Word

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
    "LOCALAPPDATA", paths.WORK_VARIABLE, BROWSER_VARIABLE,
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
