"""Several indicators beside each other, with the chance of a false alarm kept down for all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..results import Record, Result
from ..series import Missing, Series
from .counts import Change, change
from .verdicts import Verdict, holm

NAME = "overview"  # of the only overview in a chapter


@dataclass(frozen=True)
class Overview(Result):
    """Changes between the same two years, each with a p-value corrected for the number of indicators (Holm).

    Parameters
    ----------
    changes : tuple of Change
        With the corrected p-value in place of the plain one.
    missing : tuple of Missing
        Indicators that could not be compared, with the reason.
    """

    changes: tuple[Change, ...]
    missing: tuple[Missing, ...]
    first: int
    last: int
    name: str = NAME

    @property
    def tested(self) -> int:
        """The size of the family: kinds with at least one registration in one of the years."""
        return sum(one.p_value is not None for one in self.changes)

    @property
    def family(self) -> int:
        """How many tests the correction is for: what was not delivered counts, or its absence would ease the rest."""
        return self.tested + len(self.missing)

    @property
    def changed(self) -> list[Change]:
        """What changed by more than chance, the whole family considered."""
        settled = (Verdict.CONFIRMED, Verdict.CONFIRMED_WITH_CAVEAT)
        return [one for one in self.changes if one.verdict in settled]

    def records(self) -> list[Record]:
        """Every change, named apart from the same change tested alone; how many were tested and how many changed."""
        found = [
            self._count("tested", "soorten die getoetst zijn", self.tested),
            self._count("changed", "soorten die meer veranderden dan door toeval", len(self.changed)),
        ]
        for one in self.changes:
            by_id = {r.id: r for r in one.records()}
            change = by_id[f"{one.series.record_id}change_pct"]
            counts = [r for r in by_id.values() if r.baseline is None]
            found += [*counts, replace(change, id=f"{change.id}_holm")]
        for hidden in (False, True):
            if number := sum(one.hidden is hidden for one in self.missing):
                kinds = f"{number} {'soort' if number == 1 else 'soorten'} registraties"
                when = f"over {self.first}, over {self.last} of over allebei"
                lacks = f"mogen wij het cijfer {when} niet tonen" if hidden else f"is er geen cijfer {when}"
                found += Missing(kinds, f"Van {kinds} {lacks}.", hidden).records()
        return found

    def _count(self, measure: str, label: str, value: int) -> Record:
        names = tuple(dict.fromkeys(source.name for one in self.changes for source in one.series.sources))
        where = self.changes[0].series.region if self.changes else ""
        about = label if self.name == NAME else f"{label} ({self.name})"
        return Record(
            f"{self.name}.{measure}", about, where, str(self.last), value, "kinds", str(self.first), source=names
        )


def overview(series: Sequence[Series | Missing], first: int, last: int, name: str = NAME) -> Overview:
    """Compare two years for a family of indicators.

    Parameters
    ----------
    series : sequence of Series or Missing
        One for each indicator; those without a single registration in both years are not tested.
    name : str
        Tells several overviews in one chapter apart, in the record and on the page.
    """
    compared = [change(one, first, last) for one in series]
    changes = [one for one in compared if isinstance(one, Change)]
    missing = tuple(one for one in compared if isinstance(one, Missing))
    tested = [one.p_value for one in changes if one.p_value is not None]
    corrected = iter(holm([*tested, *(1.0 for _ in missing)]))
    return Overview(
        tuple(one if one.p_value is None else replace(one, p_value=float(next(corrected))) for one in changes),
        missing,
        first,
        last,
        name,
    )
