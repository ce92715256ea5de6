"""The residents' vote as it was read: ballots or tallies, with the card they were cast on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..definitions import regions
from . import observations
from .raw_sources import Source
from .series import Missing

SUBJECT = "de stemming"


@dataclass(frozen=True, eq=False)
class Voting:
    """Votes cast at the village stands.

    Parameters
    ----------
    ballots : DataFrame
        Columns ``village, voter, theme, votes, voters, source``. Individual ballots are one row per voter and chosen
        theme, with ``votes`` 1 and ``voters`` missing; a voter without any theme has no theme and 0 votes. Tally rows
        have no voter.
    themes : dict of str to str
        Theme id to label, in the order of the card.
    inhabitants : dict of str to int
        Inhabitants by village, for weighting.
    sources : tuple of Source
        The raw files: the votes, and the card that says what they mean.
    """

    ballots: pd.DataFrame
    themes: dict[str, str]
    inhabitants: dict[str, int]
    sources: tuple[Source, ...]


def voting(municipality: str, folder: Path | None = None) -> Voting | Missing:
    """The vote in a municipality.

    Returns
    -------
    Voting or Missing
        ``Missing`` when no votes were delivered, or only those of another municipality.
    """
    regions.must_exist(municipality)
    card, ballots = observations.vote_card(folder), observations.ballots(folder)
    if card is None or ballots.empty or card["population_of"] != municipality:
        gap = f"Er zijn geen stembriefjes of turflijsten van {regions.name(municipality)} aangeleverd."
        if card is None and any(observations.NO_CARD in str(told) for told in observations.remarks(folder).values()):
            gap = f"Wat de stemmen betekenen, is niet bekend: {observations.NO_CARD}."
        return Missing(SUBJECT, gap + observations.left_out(folder))
    register = observations.sources(folder)
    return Voting(
        ballots,
        {theme["id"]: theme["label"] for theme in card["themes"]},
        {village["name"]: village["inhabitants"] for village in card["villages"]},
        tuple(register[name] for name in [*sorted(ballots["source"].unique()), card["source"]]),
    )
