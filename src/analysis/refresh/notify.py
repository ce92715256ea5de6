"""Telling what became of a refresh: by a command, by mail and to a webhook.

One that fails keeps none of the others from being told, and undoes nothing.
"""

from __future__ import annotations

import os
import smtplib
import ssl
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage

import httpx

from .settings import Mail, Notify, Webhook, Word

OUTCOME = "VEILIGHEID_UITKOMST"  # in the environment of the command
_PATIENCE = 60  # seconds


class _Absent(Exception):
    """A variable that the settings name is not in the environment."""


def notify(settings: Notify, word: Word, text: str) -> list[str]:
    """Tell everyone who wants to hear of this outcome.

    Returns
    -------
    list of str
        Dutch sentences about those who could not be told.
    """
    return list(_failures(settings, word, text)) if word in settings.when else []


def _failures(settings: Notify, word: Word, text: str) -> Iterator[str]:
    if settings.command:
        yield from _command(settings.command, word, text)
    if settings.mail:
        yield from _mail(settings.mail, word, text)
    if settings.webhook:
        yield from _webhook(settings.webhook, word, text)


def _command(command: tuple[str, ...], word: Word, text: str) -> Iterator[str]:
    named = f"Het commando '{command[0]}'"
    try:
        environment = os.environ | {OUTCOME: word}
        done = subprocess.run(command, input=text.encode(), env=environment, timeout=_PATIENCE, check=False)
        if done.returncode:
            yield f"{named} eindigde met code {done.returncode}."
    except subprocess.TimeoutExpired:
        yield f"{named} was na {_PATIENCE} seconden niet klaar en is gestopt."
    except OSError as error:
        yield f"{named} kon niet starten ({type(error).__name__})."


def _mail(mail: Mail, word: Word, text: str) -> Iterator[str]:
    message = EmailMessage()
    message["Subject"], message["From"] = f"Veiligheidsanalyse: verversen {word}", mail.sender
    message["To"] = ", ".join(mail.to)
    message.set_content(text)
    try:
        with smtplib.SMTP(mail.host, mail.port, timeout=_PATIENCE) as server:
            if mail.starttls:
                server.starttls(context=ssl.create_default_context())
            if mail.user:
                server.login(mail.user, _secret(mail.password_variable))
            server.send_message(message)
    except _Absent as error:
        yield f"De e-mail is niet verstuurd: {error}"
    except (OSError, smtplib.SMTPException) as error:
        yield f"De e-mail via {mail.host} is niet verstuurd ({type(error).__name__})."


def _webhook(webhook: Webhook, word: Word, text: str) -> Iterator[str]:
    """Post the text under the name that Slack, Mattermost and Teams read; nothing of the address is told."""
    try:
        address = _secret(webhook.address_variable)
        httpx.post(address, json={"text": text, "uitkomst": word}, timeout=_PATIENCE).raise_for_status()
    except _Absent as error:
        yield f"De webhook is niet aangeroepen: {error}"
    except httpx.HTTPStatusError as error:
        yield f"De webhook antwoordde met code {error.response.status_code}."
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield f"De webhook was niet te bereiken ({type(error).__name__})."


def _secret(variable: str | None) -> str:
    found = os.environ.get(variable or "")
    if not found:
        raise _Absent(f"de omgevingsvariabele {variable or 'voor password_variable'} is er niet.")
    return found
