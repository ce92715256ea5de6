"""Readers of votes: the vote card, ballots and tally sheets.

The vote card lists the themes and villages, and how many themes a resident may choose. `combine` puts the votes of all
files in one table.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn, cast

import pandas as pd
from pydantic import Field

from .. import paths
from ..definitions import catalogue
from ..definitions.catalogue import Definition
from ..errors import DataError
from ..store.results import label
from . import grids
from .data_package import VOTES
from .table_recognition import plain

VOTE_CARD = "beleid/vote_card.yml"
VOTE_CARD_REMEDY = (
    "Maak dit bestand met de thema's, het grootste aantal keuzes en de dorpen; zie data/raw als voorbeeld."
)
BALLOTS, TALLY = VOTES
_NAMES = {
    "stemmer": "voter", "stemmers": "voters", "kiezer": "voter", "kiezers": "voters", "stemmernummer": "voter",
    "aantalstemmers": "voters", "aantalkiezers": "voters", "dorp": "village", "kern": "village", "plaats": "village",
    "thema": "theme", "stemmen": "votes", "aantalstemmen": "votes",
}  # fmt: skip
_LABELS = {"voter": "stemmer", "voters": "stemmers", "village": "dorp", "theme": "thema", "votes": "stemmen"}
CHOICE = re.compile(r"(thema|stem|keuze)[0-9]+")  # plain heading of a column with a choice
COLUMNS = {
    "village": "str", "voter": "str", "theme": "str", "votes": "Int64", "voters": "Int64", "source": "str"
}  # fmt: skip


class CardTheme(Definition):
    """A theme on the card; ``known`` says whether a policy document names it, or whether it is an assumption."""

    id: str
    label: str
    known: bool
    source: str


class Village(Definition):
    """A village where votes were collected at a stand, with its number of inhabitants for weighting."""

    name: str
    inhabitants: Annotated[int, Field(ge=0, le=10_000_000)]


class VoteCard(Definition):
    """Content of ``beleid/vote_card.yml``."""

    title: str
    date_range: tuple[date, date]
    max_choices: Annotated[int, Field(ge=1, le=100)]
    themes: tuple[CardTheme, ...]
    villages: tuple[Village, ...]
    population_of: str

    @property
    def theme_ids(self) -> dict[str, str]:
        """Theme id by its id and by its label, in small letters."""
        spelled = {theme.label.casefold(): theme.id for theme in self.themes}
        return {theme.id.casefold(): theme.id for theme in self.themes} | spelled

    @property
    def village_names(self) -> dict[str, str]:
        """Village as the card spells it, by its name in small letters."""
        return {village.name.casefold(): village.name for village in self.villages}


def read_vote_card(raw: Path) -> VoteCard:
    """Read the vote card that belongs to the ballots in a folder.

    Parameters
    ----------
    raw : Path
        The folder of exports.

    Returns
    -------
    VoteCard

    Raises
    ------
    DataError
        When it does not exist, or a field is missing or wrong.
    """
    path = raw / VOTE_CARD
    if not os.path.lexists(path):
        raise DataError(paths.display_path(path), f"{label('no_vote_card')}.", VOTE_CARD_REMEDY)
    return catalogue.read_yaml(path, VoteCard)


def ballots_kind(rows: list[list[str]]) -> str | None:
    """Return the kind of file with votes: ``stembriefjes`` (ballots), ``turflijst`` (tally sheet) or None.

    Parameters
    ----------
    rows : list of list of str
        The first rows of the file.

    Examples
    --------
    >>> ballots_kind([["stemmer", "dorp", "thema_1", "thema_2"]]), ballots_kind([["Dorp", "Thema", "Stemmen"]])
    ('stembriefjes', 'turflijst')
    """
    header = [plain(name) for name in rows[0]] if rows else []
    named = {_NAMES.get(name) for name in header}
    if any(map(CHOICE.fullmatch, header)) and named & {"voter", "village"}:
        return BALLOTS
    return TALLY if {"village", "theme"} <= named and named & {"votes", "voters"} else None


def read_ballots(path: Path, card: VoteCard, source: str) -> pd.DataFrame:
    """Read ballots or a tally sheet.

    Parameters
    ----------
    path : Path
        CSV file or workbook that `ballots_kind` recognised.
    card : VoteCard
        Themes, villages and the number of choices.
    source : str
        Name of the resource.

    Returns
    -------
    DataFrame
        Columns ``village``, ``voter``, ``theme`` (id on the card), ``votes``, ``voters``, ``source`` and ``line`` (in
        the file). Ballots have a row for each voter and theme, with ``votes`` 1 and ``voters`` missing; a voter who
        chose nothing has one row with ``theme`` missing and ``votes`` 0. A tally sheet has a row for each village and
        theme, with ``voter`` missing.

    Raises
    ------
    DataError
        When there are no rows below the header, a theme or village is not on the card, a ballot has too many or
        repeated choices, or a number is wrong.
    """
    grid = grids.read(path, closed=True)
    header = [plain(name) for name in grid.header]
    _refuse_repeated_columns(header, path, int(grid.rows.index[0]))
    used = {position for position, name in enumerate(header) if name in _NAMES or CHOICE.fullmatch(name)}
    grids.warn_unused(grid.unused(used))
    body = grid.body.apply(lambda column: column.str.strip()).set_axis(header, axis=1)
    body = body.rename(columns=_NAMES)
    is_ballots = ballots_kind([grid.header]) == BALLOTS
    for name in ("voter", "village") if is_ballots else ("village", "theme", "votes", "voters"):
        if name not in body:
            remedy = "Voeg de kolom toe; zie stemmen/ in de voorbeelddata."
            raise DataError(paths.display_path(path), "deze kolom ontbreekt.", remedy, line=1, column=_LABELS[name])
    if body.empty:
        remedy = "Vul de stemmen in, of haal het bestand weg als er niet is gestemd."
        raise DataError(paths.display_path(path), "er staan geen cijfers in, alleen de kolomkoppen.", remedy)
    body["village"] = _as_on_card(body["village"], card.village_names, path, "het dorp", "dorp")
    rows = _ballot_rows(body, card, path) if is_ballots else _tally_rows(body, card, path)
    return rows.assign(source=source)


def _refuse_repeated_columns(header: list[str], path: Path, line: int) -> None:
    """Refuse a column that occurs twice, because the content of one of them would be lost."""
    names = [_NAMES.get(name, name) for name in header if name]
    if repeated := next((name for name in names if names.count(name) > 1), None):
        problem, remedy = (
            "deze kolom staat er meer dan één keer in.",
            "Geef elke kolom een eigen naam, of haal er een weg.",
        )
        raise DataError(paths.display_path(path), problem, remedy, line=line, column=_LABELS.get(repeated, repeated))


def _ballot_rows(body: pd.DataFrame, card: VoteCard, path: Path) -> pd.DataFrame:
    """Return a row for each choice on the ballots, after checking them."""
    _refuse_first(body["voter"] == "", path, "de stemmer ontbreekt.", "Geef elk briefje een eigen nummer.", "stemmer")
    choices = body[[name for name in body if CHOICE.fullmatch(name)]]
    long = choices.reset_index(names="line").melt("line", value_name="theme")
    long = long[long["theme"] != ""].set_index("line")
    long["theme"] = _as_on_card(long["theme"], card.theme_ids, path, "het thema", "thema")
    number = long.groupby(level=0)["theme"].size().reindex(body.index, fill_value=0)
    problem = f"op dit briefje staan meer dan {card.max_choices} keuzes."
    _refuse_first(number > card.max_choices, path, problem, "Controleer het briefje, of 'max_choices' op de stemkaart.")
    twice = long["theme"].groupby(level=0).nunique().reindex(body.index, fill_value=0) < number
    _refuse_first(twice, path, "op dit briefje staat een thema twee keer.", "Een stemmer kiest een thema één keer.")
    rows = body[["village", "voter"]].join(long["theme"])
    votes = rows["theme"].notna().astype("Int64")
    return rows.assign(votes=votes, voters=pd.NA, line=rows.index).astype({"voters": "Int64"}).reset_index(drop=True)


def _tally_rows(body: pd.DataFrame, card: VoteCard, path: Path) -> pd.DataFrame:
    """Return a row for each village and theme on a tally sheet, after checking them."""
    themes = _as_on_card(body["theme"], card.theme_ids, path, "het thema", "thema")
    rows = body[["village"]].assign(voter=pd.NA, theme=themes, line=body.index)
    for name in ("votes", "voters"):
        whole = body[name].str.fullmatch(r"[0-9]{1,8}")
        problem = "hier hoort een geheel getal van 0 of meer te staan."
        _refuse_first(~whole, path, problem, "Vul het aantal in, of haal de regel weg.", _LABELS[name])
        rows[name] = body[name].astype("Int64")
    remedy = "Tel dit dorp opnieuw."
    _refuse_first(rows["votes"] > rows["voters"], path, "er zijn meer stemmen op dit thema dan stemmers.", remedy)
    _refuse_first(rows.duplicated(["village", "theme"]), path, "dit dorp en thema staan er twee keer in.", remedy)
    per_village = rows.groupby("village")
    differ = per_village["voters"].transform("nunique") > 1
    _refuse_first(differ, path, "het aantal stemmers van dit dorp is niet op elke regel gelijk.", remedy, "stemmers")
    too_many = per_village["votes"].transform("sum") > card.max_choices * rows["voters"]
    problem = f"dit dorp heeft meer stemmen dan {card.max_choices} keer het aantal stemmers."
    _refuse_first(too_many, path, problem, remedy, "stemmen")
    return rows.reset_index(drop=True)


def _as_on_card(texts: pd.Series, spellings: dict[str, str], path: Path, what: str, column: str) -> pd.Series:
    """Return each text in the spelling or by the id of the card."""
    spelled = texts.str.casefold().map(spellings)
    if spelled.isna().any():
        first = texts[spelled.isna()]
        problem = f"{what} '{first.iloc[0]}' staat niet op de stemkaart."
        remedy = f"Herstel de naam, of voeg {what} toe aan {VOTE_CARD}."
        raise DataError(paths.display_path(path), problem, remedy, line=int(first.index[0]), column=column)
    return spelled


def _refuse_first(wrong: pd.Series, path: Path, problem: str, remedy: str, column: str | None = None) -> None:
    """Raise a `DataError` for the first row that is wrong."""
    if wrong.any():
        line = int(cast(int, wrong.index[wrong.to_numpy().argmax()]))
        raise DataError(paths.display_path(path), problem, remedy, line=line, column=column)


def combine(parts: dict[Path, pd.DataFrame]) -> pd.DataFrame:
    """Combine all votes in one table: ballots, and tally sheets for villages without ballots.

    Parameters
    ----------
    parts : dict of Path to DataFrame
        Result of `read_ballots` for each file.

    Returns
    -------
    DataFrame
        Columns ``village``, ``voter``, ``theme``, ``votes``, ``voters``, ``source``; see `read_ballots`. May be empty.

    Raises
    ------
    DataError
        When a voter has two ballots, a village is on two tally sheets, or a tally differs from the ballots of the same
        village.
    """
    ballots = [part.assign(file=path) for path, part in parts.items() if part["voters"].isna().all()]
    tallies = [part.assign(file=path) for path, part in parts.items() if not part["voters"].isna().all()]
    all_ballots = pd.concat(ballots) if ballots else None
    if all_ballots is not None:
        _check_one_ballot_per_voter(all_ballots)
        for tally in tallies:
            _check_tally(tally, all_ballots)
    _check_one_sheet_per_village(tallies)
    counted = set() if all_ballots is None else set(all_ballots["village"])
    other_tallies = [tally[~tally["village"].isin(counted)] for tally in tallies]
    kept = [part[list(COLUMNS)] for part in [*ballots, *other_tallies] if len(part)]
    every_row = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=list(COLUMNS))
    return every_row.astype(COLUMNS)


def _check_one_ballot_per_voter(ballots: pd.DataFrame) -> None:
    """Refuse a second ballot of a voter."""
    papers = ballots.drop_duplicates(["file", "line"])
    repeated = papers[papers.duplicated("voter")]
    if len(repeated):
        second = repeated.iloc[0]
        first = papers[papers["voter"] == second["voter"]].iloc[0]
        where = f"Zie ook {paths.display_path(first['file'])}, regel {first['line']}."
        problem = "de stemmer in deze regel heeft twee briefjes."
        raise DataError(
            paths.display_path(second["file"]), problem, f"Haal een van beide weg. {where}", line=second["line"]
        )


def _check_one_sheet_per_village(tallies: list[pd.DataFrame]) -> None:
    """Refuse a village on two tally sheets, which would count twice."""
    for number, tally in enumerate(tallies):
        for earlier in tallies[:number]:
            if shared := set(tally["village"]) & set(earlier["village"]):
                file = paths.display_path(tally["file"].iloc[0])
                problem = f"{min(shared)} staat ook op de turflijst {paths.display_path(earlier['file'].iloc[0])}."
                raise DataError(file, problem, "Laat elk dorp op één turflijst staan.")


def _check_tally(tally: pd.DataFrame, ballots: pd.DataFrame) -> None:
    """Check a tally sheet against the ballots of the same villages."""
    for village, sheet in tally.groupby("village"):
        papers = ballots[ballots["village"] == village]
        if papers.empty:
            continue
        counted = papers.groupby("theme")["votes"].sum()
        tallied = sheet.set_index("theme")["votes"]
        for theme in sorted({*counted.index, *tallied.index}):
            if counted.get(theme, 0) != tallied.get(theme, 0):
                _refuse_tally(sheet, str(village), "op een thema")
        if papers["voter"].nunique() != sheet["voters"].iloc[0]:
            _refuse_tally(sheet, str(village), "aan stemmers")


def _refuse_tally(sheet: pd.DataFrame, village: str, what: str) -> NoReturn:
    """Raise an error without numbers or themes, which could reveal the vote of somebody in a small village."""
    problem = f"in {village} telt de turflijst een ander aantal {what} dan er op de stembriefjes staat."
    raise DataError(
        paths.display_path(sheet["file"].iloc[0]), problem, "Tel opnieuw, of haal de turflijst of de briefjes weg."
    )
