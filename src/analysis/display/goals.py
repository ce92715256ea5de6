"""Goals as the council reads them: what was reported, what the figures say, and what could not be seen at all."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..observations import Source
from ..policy.goals import GoalsReview, Measurability, Reviewed
from ..policy.targets import Target
from ..results import html
from ..statistics.verdicts import Verdict
from . import dutch, origin
from .evidence_trail import files
from .sentences import amount, answer, src
from .statements import areas
from .tables import Table

_SOURCE = "Tussen haakjes staat de vindplaats: het document en de regel."
_MEASURABLE = {"yes": "ja", "in_part": "deels", "no": "nee"}


@html.register
def _(review: GoalsReview) -> str:
    total = dutch.counted(len(review.goals), "doel", "doelen")
    reported, tested = len(review.reported) or "geen enkel doel", len(review.tested) or "geen"
    told = (
        f"Het beleid voor {escape(review.period)} heeft <b>{total}</b>. Van {reported} meldt het document zelf of het "
        f"is gehaald. Met de cijfers die er nu zijn, kunnen wij er {tested} toetsen{_met(review)}."
    )
    columns = ("Doel", "Wat meldt het document?", "Wat zeggen de cijfers?")
    rows = tuple(
        (f"{one.id}. {_short(one)}", one.goal.reported or "Niets gemeld.", _outcome(one)) for one in review.goals
    )
    table = Table(f"doelen-{review.period}", f"Doelen voor {review.period}", columns, rows, columns)
    explained = "".join(_explained(one) for one in review.goals)
    used = files(*(one.judged for one in review.goals if one.judged))
    method = "elk cijfer naast het doel; welk cijfer bij een doel hoort, staat in beleid/statements.yml"
    trail = _trail(review, used, f"doelen voor {review.period}", method)
    return answer(told) + html(table) + src(_SOURCE) + explained + trail


def _trail(review: GoalsReview, used: Sequence[Source], about: str, method: str) -> str:
    """The goals, and what these were held against."""
    selection = f"alle doelen voor {review.period}; de plaats in de documenten staat bij elk doel"
    return origin.trail([review.source, *used], about, selection, method)


def _met(review: GoalsReview) -> str:
    """How many of the tested goals were reached by every figure."""
    if not review.tested:
        return ""
    met = sum(one.met is True for one in review.tested)
    part = sum(len({target.met for target in one.targets}) > 1 for one in review.tested)
    rest = len(review.tested) - met - part
    told = [(met, "gehaald"), (part, "deels gehaald"), (rest, "niet gehaald")]
    return f": {dutch.listed([f'{number} {word}' for number, word in told if number])}"


def _short(one: Reviewed) -> str:
    """The goal in plain words where we have them; its own text may be half a sentence."""
    said = one.goal.text if one.judged is None else one.judged.statement.claim
    return f"{said.rstrip('.;')} ({one.goal.source})"


def _outcome(one: Reviewed) -> str:
    """Reached or not, for each figure and year apart: a goal can hold in one year and not in the next."""
    if not one.targets:
        return "Niet toetsbaar."
    told = "; ".join(_target(target) for target in one.targets)
    return f"{told}; een ander deel is niet toetsbaar" if one.verdict is Verdict.NOT_TESTABLE else told


def _target(target: Target) -> str:
    count, state = amount(target.count.lower, target.series.indicator), "gehaald" if target.met else "niet gehaald"
    against = f" tegen {dutch.number(target.change.before)} in {target.base}" if target.change is not None else ""
    chance = ", verschil kan toeval zijn" if target.met and target.by_chance else ""
    return f"{target.year}: {state} ({count}{against}{chance})"


def _explained(one: Reviewed) -> str:
    """The findings of a goal in words, with our note about it."""
    words = "" if one.judged is None else one.judged.words
    note = " ".join([one.goal.note or "", *(areas(one.judged) if one.judged else ())]).strip()
    if not words and not note:
        return ""
    return f"<p><b>{escape(one.id)}</b> {escape(words)}</p>{src(note)}"


@html.register
def _(measurability: Measurability) -> str:
    review = measurability.review
    total = dutch.counted(len(review.goals), "doel", "doelen")
    measured = [dutch.counted(len(measurability.of(one)), "doel", "doelen") for one in ("yes", "in_part", "no")]
    told = (
        f"Het beleid voor {escape(review.period)} heeft <b>{total}</b>. Zoals het er staat, te meten met cijfers: "
        f"{measured[0]}; deels: {measured[1]}; niet: {measured[2]}. Een doel is te meten als er een getal, een bron en "
        "een jaar bij staan."
    )
    columns = ("Doel", "Meetbaar?", "Waarom")
    rows = tuple(
        (f"{one.id}. {_short(one)}", _MEASURABLE[one.goal.measurable], one.goal.note or "") for one in review.goals
    )
    caption = f"Zijn de doelen voor {review.period} meetbaar?"
    table = Table(f"meetbaar-{review.period}", caption, columns, rows, columns)
    method = "wij keken bij elk doel of er een getal, een bron en een jaar bij staan"
    said = [one.judged.file for one in review.goals if one.judged]
    return answer(told) + html(table) + _trail(review, said, f"meetbaarheid, {review.period}", method)
