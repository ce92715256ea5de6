"""The vote card: between which themes residents chose, how many each, and in which villages."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from .. import catalogue, observations, paths
from ..catalogue import Definition
from ..errors import DataError

PATH = "beleid/vote_card.yml"
REMEDY = "Maak dit bestand met de thema's, het grootste aantal keuzes en de dorpen; zie data/raw als voorbeeld."


class Theme(Definition):
    """A theme on the card; ``known`` says whether a policy document names it or it is our assumption."""

    id: str
    label: str
    known: bool
    source: str


class Village(Definition):
    """A village where a stand stood, with its inhabitants for weighting."""

    name: str
    inhabitants: Annotated[int, Field(ge=0, le=10_000_000)]


class VoteCard(Definition):
    """The content of ``beleid/vote_card.yml``."""

    title: str
    date_range: tuple[date, date]
    max_choices: Annotated[int, Field(ge=1, le=100)]
    themes: tuple[Theme, ...]
    villages: tuple[Village, ...]
    population_of: str

    @property
    def theme_ids(self) -> dict[str, str]:
        """Theme id by its id and by its label, without capitals."""
        spelled = {theme.label.casefold(): theme.id for theme in self.themes}
        return {theme.id.casefold(): theme.id for theme in self.themes} | spelled

    @property
    def village_names(self) -> dict[str, str]:
        """Village as the card spells it, by its name without capitals."""
        return {village.name.casefold(): village.name for village in self.villages}


def read(raw: Path) -> VoteCard:
    """Read the vote card that belongs to the ballots in a folder.

    Raises
    ------
    DataError
        When it is not there, or a field is missing or wrong.
    """
    path = raw / PATH
    if not os.path.lexists(path):
        raise DataError(paths.shown(path), f"{observations.NO_CARD}.", REMEDY)
    return catalogue.read_yaml(path, VoteCard)
