"""Settings of an unattended refresh: ``verversen.yml``, validated before any work starts."""

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
from ..report.forms import Forms

NAME = "verversen.yml"
_REMEDY = "Schrijf dit bestand eerst; in docs/verversen.md staat een voorbeeld."
_FIELDS = {"--municipality": "municipalities", "--from-year": "first_year"}

Publisher = Literal["dataderden", "opendata", "datasets", "files"]  # as in `fetch.http`
Word = Literal["gelukt", "mislukt", "ongewijzigd"]


class Mail(Definition):
    """Mail server, sender and recipients.

    The password is in the environment, in the variable that ``password_variable`` names.
    """

    host: str
    port: int = 587
    starttls: bool = True
    sender: str
    to: tuple[str, ...] = Field(min_length=1)
    user: str | None = None
    password_variable: str | None = None

    @model_validator(mode="after")
    def _check_login(self) -> Self:
        if bool(self.user) != bool(self.password_variable):
            raise ValueError("'user' en 'password_variable' horen bij elkaar: geef ze allebei, of geen van beide.")
        return self


class Webhook(Definition):
    """Webhook to post JSON to. Its address works as a key, so it is in the environment."""

    address_variable: str


class Notify(Definition):
    """Whom to notify of a refresh, and after which outcomes.

    Parameters
    ----------
    when : tuple of str
        Outcomes to report.
    command : tuple of str, optional
        Program and arguments.
    command_variables : tuple of str
        Environment variables that the command gets, besides those that any program needs.
    mail : Mail, optional
        Mail to send.
    webhook : Webhook, optional
        Webhook to call.
    """

    when: tuple[Word, ...] = ("gelukt", "mislukt")
    command: tuple[str, ...] | None = Field(None, min_length=1)
    command_variables: tuple[str, ...] = ()
    mail: Mail | None = None
    webhook: Webhook | None = None

    @property
    def secrets(self) -> set[str]:
        """Names of environment variables that only a notification needs.

        Examples
        --------
        >>> sorted(Notify(webhook=Webhook(address_variable="HOOK"), command_variables=("KEY",)).secrets)
        ['HOOK', 'KEY']
        """
        of_mail = self.mail.password_variable if self.mail else None
        of_webhook = self.webhook.address_variable if self.webhook else None
        return {name for name in (of_mail, of_webhook, *self.command_variables) if name}


class Settings(Definition):
    """The content of ``verversen.yml``; paths are relative to its folder.

    Parameters
    ----------
    municipalities : tuple of str
        Codes or names.
    first_year, last_year : int
        Period of the reports.
    raw, out : Path
        Folder with exports; folder for the reports.
    keep : int
        How many earlier editions of each report to keep.
    forms : Forms
        The forms in which each report is made.
    notify : Notify
        Whom to notify.
    address : str, optional
        Web address under which others can read ``out``.
    bases : dict of str to str
        Alternative addresses of publishers, such as a mirror.
    """

    municipalities: tuple[str, ...] = Field(min_length=1)
    first_year: int
    last_year: int
    raw: Path
    out: Path
    keep: int = Field(12, ge=1)
    forms: Forms = Forms.COUNCIL
    notify: Notify = Notify()
    address: str | None = Field(None, pattern=r"^https?://\S+[^/\s]$")
    bases: dict[Publisher, Annotated[str, Field(pattern=BASE)]] = Field(default={})

    @property
    def reports(self) -> list[Parameters]:
        """Parameters of the reports to refresh."""
        parameters = (Parameters(code, self.first_year, self.last_year) for code in self.municipalities)
        return list(dict.fromkeys(parameters))

    @property
    def codes(self) -> list[str]:
        """Codes of the municipalities."""
        return [parameters.municipality for parameters in self.reports]


def read(path: Path) -> Settings:
    """Read the settings.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Settings
        With absolute paths.

    Raises
    ------
    DataError
        When the file does not exist or something in it is wrong.
    """
    if not path.is_file():
        raise DataError(paths.display_path(path), "dit bestand is er niet.", _REMEDY)
    settings, folder = read_yaml(path, Settings), path.resolve().parent
    try:
        settings.reports  # noqa: B018 (validates them)
    except DataError as error:
        field = _FIELDS[error.file]
        raise DataError(paths.display_path(path), error.problem, "Verbeter dit veld.", field=field) from None
    raw, out = (folder / relative.expanduser() for relative in (settings.raw, settings.out))
    workspace.require_outside(raw, out, paths.display_path(path), "out")
    return settings.model_copy(update={"raw": raw, "out": out})
