"""Residents' votes: ballots one by one, and tally sheets that must agree with them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

import pandas as pd

from .. import paths
from ..errors import DataError
from . import grids
from .package import VOTES
from .recognise import plain
from .votecard import PATH, VoteCard

BALLOTS, TALLY = VOTES
_NAMES = {
    "stemmer": "voter", "stemmers": "voters", "kiezer": "voter", "kiezers": "voters", "stemmernummer": "voter",
    "aantalstemmers": "voters", "aantalkiezers": "voters", "dorp": "village", "kern": "village", "plaats": "village",
    "thema": "theme", "stemmen": "votes", "aantalstemmen": "votes",
}  # fmt: skip
_LABELS = {"voter": "stemmer", "voters": "stemmers", "village": "dorp", "theme": "thema", "votes": "stemmen"}
_CHOICE = re.compile(r"(thema|stem|keuze)([0-9]+)")


def kind(rows: list[list[str]]) -> str | None:
    """Whether the first rows are those of ``stembriefjes``, of a ``turflijst``, or of neither."""
    header = [plain(name) for name in rows[0]] if rows else []
    named = {_NAMES.get(name) for name in header}
    if any(map(_CHOICE.fullmatch, header)) and named & {"voter", "village"}:
        return BALLOTS
    return TALLY if {"village", "theme"} <= named and named & {"votes", "voters"} else None


def read(path: Path, card: VoteCard, source: str) -> pd.DataFrame:
    """Read ballots or a tally sheet.

    Parameters
    ----------
    path : Path
        CSV or XLSX that `kind` recognised.
    card : VoteCard
        Themes, villages and the number of choices.
    source : str
        Name of the resource.

    Returns
    -------
    DataFrame
        Of ballots: a row for each voter and theme, ``votes`` 1 and ``voters`` missing; a voter who chose nothing has
        one row with ``theme`` missing and ``votes`` 0. Of a tally sheet: a row for each village and theme, ``voter``
        missing. Themes are ids of the card. ``line`` is where it stood.

    Raises
    ------
    DataError
        For a header without rows, a theme or village that is not on the card, too many or double choices, or a number
        that is none.
    """
    grid = grids.read(path, closed=True)
    header = [plain(name) for name in grid.header]
    _refuse_twice(header, path, int(grid.rows.index[0]))
    read = {place for place, name in enumerate(header) if name in _NAMES or _CHOICE.fullmatch(name)}
    grids.tell_unused(grid.unused(read))
    body = grid.body.apply(lambda column: column.str.strip()).set_axis(header, axis=1)
    body = body.rename(columns=_NAMES)
    is_ballots = kind([grid.header]) == BALLOTS
    for name in ("voter", "village") if is_ballots else ("village", "theme", "votes", "voters"):
        if name not in body:
            remedy = "Voeg de kolom toe; zie stemmen/ in de voorbeelddata."
            raise DataError(paths.shown(path), "deze kolom ontbreekt.", remedy, line=1, column=_LABELS[name])
    if body.empty:
        remedy = "Vul de stemmen in, of haal het bestand weg als er niet is gestemd."
        raise DataError(paths.shown(path), "er staan geen cijfers in, alleen de kolomkoppen.", remedy)
    body["village"] = _on_card(body["village"], card.village_names, path, "het dorp", "dorp")
    rows = _ballots(body, card, path) if is_ballots else _tally(body, card, path)
    return rows.assign(source=source)


def _refuse_twice(header: list[str], path: Path, line: int) -> None:
    """Refuse a column that is there twice: what stands in one of them would be lost."""
    names = [_NAMES.get(name, name) for name in header if name]
    if twice := next((name for name in names if names.count(name) > 1), None):
        problem, remedy = (
            "deze kolom staat er meer dan één keer in.",
            "Geef elke kolom een eigen naam, of haal er een weg.",
        )
        raise DataError(paths.shown(path), problem, remedy, line=line, column=_LABELS.get(twice, twice))


def _ballots(body: pd.DataFrame, card: VoteCard, path: Path) -> pd.DataFrame:
    _refuse(body["voter"] == "", path, "de stemmer ontbreekt.", "Geef elk briefje een eigen nummer.", "stemmer")
    choices = body[[name for name in body if _CHOICE.fullmatch(name)]]
    long = choices.reset_index(names="line").melt("line", value_name="theme")
    long = long[long["theme"] != ""].set_index("line")
    long["theme"] = _on_card(long["theme"], card.theme_ids, path, "het thema", "thema")
    number = long.groupby(level=0)["theme"].size().reindex(body.index, fill_value=0)
    problem = f"op dit briefje staan meer dan {card.max_choices} keuzes."
    _refuse(number > card.max_choices, path, problem, "Controleer het briefje, of 'max_choices' op de stemkaart.")
    twice = long["theme"].groupby(level=0).nunique().reindex(body.index, fill_value=0) < number
    _refuse(twice, path, "op dit briefje staat een thema twee keer.", "Een stemmer kiest een thema één keer.")
    rows = body[["village", "voter"]].join(long["theme"])
    votes = rows["theme"].notna().astype("Int64")
    return rows.assign(votes=votes, voters=pd.NA, line=rows.index).astype({"voters": "Int64"}).reset_index(drop=True)


def _tally(body: pd.DataFrame, card: VoteCard, path: Path) -> pd.DataFrame:
    themes = _on_card(body["theme"], card.theme_ids, path, "het thema", "thema")
    rows = body[["village"]].assign(voter=pd.NA, theme=themes, line=body.index)
    for name in ("votes", "voters"):
        whole = body[name].str.fullmatch(r"[0-9]{1,8}")
        problem = "hier hoort een geheel getal van 0 of meer te staan."
        _refuse(~whole, path, problem, "Vul het aantal in, of haal de regel weg.", _LABELS[name])
        rows[name] = body[name].astype("Int64")
    remedy = "Tel dit dorp opnieuw."
    _refuse(rows["votes"] > rows["voters"], path, "er zijn meer stemmen op dit thema dan stemmers.", remedy)
    _refuse(rows.duplicated(["village", "theme"]), path, "dit dorp en thema staan er twee keer in.", remedy)
    per_village = rows.groupby("village")
    differ = per_village["voters"].transform("nunique") > 1
    _refuse(differ, path, "het aantal stemmers van dit dorp is niet op elke regel gelijk.", remedy, "stemmers")
    too_many = per_village["votes"].transform("sum") > card.max_choices * rows["voters"]
    problem = f"dit dorp heeft meer stemmen dan {card.max_choices} keer het aantal stemmers."
    _refuse(too_many, path, problem, remedy, "stemmen")
    return rows.reset_index(drop=True)


def _on_card(texts: pd.Series, known: dict[str, str], path: Path, what: str, column: str) -> pd.Series:
    """The spelling of the card for each text."""
    found = texts.str.casefold().map(known)
    if found.isna().any():
        first = texts[found.isna()]
        problem = f"{what} '{first.iloc[0]}' staat niet op de stemkaart."
        remedy = f"Herstel de naam, of voeg {what} toe aan {PATH}."
        raise DataError(paths.shown(path), problem, remedy, line=int(first.index[0]), column=column)
    return found


def _refuse(wrong: pd.Series, path: Path, problem: str, remedy: str, column: str | None = None) -> None:
    """Raise for the first row that is wrong."""
    if wrong.any():
        line = int(cast(int, wrong.index[wrong.to_numpy().argmax()]))
        raise DataError(paths.shown(path), problem, remedy, line=line, column=column)
