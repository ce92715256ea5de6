"""What a refresh is about, and who hears of it: ``verversen.yml``, validated before any work starts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .. import paths
from ..build import workspace
from ..build.chapters import Parameters
from ..definitions.catalogue import Definition, read_yaml
from ..errors import DataError
from ..fetch.http import BASE

NAME = "verversen.yml"
_REMEDY = "Schrijf dit bestand eerst; in docs/verversen.md staat een voorbeeld."
_FIELDS = {"--municipality": "municipalities", "--from-year": "first_year"}

Publisher = Literal["dataderden", "opendata", "datasets", "files"]  # the names of `fetch.web`
Word = Literal["gelukt", "mislukt", "ongewijzigd"]


class Mail(Definition):
    """A mail server and who gets the mail; the password stands in the environment, under the name given here."""

    host: str
    port: int = 587
    starttls: bool = True
    sender: str
    to: tuple[str, ...] = Field(min_length=1)
    user: str | None = None
    password_variable: str | None = None

    @model_validator(mode="after")
    def _together(self) -> Self:
        if bool(self.user) != bool(self.password_variable):
            raise ValueError("'user' en 'password_variable' horen bij elkaar: geef ze allebei, of geen van beide.")
        return self


class Webhook(Definition):
    """Where JSON is posted. The address is a key by itself, so it stands in the environment."""

    address_variable: str


class Notify(Definition):
    """Who hears of a refresh, and after which outcome. A command is a list: the program and its arguments.

    ``command_variables`` are the names of variables that the command gets, besides those that any program needs.
    """

    when: tuple[Word, ...] = ("gelukt", "mislukt")
    command: tuple[str, ...] | None = Field(None, min_length=1)
    command_variables: tuple[str, ...] = ()
    mail: Mail | None = None
    webhook: Webhook | None = None

    @property
    def secrets(self) -> set[str]:
        """The names of variables that only a notification needs."""
        of_mail = self.mail.password_variable if self.mail else None
        of_webhook = self.webhook.address_variable if self.webhook else None
        return {name for name in (of_mail, of_webhook, *self.command_variables) if name}


class Settings(Definition):
    """The content of ``verversen.yml``; paths are relative to the folder it stands in.

    ``keep`` is how many earlier editions of each report are kept. ``address`` is where others can read what stands in
    ``out``. ``bases`` are other addresses for publishers, for who reaches them through a mirror.
    """

    municipalities: tuple[str, ...] = Field(min_length=1)
    first_year: int
    last_year: int
    raw: Path
    out: Path
    keep: int = Field(12, ge=1)
    notify: Notify = Notify()
    address: str | None = Field(None, pattern=r"^https?://\S+[^/\s]$")
    bases: dict[Publisher, Annotated[str, Field(pattern=BASE)]] = Field(default={})

    @property
    def reports(self) -> list[Parameters]:
        """The reports to refresh."""
        asked = (Parameters(code, self.first_year, self.last_year) for code in self.municipalities)
        return list(dict.fromkeys(asked))

    @property
    def codes(self) -> list[str]:
        """The municipalities, by code."""
        return [one.municipality for one in self.reports]


def read(path: Path) -> Settings:
    """Read the settings.

    Raises
    ------
    DataError
        When the file is not there or something in it is wrong.
    """
    if not path.is_file():
        raise DataError(paths.shown(path), "dit bestand is er niet.", _REMEDY)
    found, folder = read_yaml(path, Settings), path.resolve().parent
    try:
        found.reports  # noqa: B018 (checks them)
    except DataError as error:
        field = _FIELDS[error.file]
        raise DataError(paths.shown(path), error.problem, "Verbeter dit veld.", field=field) from None
    raw, out = (folder / one.expanduser() for one in (found.raw, found.out))
    workspace.must_lie_apart(raw, out, paths.shown(path), "out")
    return found.model_copy(update={"raw": raw, "out": out})
