"""The key messages: at most five statements, with verdict, number and what we do not know."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from ..policy.judged import Judged
from ..policy.statements import judge
from ..results import Record, Result, html
from ..series import Missing
from ..statistics.verdicts import Verdict
from .caveats import Caveats
from .evidence_trail import trail
from .sentences import answer
from .statements import badge, cautions
from .tables import slug
from .untested import table

CHAPTER = "07_uitspraken_getoetst"  # where every statement stands with its quote and all it was tested on


@dataclass(frozen=True)
class KeyMessages(Result):
    """The statements that the document puts first, in its order."""

    judged: tuple[Judged, ...]

    def records(self) -> list[Record]:
        """All numbers of these statements."""
        return [record for one in self.judged for record in one.records()]


def key_messages(municipality: str, folder: Path | None = None) -> KeyMessages | Missing:
    """The key messages of a municipality, at most five.

    Returns
    -------
    KeyMessages or Missing
        ``Missing`` when no statements were delivered.
    """
    judgements = judge(municipality, folder)
    if isinstance(judgements, Missing):
        return judgements
    return KeyMessages(tuple(judgements.by_id[id] for id in judgements.document.key_messages))


@html.register
def _(messages: KeyMessages) -> str:
    return "".join(_message(number, one) for number, one in enumerate(messages.judged, 1))


def _message(number: int, one: Judged) -> str:
    said, tested = one.statement, one.verdict is not Verdict.NOT_TESTABLE
    place, asked = (slug(said.id), "wat is er getoetst, en hoe?") if tested else (table(one), "waarom niet getoetst?")
    link = f'<a href="{CHAPTER}.html#{place}">Uitspraak {escape(said.id)}: {asked}</a>'
    unknown = html(Caveats(cautions(one), heading="")) if tested else ""  # they are about what was found
    told = answer(escape(one.words))
    title = f"<h3>{number}. {escape(said.claim)} {badge(one.verdict)}</h3>"
    return f'{title}{told}{unknown}<p class="src">{link}</p>{trail(one)}'
