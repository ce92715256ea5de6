"""Goals and money: what was reported, what the figures say, which goals can be measured, departures from choices."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..policy.goals import GoalsReview, Measurability, Reviewed
from ..policy.level_tests import GoalFigure, GoalMeasure, GoalState
from ..policy.plan import Means
from ..policy.priorities import Departure, Departures, Money, ThemeRow
from ..statistics.ordinary import Grade
from ..store.raw_sources import Source
from ..store.results import Missing, html
from . import dutch, provenance
from .finding_texts import judged_text
from .plan_results import euros, hours
from .priority_tables import figure_kinds, figures, matrix_files
from .provenance import statement_files
from .sentences import amount, answer, src
from .statement_verdicts import territory_sentences
from .tables import DataTable, kinds_within

_SOURCE = "Tussen haakjes staat de vindplaats: het document en de regel."
_MEASURABLE = {"yes": "ja", "in_part": "deels", "no": "nee"}
_WAYS = {
    "up": "stijgen de cijfers",
    "down": "dalen de cijfers",
    "mixed": "gaan de cijfers twee kanten op",
    "equal": "veranderen de cijfers niet meer dan door toeval",
    None: "zeggen de cijfers niet of er iets stijgt of daalt",
}
_NOTE = "Dit is een waarneming en geen fout. Een keuze weegt meer dan cijfers en stemmen."


@html.register
def _(review: GoalsReview) -> str:
    total = dutch.counted(len(review.goals), "doel", "doelen")
    reported = len(review.reported) or "geen enkel doel"
    sentences = (
        f"Het beleid voor {escape(review.period)} heeft <b>{total}</b>. Van {reported} meldt het document zelf of het "
        f"is gehaald. Met de cijfers die er nu zijn: {_states(review)}."
    )
    columns = ("Doel", "Wat meldt het document?", "Gehaald?", "Wat zeggen de cijfers?")
    rows = tuple(
        (
            f"{reviewed.id}. {_short(reviewed)}",
            reviewed.goal.reported or "Niets gemeld.",
            str(reviewed.state).capitalize(),
            _outcome(reviewed),
        )
        for reviewed in review.goals
    )
    made_up = tuple(kinds_within(reviewed.targets) for reviewed in review.goals)
    table = DataTable(f"doelen-{review.period}", f"Doelen voor {review.period}", columns, rows, columns, made_up)
    explanations = "".join(_explained(reviewed) for reviewed in review.goals)
    used = statement_files(*(reviewed.judged for reviewed in review.goals if reviewed.judged))
    method = "elk cijfer naast het doel; welk cijfer bij een doel hoort, staat in beleid/statements.yml"
    provenance_html = _goals_provenance(review, used, f"doelen voor {review.period}", method)
    return answer(sentences) + html(table) + src(_SOURCE) + explanations + provenance_html


def _states(review: GoalsReview) -> str:
    """Count the goals in each state; states without goals are left out."""
    return dutch.listed([f"{len(review.of(state))} {state}" for state in GoalState if review.of(state)])


def _short(reviewed: Reviewed) -> str:
    """Return the goal in plain words if we have them; its own text may be half a sentence."""
    claim = reviewed.goal.text if reviewed.judged is None else reviewed.judged.statement.claim
    return f"{claim.rstrip('.;')} ({reviewed.goal.source})"


def _outcome(reviewed: Reviewed) -> str:
    """Give each figure and year beside the goal; the state can differ from one year to the next."""
    if not reviewed.targets:
        return "Geen cijfers."
    outcomes = "; ".join(_target(target) for target in reviewed.targets)
    return f"{outcomes}; een ander deel is niet te meten" if reviewed.in_part else outcomes


def _target(target: GoalFigure | GoalMeasure) -> str:
    if isinstance(target, GoalMeasure):
        decimals = 0 if float(target.value).is_integer() else 1
        return f"{target.year}: {target.state} ({dutch.number(target.value, decimals)})"
    count = amount(target.count.lower, target.series.indicator)
    against = f" tegen {dutch.number(target.change.before)} in {target.base}" if target.change is not None else ""
    state = "op papier gehaald" if target.on_paper else str(target.state)
    ordinary = target.change is not None and target.change.grade is Grade.ORDINARY
    return f"{target.year}: {state} ({count}{against}{', een gewone schommeling' if ordinary else ''})"


def _explained(reviewed: Reviewed) -> str:
    """Return the findings of a goal in words, with our note about it."""
    words = "" if reviewed.judged is None else judged_text(reviewed.judged)
    note = " ".join(
        [reviewed.goal.note or "", *(territory_sentences(reviewed.judged) if reviewed.judged else ())]
    ).strip()
    if not words and not note:
        return ""
    return f"<p><b>{escape(reviewed.id)}</b> {escape(words)}</p>{src(note)}"


def _goals_provenance(review: GoalsReview, used: Sequence[Source], about: str, method: str) -> str:
    """Return the provenance of an answer about goals: their document, and the files they were compared with."""
    selection = f"alle doelen voor {review.period}; de plaats in de documenten staat bij elk doel"
    return provenance.provenance_block([review.source, *used], about, selection, method)


@html.register
def _(measurability: Measurability) -> str:
    review = measurability.review
    total = dutch.counted(len(review.goals), "doel", "doelen")
    measured = [dutch.counted(len(measurability.of(degree)), "doel", "doelen") for degree in ("yes", "in_part", "no")]
    sentences = (
        f"Het beleid voor {escape(review.period)} heeft <b>{total}</b>. Zoals het er staat, te meten met cijfers: "
        f"{measured[0]}; deels: {measured[1]}; niet: {measured[2]}. Een doel is te meten als er een getal, een bron en "
        "een jaar bij staan."
    )
    columns = ("Doel", "Meetbaar?", "Waarom")
    rows = tuple(
        (f"{reviewed.id}. {_short(reviewed)}", _MEASURABLE[reviewed.goal.measurable], reviewed.goal.note or "")
        for reviewed in review.goals
    )
    caption = f"Zijn de doelen voor {review.period} meetbaar?"
    table = DataTable(f"meetbaar-{review.period}", caption, columns, rows, columns)
    method = "wij keken bij elk doel of er een getal, een bron en een jaar bij staan"
    files = [reviewed.judged.file for reviewed in review.goals if reviewed.judged]
    return answer(sentences) + html(table) + _goals_provenance(review, files, f"meetbaarheid, {review.period}", method)


@html.register
def _(departures: Departures) -> str:
    silent = departures.of("no_figures")
    themes = {departure.row.id for departure in departures.found if departure not in silent}
    first, last = departures.matrix.overview.first, departures.matrix.overview.last
    sentences = _number(departures, len(themes))
    if silent:
        chosen = dutch.counted(len(silent), "gekozen thema", "gekozen thema's")
        sentences += f"Bij {chosen} geven de cijfers geen richting."
    items = "".join(f"<li>{_departure(departure)}</li>" for departure in departures.found)
    provenance_html = provenance.provenance_block(
        matrix_files(departures.matrix),
        "verschillen met de keuze",
        f"alle thema's: cijfers van {first} en {last}, plaats bij de stemmers, keuze en budget",
        "de keuze in de documenten naast de cijfers en de stemmen",
    )
    return answer(sentences.strip()) + (f"<ul>{items}</ul>" if items else "") + provenance_html


def _number(departures: Departures, themes: int) -> str:
    """Count the themes whose choice departs from figures or votes; "none" is said only if there are any of those."""
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


def _departure(departure: Departure) -> str:
    label, shown = f"<b>{escape(departure.row.theme.label)}</b>", escape(figures(departure.row))
    if departure.kind == "falls_yet_chosen":
        return f"{label} is gekozen, terwijl de cijfers dalen ({shown})."
    if departure.kind == "rises_not_chosen":
        return f"Bij {label} stijgen de cijfers ({shown}), maar dit is geen prioriteit.{_note(departure.row)}"
    if departure.kind == "most_votes_not_chosen":
        return f"{label} staat bij de stemmers op plaats 1, maar is geen prioriteit.{_note(departure.row)}"
    if departure.kind == "no_figures":
        no_figures = "met cijfers is er niets over te zeggen"
        reason = (
            no_figures
            if departure.row.telling or not departure.row.changes
            else "van de cijfers is niet te zeggen wat gunstig is"
        )
        return f"{label} is gekozen, maar {reason} ({shown})."
    return _without_money(departure, label, shown)


def _without_money(departure: Departure, label: str, shown: str) -> str:
    most = " Van alle thema's kwamen hier de meeste registraties bij." if departure.most else ""
    effort = (
        f", wel {dutch.fte(departure.row.means.hours)}" if departure.row.means and departure.row.means.hours else ""
    )
    return f"Bij {label} stijgen de cijfers ({shown}).{most} Het plan heeft er {dutch.euros(0)} voor{effort}."


def _note(row: ThemeRow) -> str:
    strategic = " In het plan is dit wel een strategisch thema." if row.standing == "strategic" else ""
    return f"{strategic} {escape(row.theme.note)}" if row.theme.note else strategic


@html.register
def _(money: Money) -> str:
    if not money.pairs:
        return answer("Het plan heeft geen prioriteiten met cijfers.")
    most = max(money.pairs, key=lambda pair: pair[0].amount or 0)[0].amount
    least = [(means, row) for means, row in money.pairs if means.amount is not None and means.amount < (most or 0)]
    sentences = [f"De prioriteiten met het meeste geld krijgen {dutch.euros(most or 0)}."]
    sentences += [_less(means, row) for means, row in least]
    rows = tuple((means.label, euros(means.amount), hours(means), figures(row)) for means, row in money.pairs)
    years = f"{money.matrix.overview.first}–{money.matrix.overview.last}"
    caption = f"Geld en uren per prioriteit naast de cijfers van {years}"
    columns, made_up = ("Prioriteit", "Budget", "Uren", "Cijfers"), tuple(figure_kinds(row) for _, row in money.pairs)
    table = DataTable("geld-en-cijfers", caption, columns, rows, ("Cijfers",), made_up)
    provenance_html = provenance.provenance_block(
        [money.plan.source, *matrix_files(money.matrix)],
        "geld naast de cijfers",
        f"budget en uren van elke prioriteit, en de cijfers van {years}",
        "bedragen uit het plan naast twee aantallen, met wat gewoon is",
    )
    return (
        answer(" ".join(sentences))
        + html(table)
        + src(f"{_NOTE} Van oorzaak en gevolg zegt deze tabel niets.")
        + provenance_html
    )


def _less(means: Means, row: ThemeRow) -> str:
    effort = f" en {dutch.fte(means.hours)}" if means.hours else ""
    given = f"{escape(means.label)} krijgt {dutch.euros(means.amount or 0)}{effort}"
    return f"<b>{given}</b>; daar {_WAYS[row.direction]}."
