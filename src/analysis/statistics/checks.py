"""Whether figures agree with themselves: details with their total."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .. import catalogue, regions
from ..loading import load
from ..observations import Source, cited
from ..results import Record, Result
from ..series import Missing, Series


@dataclass(frozen=True, eq=False)
class SumCheck(Result):
    """The details of a subject beside their published total.

    Parameters
    ----------
    details : int
        How many codes were added up.
    table : DataFrame
        Indexed by year: ``total``, ``added`` and ``difference``.
    sources : tuple of Source
        The raw files of the total and of the details.
    """

    total: Series
    details: int
    table: pd.DataFrame
    sources: tuple[Source, ...]

    @property
    def agrees(self) -> bool:
        """Whether there is no difference in any year."""
        return bool((self.table["difference"] == 0).all())

    def records(self) -> list[Record]:
        """The difference in every year."""
        names = cited(self.total.sources)
        label = f"{self.total.indicator.label}: som van {self.details} soorten min het totaal"
        where = self.total.region
        count = Record(f"{self.total.record_id}details", label, where, "", self.details, "kinds", source=names)
        return [count] + [
            Record(f"{self.total.record_id}details_minus_total.{year}", label, where, str(year),
                   float(row["difference"]), "difference", source=names)
            for year, row in self.table.iterrows()
        ]  # fmt: skip


def sum_check(subject: str, region: str, folder: Path | None = None) -> SumCheck | Missing:
    """Add up the details of a subject by year and hold them against the total.

    Parameters
    ----------
    subject : str
        ``misdrijven`` or ``overlast``.

    Returns
    -------
    SumCheck or Missing
        ``Missing`` when the total or one of the details is not there: an incomplete sum proves nothing. Years in
        which not all are published are left out.
    """
    total_id = next(i.id for i in catalogue.indicators().values() if i.total_of == subject)
    total = load(total_id, region, folder=folder)
    loaded = [load(id, region, folder=folder) for id in catalogue.kinds(subject)]
    details = [one for one in loaded if isinstance(one, Series)]
    if isinstance(total, Missing):
        return total
    if len(details) < len(loaded):
        lacking = f"{len(loaded) - len(details)} van de {len(loaded)} soorten {subject}"
        reason = f"Van {lacking} zijn er geen cijfers in {regions.name(region)}."
        return Missing(f"de optelling van {subject}", f"{reason} Optellen tot het totaal kan dan niet.")
    added = sum((one.data["value"] for one in details[1:]), start=details[0].data["value"])
    table = pd.DataFrame({"total": total.data["value"], "added": added}).dropna()
    table = table.set_axis(pd.DatetimeIndex(table.index).year)
    table = table.assign(difference=table["added"] - table["total"])
    sources = dict.fromkeys(source for one in (total, *details) for source in one.sources)
    return SumCheck(total, len(details), table, tuple(sources))
