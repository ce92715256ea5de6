"""Typer in Dutch: headings, help and error messages, and the one function that prints.

Typer looks up some of its words and writes the rest in English. Both are replaced here, for typer alone: a catalogue in
gettext itself would hold for the whole process, and which language it takes depends on the environment.
"""

from __future__ import annotations

from typing import Any

from typer import core, echo
from typer.core import TyperCommand, TyperGroup

from ..errors import printable

_MESSAGES = {
    "Arguments": "Argumenten",
    "Options": "Opties",
    "Commands": "Opdrachten",
    "default: {default}": "standaard: {default}",
    "required": "verplicht",
    "Missing command.": "er staat geen opdracht.",
    "No such command {name!r}.": "de opdracht {name!r} bestaat niet.",
}
_USAGE = {"Usage:": "Gebruik:", "[OPTIONS]": "[OPTIES]", "COMMAND [ARGS]...": "OPDRACHT ..."}
_WANTED = {"valid integer": "een geheel getal", "greater than or equal to 1": "een getal vanaf 1"}


def _translate(message: str) -> str:
    """Look up a message of typer in the catalogue; a message that is not in it stays as it is."""
    return _MESSAGES.get(message, message)


core._ = _translate  # type: ignore[attr-defined]  # typer binds it as every program does that uses gettext


def say(text: str, err: bool = False, nl: bool = True) -> None:
    r"""Print a text, without the control characters that a file name or an answer may hold.

    Parameters
    ----------
    text : str
        In Dutch.
    err : bool
        Print to standard error.
    nl : bool
        End with a line break.

    Examples
    --------
    >>> say("weg\x1b[2J")
    weg\x1b[2J
    """
    echo(printable(text), err=err, nl=nl)


class _Dutch:
    """Mixin that translates the words that typer does not look up."""

    def get_help(self, ctx: Any) -> str:
        text = str(super().get_help(ctx))  # type: ignore[misc]
        for english, dutch in _USAGE.items():
            text = text.replace(english, dutch, 1)
        return text

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        option.help = "Toon deze hulp."
        return option


class Command(_Dutch, TyperCommand):
    """A verb with Dutch help."""


class DutchGroup(_Dutch, TyperGroup):
    """The group of verbs, with Dutch help."""


def complaint(error: Exception) -> str:
    """Return what is wrong with what was typed.

    Parameters
    ----------
    error : Exception
        Raised by typer.

    Returns
    -------
    str
        In Dutch, to follow "Fout in de opdracht:".
    """
    if option := getattr(error, "option_name", None):
        suggestions = getattr(error, "possibilities", None)
        suggestion = f" Bedoelt u {suggestions[0]}?" if suggestions else ""
        return f"de optie '{option}' bestaat niet of mist een waarde.{suggestion}"
    if parameter := getattr(error, "param", None):
        if str(error).startswith("Missing parameter"):
            return f"'{parameter.metavar or parameter.opts[0]}' ontbreekt."
        wanted = next((dutch for english, dutch in _WANTED.items() if english in str(error)), "een andere waarde")
        if choices := str(error).partition(" is not one of ")[2]:
            wanted = f"een van {choices.rstrip('.')}"
        return f"de waarde bij '{parameter.opts[0]}' past niet: daar hoort {wanted}."
    message, _, suggestion = str(error).partition(" Did you mean ")
    if message.startswith("Got unexpected"):
        return f"er staat iets te veel: {message.rpartition('(')[2].rstrip(')')}."
    return f"{message} Bedoelt u {suggestion}" if suggestion else message
