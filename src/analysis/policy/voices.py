"""What partners and voters say about a field, to stand beside its figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .. import observations
from ..documents import Partners, Priorities
from ..documents.policy import Remark
from ..observations import Source, cited
from ..results import Record, Result
from ..series import Missing
from ..statistics.votes import Tally, tally
from ..votes import voting
from .papers import document


@dataclass(frozen=True)
class Voices(Result):
    """Remarks of partners on the themes of one field, and how often voters chose those themes.

    Parameters
    ----------
    remarks : tuple of Remark
        Empty when nobody has said anything yet.
    labels : dict of str to str
        Label of each theme of the field.
    chosen : tuple of Record
        Share of the voters (percent) who chose a theme of the card that belongs to the field.
    sources, votes : tuple of Source
        The documents with the remarks and themes, and the ballots and tallies.
    """

    remarks: tuple[Remark, ...]
    labels: dict[str, str]
    chosen: tuple[Record, ...]
    municipality: str
    sources: tuple[Source, ...]
    votes: tuple[Source, ...]

    def records(self) -> list[Record]:
        """How many remarks there are, if any."""
        names, number = cited(self.sources), len(self.remarks)
        return [Record("voices.remarks", "opmerkingen van partners", "", "", number, "count", source=names)][:number]


def voices(municipality: str, field: str, folder: Path | None = None) -> Voices | Missing:
    """What partners and voters say about one of the five fields.

    Returns
    -------
    Voices or Missing
        ``Missing`` when the municipality has no list of themes.
    """
    listed = document("priorities", municipality, folder)
    if isinstance(listed, Missing):
        return listed
    priorities, source = listed
    assert isinstance(priorities, Priorities)
    themes = {id: theme for id, theme in priorities.themes.items() if theme.field == field}
    told = observations.document("partners", municipality, folder)
    partners, used = (told[0], [source, told[1]]) if told else (None, [source])
    counted = tally(voting(municipality, folder))
    remarks = partners.remarks if isinstance(partners, Partners) else ()
    return Voices(
        tuple(remark for remark in remarks if remark.theme in themes),
        {id: theme.label for id, theme in themes.items()},
        _chosen({vote for theme in themes.values() for vote in theme.votes}, municipality, counted),
        municipality,
        tuple(used),
        () if isinstance(counted, Missing) else counted.files,
    )


def _chosen(themes: set[str], municipality: str, counted: Tally | Missing) -> tuple[Record, ...]:
    if isinstance(counted, Missing):
        return ()
    names = cited(counted.files)
    return tuple(
        Record(
            f"voices.{row.theme}", counted.labels[row.theme], municipality, "", 100 * row.share, "percent_of_voters",
            lower=100 * row.lower, upper=100 * row.upper, source=names,
        )
        for row in counted.table.itertuples()
        if row.theme in themes
    )  # fmt: skip
