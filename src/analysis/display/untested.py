"""What could not be tested and what it would take, and what does not agree in the source text itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..documents.statements import Remark
from ..observations import Source
from ..policy.judged import Judged
from ..policy.statements import Judgements
from ..results import Record, Result, html
from ..series import Missing
from ..statistics.verdicts import Verdict
from . import dutch, origin
from .evidence_trail import files
from .sentences import answer
from .tables import Table

_ABSENT, _BEYOND = "niet-toetsbaar-cijfers", "niet-toetsbaar-andere-gegevens"


@dataclass(frozen=True)
class Untestable(Result):
    """The statements that could not be tested, with the reason.

    Parameters
    ----------
    absent : tuple of Judged
        Figures are missing, or there are too few registrations.
    beyond : tuple of Judged
        No figure can show it; another record can.
    """

    absent: tuple[Judged, ...]
    beyond: tuple[Judged, ...]

    def records(self) -> list[Record]:
        """How many there are of both kinds."""
        sizes = {"absent": self.absent, "beyond": self.beyond, "all": self.absent + self.beyond}
        sizes["in_part"] = tuple(filter(partly, self.absent))
        names = tuple(dict.fromkeys(one.file.name for one in sizes["all"]))
        return [
            Record(f"untestable.{id}", "niet toetsbare uitspraken", "", "", len(judged), "count", source=names)
            for id, judged in sizes.items()
        ]


@dataclass(frozen=True)
class Remarks(Result):
    """What does not agree in the source text itself."""

    remarks: tuple[Remark, ...]
    file: Source


def untestable(judgements: Judgements | Missing) -> Untestable | Missing:
    """What could not be tested, and what is needed for it."""
    if isinstance(judgements, Missing):
        return judgements
    judged = [one for one in judgements.judged if one.verdict is Verdict.NOT_TESTABLE]
    absent, beyond = (tuple(one for one in judged if _beyond(one) is is_so) for is_so in (False, True))
    return Untestable(absent, beyond)


def _beyond(one: Judged) -> bool:
    """Whether no figure can show it."""
    return all(each.test.kind == "process" for each in one.outcomes)


def table(one: Judged) -> str:
    """The id of the table that says why a statement could not be tested."""
    return _BEYOND if _beyond(one) else _ABSENT


def remarks(judgements: Judgements | Missing) -> Remarks | Missing:
    """Remarks on the source text."""
    return judgements if isinstance(judgements, Missing) else Remarks(judgements.remarks, judgements.file)


@html.register
def _(result: Untestable) -> str:
    absent, beyond = len(result.absent), len(result.beyond)
    if not absent + beyond:
        return answer("Wij konden alle uitspraken toetsen.")
    number = dutch.counted(absent + beyond, "uitspraak", "uitspraken")
    told = f"<b>{number}</b> konden wij niet toetsen."
    if absent:
        told += f" Bij {absent} daarvan ontbreken cijfers of zijn er te weinig registraties{_in_part(result)}."
    if beyond:
        about = "gaat" if beyond == 1 else "gaan"
        told += f" Er {about} er {beyond} over iets waar deze cijfers niets over zeggen."
    tables = [
        _reasons(_ABSENT, "Cijfers ontbreken, of er zijn te weinig registraties", result.absent),
        _reasons(_BEYOND, "Er zijn andere gegevens voor nodig", result.beyond),
    ]
    return answer(told) + "".join(html(table) for table in tables if table.cells) + _trail(result)


def _trail(result: Untestable) -> str:
    """The documents, and the files of the parts that could be tested."""
    used = files(*result.absent, *result.beyond)
    selection = "alle uitspraken met het oordeel 'niet toetsbaar'; de plaats in de documenten staat erbij"
    return origin.trail(used, "wat niet te toetsen is", selection, "elke uitspraak naast de cijfers die er zijn")


def _in_part(result: Untestable) -> str:
    """Of how many a part could be tested."""
    number = sum(map(partly, result.absent))
    return f" (van {number} kon een deel wel worden getoetst)" if number else ""


def _reasons(id: str, caption: str, judged: Sequence[Judged]) -> Table:
    rows = tuple(
        (one.statement.id, one.statement.claim, _why(one), f"{one.statement.document}:{one.statement.line}")
        for one in judged
    )
    columns = ("Nummer", "Uitspraak", "Waarom niet, en wat is er nodig?", "Plaats")
    return Table(id, caption, columns, rows, text=columns)


def _why(one: Judged) -> str:
    """The reasons; beside a part that could be tested, every part with its own verdict."""
    if not partly(one):
        return one.words
    return " ".join(f"{each.words} ({each.verdict})" for each in one.outcomes)


def partly(one: Judged) -> bool:
    """Whether some part could be tested, which cannot carry the whole."""
    return any(each.verdict is not Verdict.NOT_TESTABLE for each in one.outcomes)


@html.register
def _(result: Remarks) -> str:
    if not result.remarks:
        return '<p class="note">Bij de brontekst zijn er geen opmerkingen.</p>'
    rows = tuple(
        (remark.text, ", ".join(remark.places), ", ".join(remark.statements) or "geen") for remark in result.remarks
    )
    columns = ("Opmerking", "Plaats", "Uitspraken")
    caption = "Wat in de beleidsstukken zelf niet overeenkomt"
    table = html(Table("opmerkingen", caption, columns, rows, text=columns))
    selection = "alle opmerkingen; de plaats in de documenten staat erbij"
    return table + origin.trail([result.file], "opmerkingen", selection, "lezen en naast elkaar leggen")
