"""Typer in Dutch: its headings, its help and its complaints about what was typed.

Typer translates some of its words through gettext and writes the rest in English. Both are replaced here, before
typer is imported.
"""

from __future__ import annotations

import gettext
from typing import Any

from ..errors import printable

_WORDS = {
    "Arguments": "Argumenten",
    "Options": "Opties",
    "Commands": "Opdrachten",
    "Error": "Fout",
    "default: {default}": "standaard: {default}",
    "required": "verplicht",
    "Missing command.": "er staat geen opdracht.",
    "No such command {name!r}.": "de opdracht {name!r} bestaat niet.",
}
gettext.gettext = lambda message: _WORDS.get(message, message)

from typer import echo  # noqa: E402 (reads its words when it is imported)
from typer.core import TyperCommand, TyperGroup  # noqa: E402


def say(text: str, err: bool = False, nl: bool = True) -> None:
    """Tell something to whoever sits at the terminal; what a name of a file or an answer holds does not command it."""
    echo(printable(text), err=err, nl=nl)


_USAGE = {"Usage:": "Gebruik:", "[OPTIONS]": "[OPTIES]", "COMMAND [ARGS]...": "OPDRACHT ..."}


class _Dutch:
    """The words that typer does not offer for translation."""

    def get_help(self, ctx: Any) -> str:
        told = str(super().get_help(ctx))  # type: ignore[misc]
        for english, dutch in _USAGE.items():
            told = told.replace(english, dutch, 1)
        return told

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        option.help = "Toon deze hulp."
        return option


class Command(_Dutch, TyperCommand):
    """A verb with Dutch help."""


class DutchGroup(_Dutch, TyperGroup):
    """The verbs together, with Dutch help."""


_WANTED = {"valid integer": "een geheel getal", "greater than or equal to 1": "een getal vanaf 1"}


def complaint(error: Exception) -> str:
    """What is wrong with what was typed, in Dutch."""
    if option := getattr(error, "option_name", None):
        meant = getattr(error, "possibilities", None)
        return f"de optie '{option}' bestaat niet of mist een waarde.{f' Bedoelt u {meant[0]}?' if meant else ''}"
    if parameter := getattr(error, "param", None):
        if str(error).startswith("Missing parameter"):
            return f"'{parameter.metavar or parameter.opts[0]}' ontbreekt."
        wanted = next((dutch for english, dutch in _WANTED.items() if english in str(error)), "een andere waarde")
        if choices := str(error).partition(" is not one of ")[2]:
            wanted = f"een van {choices.rstrip('.')}"
        return f"de waarde bij '{parameter.opts[0]}' past niet: daar hoort {wanted}."
    told, _, meant = str(error).partition(" Did you mean ")
    if told.startswith("Got unexpected"):
        return f"er staat iets te veel: {told.rpartition('(')[2].rstrip(')')}."
    return f"{told} Bedoelt u {meant}" if meant else told
