"""Goals as the council reads them: what was reported, what the figures say, and what could not be seen at all."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..policy.goals import GoalsReview, Measurability, Reviewed
from ..policy.level_tests import GoalFigure
from ..policy.plan import Means
from ..policy.priorities import Departure, Departures, Money, ThemeRow
from ..statistics.verdicts import Verdict
from ..store.raw_sources import Source
from ..store.results import html
from ..store.series import Missing
from . import dutch, provenance
from .plan_results import euros, hours
from .priority_tables import figures, matrix_files
from .provenance import statement_files
from .sentences import amount, answer, src
from .statement_verdicts import areas
from .tables import DataTable

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
    table = DataTable(f"doelen-{review.period}", f"Doelen voor {review.period}", columns, rows, columns)
    explained = "".join(_explained(one) for one in review.goals)
    used = statement_files(*(one.judged for one in review.goals if one.judged))
    method = "elk cijfer naast het doel; welk cijfer bij een doel hoort, staat in beleid/statements.yml"
    trail = _trail(review, used, f"doelen voor {review.period}", method)
    return answer(told) + html(table) + src(_SOURCE) + explained + trail


def _trail(review: GoalsReview, used: Sequence[Source], about: str, method: str) -> str:
    """The goals, and what these were held against."""
    selection = f"alle doelen voor {review.period}; de plaats in de documenten staat bij elk doel"
    return provenance.provenance_block([review.source, *used], about, selection, method)


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


def _target(target: GoalFigure) -> str:
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
    table = DataTable(f"meetbaar-{review.period}", caption, columns, rows, columns)
    method = "wij keken bij elk doel of er een getal, een bron en een jaar bij staan"
    said = [one.judged.file for one in review.goals if one.judged]
    return answer(told) + html(table) + _trail(review, said, f"meetbaarheid, {review.period}", method)


_WAYS = {
    "up": "stijgen de cijfers",
    "down": "dalen de cijfers",
    "mixed": "gaan de cijfers twee kanten op",
    "equal": "veranderen de cijfers niet meer dan door toeval",
    None: "zeggen de cijfers niet of er iets stijgt of daalt",
}
_NOTE = "Dit is een waarneming en geen fout. Een keuze weegt meer dan cijfers en stemmen."


@html.register
def _(departures: Departures) -> str:
    silent = departures.of("no_figures")
    themes = {one.row.id for one in departures.found if one not in silent}
    first, last = departures.matrix.overview.first, departures.matrix.overview.last
    told = _number(departures, len(themes))
    if silent:
        chosen = dutch.counted(len(silent), "gekozen thema", "gekozen thema's")
        told += f"Bij {chosen} geven de cijfers geen richting."
    items = "".join(f"<li>{_told(one)}</li>" for one in departures.found)
    plan = [] if isinstance(departures.plan, Missing) else [departures.plan.source]
    trail = provenance.provenance_block(
        [*matrix_files(departures.matrix), *plan],
        "verschillen met de keuze",
        f"alle thema's: cijfers van {first} en {last}, plaats bij de stemmers, keuze en budget",
        "de keuze in de documenten naast de cijfers en de stemmen",
    )
    return answer(told.strip()) + (f"<ul>{items}</ul>" if items else "") + trail


def _number(departures: Departures, themes: int) -> str:
    """Of how many themes the choice is another; of none can only be said when there is something to hold it against."""
    matrix = departures.matrix
    compared = matrix.overview.changes
    if themes:
        number = dutch.counted(themes, "thema", "thema's")
        years = f"De cijfers gaan over {matrix.overview.first} tot en met {matrix.overview.last}. " if compared else ""
        return f"Bij <b>{number}</b> wijkt de keuze af van wat cijfers of stemmen alleen zouden zeggen. {_NOTE} {years}"
    voted = not isinstance(matrix.places, Missing)
    if not compared and not voted:
        return "Er zijn geen cijfers en geen stemmen om de keuze naast te leggen. "
    said = dutch.listed([*["de cijfers die er zijn"] * bool(compared), *["de stemmen"] * voted])
    absent = "" if compared and voted else "Er zijn geen stemmen. " if compared else "Er zijn geen cijfers. "
    return f"Bij geen enkel thema wijkt de keuze af van {said}. {absent}"


def _told(one: Departure) -> str:
    label, shown = f"<b>{escape(one.row.theme.label)}</b>", escape(figures(one.row))
    if one.kind == "falls_yet_chosen":
        return f"{label} is gekozen, terwijl de cijfers dalen ({shown})."
    if one.kind == "rises_not_chosen":
        return f"Bij {label} stijgen de cijfers ({shown}), maar dit is geen prioriteit.{_note(one.row)}"
    if one.kind == "most_votes_not_chosen":
        return f"{label} staat bij de stemmers op plaats 1, maar is geen prioriteit.{_note(one.row)}"
    if one.kind == "no_figures":
        none = "met cijfers is er niets over te zeggen"
        why = none if one.row.telling or not one.row.changes else "van de cijfers is niet te zeggen wat gunstig is"
        return f"{label} is gekozen, maar {why} ({shown})."
    return _without_money(one, label, shown)


def _without_money(one: Departure, label: str, shown: str) -> str:
    most = " Van alle thema's kwamen hier de meeste registraties bij." if one.most else ""
    effort = f", wel {dutch.fte(one.means.hours)}" if one.means is not None and one.means.hours else ""
    return f"Bij {label} stijgen de cijfers ({shown}).{most} Het plan heeft er {dutch.euros(0)} voor{effort}."


def _note(row: ThemeRow) -> str:
    return f" {escape(row.theme.note)}" if row.theme.note else ""


@html.register
def _(money: Money) -> str:
    if not money.pairs:
        return answer("Het plan heeft geen prioriteiten met cijfers.")
    most = max(money.pairs, key=lambda pair: pair[0].amount or 0)[0].amount
    least = [(means, row) for means, row in money.pairs if means.amount is not None and means.amount < (most or 0)]
    told = [f"De prioriteiten met het meeste geld krijgen {dutch.euros(most or 0)}."]
    told += [_less(means, row) for means, row in least]
    rows = tuple((means.label, euros(means.amount), hours(means), figures(row)) for means, row in money.pairs)
    years = f"{money.matrix.overview.first}–{money.matrix.overview.last}"
    caption = f"Geld en uren per prioriteit naast de cijfers van {years}"
    table = DataTable("geld-en-cijfers", caption, ("Prioriteit", "Budget", "Uren", "Cijfers"), rows, ("Cijfers",))
    trail = provenance.provenance_block(
        [money.plan.source, *matrix_files(money.matrix)],
        "geld naast de cijfers",
        f"budget en uren van elke prioriteit, en de cijfers van {years}",
        "bedragen uit het plan naast twee aantallen met marge",
    )
    return answer(" ".join(told)) + html(table) + src(f"{_NOTE} Van oorzaak en gevolg zegt deze tabel niets.") + trail


def _less(means: Means, row: ThemeRow) -> str:
    effort = f" en {dutch.fte(means.hours)}" if means.hours else ""
    given = f"{escape(means.label)} krijgt {dutch.euros(means.amount or 0)}{effort}"
    return f"<b>{given}</b>; daar {_WAYS[row.direction]}."
