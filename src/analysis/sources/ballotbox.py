"""The votes of all files together: one ballot for each voter, and tallies that agree with the ballots."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pandas as pd

from .. import paths
from ..errors import DataError

COLUMNS = {
    "village": "str", "voter": "str", "theme": "str", "votes": "Int64", "voters": "Int64", "source": "str"
}  # fmt: skip


def together(parts: dict[Path, pd.DataFrame]) -> pd.DataFrame:
    """All votes in one table: ballots where there are any, tallies for the other villages.

    Parameters
    ----------
    parts : dict of Path to DataFrame
        What `ballots.read` returned for each file.

    Returns
    -------
    DataFrame
        Columns ``village``, ``voter``, ``theme``, ``votes``, ``voters``, ``source``; see `ballots.read`. May be empty.

    Raises
    ------
    DataError
        When a voter is there twice, or a tally differs from the ballots of the same village.
    """
    ballots = [part.assign(file=path) for path, part in parts.items() if part["voters"].isna().all()]
    tallies = [part.assign(file=path) for path, part in parts.items() if not part["voters"].isna().all()]
    every = pd.concat(ballots) if ballots else None
    if every is not None:
        _one_ballot_each(every)
        for tally in tallies:
            _agree(tally, every)
    _one_sheet_each(tallies)
    counted = set() if every is None else set(every["village"])
    left = [tally[~tally["village"].isin(counted)] for tally in tallies]
    kept = [part[list(COLUMNS)] for part in [*ballots, *left] if len(part)]
    every_row = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=list(COLUMNS))
    return every_row.astype(COLUMNS)


def _one_ballot_each(every: pd.DataFrame) -> None:
    papers = every.drop_duplicates(["file", "line"])
    again = papers[papers.duplicated("voter")]
    if len(again):
        second = again.iloc[0]
        first = papers[papers["voter"] == second["voter"]].iloc[0]
        where = f"Zie ook {paths.shown(first['file'])}, regel {first['line']}."
        problem = "de stemmer in deze regel heeft twee briefjes."
        raise DataError(paths.shown(second["file"]), problem, f"Haal een van beide weg. {where}", line=second["line"])


def _one_sheet_each(tallies: list[pd.DataFrame]) -> None:
    """A village tallied on two sheets would count double."""
    for number, tally in enumerate(tallies):
        for earlier in tallies[:number]:
            if shared := set(tally["village"]) & set(earlier["village"]):
                file = paths.shown(tally["file"].iloc[0])
                problem = f"{min(shared)} staat ook op de turflijst {paths.shown(earlier['file'].iloc[0])}."
                raise DataError(file, problem, "Laat elk dorp op één turflijst staan.")


def _agree(tally: pd.DataFrame, every: pd.DataFrame) -> None:
    """Hold a tally sheet against the ballots of the same villages."""
    for village, sheet in tally.groupby("village"):
        papers = every[every["village"] == village]
        if papers.empty:
            continue
        counted = papers.groupby("theme")["votes"].sum()
        tallied = sheet.set_index("theme")["votes"]
        for theme in sorted({*counted.index, *tallied.index}):
            if counted.get(theme, 0) != tallied.get(theme, 0):
                _disagree(sheet, str(village), "op een thema")
        if papers["voter"].nunique() != sheet["voters"].iloc[0]:
            _disagree(sheet, str(village), "aan stemmers")


def _disagree(sheet: pd.DataFrame, village: str, what: str) -> NoReturn:
    """Say where, and neither how many nor on what: of a small village that is what somebody voted."""
    problem = f"in {village} telt de turflijst een ander aantal {what} dan er op de stembriefjes staat."
    raise DataError(
        paths.shown(sheet["file"].iloc[0]), problem, "Tel opnieuw, of haal de turflijst of de briefjes weg."
    )
