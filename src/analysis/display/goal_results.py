"""Goals and money: what was promised, reported and reached, what could be counted, and departures from choices."""

from __future__ import annotations

from collections.abc import Container, Sequence
from html import escape

from ..documents.council import ChecklistItem, Goal, PastWork, PlanVersion
from ..policy.goals import (
    Checked,
    Checklists,
    GoalsReview,
    Lessons,
    Lookback,
    Measurability,
    Promises,
    Proposals,
    Reviewed,
)
from ..policy.judging import in_parts
from ..policy.level_tests import GoalFigure, GoalMeasure, GoalState
from ..policy.plan import Means, MeasureState, ProgressReview
from ..policy.priorities import Departure, Departures, Money, ThemeRow
from ..statistics.change import Change
from ..statistics.ordinary import Grade
from ..store.raw_sources import Source
from ..store.results import Missing, html
from . import dutch, provenance
from .finding_texts import judged_text
from .plan_results import euros, hours
from .provenance import statement_files
from .sentences import amount, answer, elsewhere, src
from .statement_cards import territory_sentences
from .tables import DataTable, details, kinds_within
from .theme_figures import figure_kinds, matrix_files, moved

_MEASURABLE = {"yes": "ja", "in_part": "deels", "no": "nee"}
_MADE_OF_IT = {
    "zwaarder": "Zwaarder",
    "smaller": "Smaller",
    "toegevoegd": "Iets toegevoegd",
    "woord": "Andere woorden",
    "geen": "Geen verschil",
}
_HOW = {
    "zwaarder": "zwaarder",
    "smaller": "smaller",
    "toegevoegd": "met iets erbij",
    "woord": "in andere woorden",
    "geen": "zonder verschil",
}
_OURS = "Voorstel van de makers van deze analyse"
_COUNTED = "Een maatregel in het plan, ook als die klaar is, laat nog niet zien dat het doel is bereikt."
_NO_CAUSE = "Of cijfers daardoor zijn veranderd, is hieruit niet te zien."
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
    tables = "".join(_parts(review, heading, parts) for heading, parts in review.whole.items())
    used = statement_files(*(part.judged for part in review.goals if part.judged))
    method = "elk cijfer naast het doel; welk cijfer bij een doel hoort, staat in beleid/statements.yml"
    provenance_html = _goals_provenance(review, used, f"doelen voor {review.period}", method)
    return answer(" ".join(_summary(review))) + _missed(review) + tables + _explained_places(review) + provenance_html


def _explained_places(review: GoalsReview) -> str:
    """Explain the places between brackets."""
    explained = dutch.explained_place((part.goal.source for part in review.goals), review.by_paragraph)
    return f'<p class="src places">Tussen haakjes staat de vindplaats: {escape(explained)}.</p>' if explained else ""


def _summary(review: GoalsReview) -> list[str]:
    """Say in three sentences how many goals there are, what became of them, and what the documents told of it."""
    states = [f"{len(review.of(state))} {state}" for state in GoalState if review.of(state)]
    none = [] if review.of(GoalState.MET) else [f"geen enkel {_unit(review)} {GoalState.MET}"]
    sentences = [
        f"Het beleid voor {escape(review.period)} heeft {_size(review)}.",
        f"Met de cijfers die er nu zijn: <b>{dutch.listed(none + states)}</b>.{_invented(review)}",
        f"{_reported(review)}.",
    ]
    if review.disputed:
        parts = dutch.listed([part.id for part in review.disputed])
        sentences.append(f"De cijfers van nu zeggen iets anders dan de stukken bij {escape(parts)}.")
    return sentences


def _invented(review: GoalsReview) -> str:
    """Say of how many parts that were not reached a figure is made up."""
    missed = review.of(GoalState.NOT_MET)
    number = sum(part.judged is not None and part.judged.is_made_up for part in missed)
    verb = "rust" if number == 1 else "rusten"
    return f" Van die {len(missed)} {verb} er {number} op nagemaakte cijfers." if number else ""


def _unit(review: GoalsReview) -> str:
    """Return what is counted: parts, or goals where no goal has more than one."""
    return "deel" if in_parts(review.document, review.period) else "doel"


def _size(review: GoalsReview) -> str:
    """Return the number of goals, with the number of parts where a goal has more than one."""
    parts = len(review.goals)
    if _unit(review) == "doel":
        return f"<b>{dutch.counted(parts, 'doel', 'doelen')}</b>"
    goals = dutch.counted(len(review.whole), "doel", "doelen")
    return f"<b>{goals}</b>, samen {dutch.counted(parts, 'deel', 'delen')}"


def _reported(review: GoalsReview) -> str:
    """Say of how many parts the documents report the outcome, tell something else, or tell nothing."""
    outcomes = [f"{part.id}: {part.outcome}" for part in review.reported]
    named = f" ({escape('; '.join(outcomes))})" if outcomes else ""
    number = len(review.reported) or f"geen enkel {_unit(review)}"
    others = [f"bij {len(review.mentioned)} staat iets, maar geen uitkomst"] * bool(review.mentioned)
    others += [f"bij {len(review.silent)} staat niets"] * bool(review.silent)
    return "; ".join([f"De stukken zelf melden van {number} de uitkomst{named}", *others])


def _missed(review: GoalsReview) -> str:
    """List the parts that were not reached, or only in part, with their figures."""
    lists = {GoalState.NOT_MET: "Niet gehaald", GoalState.PARTLY: "Deels gehaald"}
    return "".join(
        f"<p><b>{title}:</b></p><ul>{''.join(map(_missed_part, review.of(state)))}</ul>"
        for state, title in lists.items()
        if review.of(state)
    )


def _missed_part(part: Reviewed) -> str:
    targets = part.targets
    shown = _figure(targets[0], named=True) if len(targets) == 1 else _outcome(part)
    return f"<li><b>{escape(_named(part))}</b>: {escape(shown)}.</li>"


def _parts(review: GoalsReview, heading: str, parts: Sequence[Reviewed]) -> str:
    """Return one goal behind its outcome: of each part what was promised, reached, measured and told, and why.

    Without any figures there is no column for them.
    """
    figures = ["Wat zeggen de cijfers?"] * any(part.targets for part in parts)
    columns = ("Deel", "Gehaald?", *figures, "Wat melden de stukken?")
    rows = tuple(
        (_promised(part), str(part.state).capitalize(), *[_outcome(part)] * len(figures), _told(part)) for part in parts
    )
    made_up = tuple(kinds_within(part.targets) for part in parts)
    caption = f"{heading}: doelen voor {review.period}" if heading else f"Doelen voor {review.period}"
    table = DataTable(_table_id("doelen", review, heading), caption, columns, rows, columns, made_up)
    explained = "".join(_explained(part) for part in parts)
    return details(f"{heading or 'Alle doelen'}: {_reached(parts)}", html(table) + explained)


def _table_id(kind: str, review: GoalsReview, heading: str) -> str:
    return "-".join(filter(None, (kind, review.period, heading)))


def _named(part: Reviewed) -> str:
    """Return a part in plain words if we have them; its own text may be half a sentence."""
    return f"{part.id}. {_claimed(part)}"


def _claimed(part: Reviewed) -> str:
    claim = part.goal.text if part.judged is None else part.judged.statement.claim
    return claim.rstrip(".;")


def _promised(part: Reviewed) -> str:
    return f"{_named(part)} ({part.goal.source})"


def _told(part: Reviewed) -> str:
    """Return what the documents tell of a part afterwards, with its place; first the outcome if they give one."""
    reported = part.goal.reported
    if reported is None:
        return "Niets gemeld."
    outcome = f"{str(part.outcome).capitalize()}. " if part.outcome else ""
    return f"{outcome}{reported.text.rstrip('.')} ({reported.source})."


def _outcome(part: Reviewed) -> str:
    """Give each figure and year beside the goal; the state can differ from one year to the next."""
    if not part.targets:
        return "Geen cijfers"
    outcomes = "; ".join(_target(target) for target in part.targets)
    return f"{outcomes}; een ander deel is niet te meten" if part.in_part else outcomes


def _target(target: GoalFigure | GoalMeasure) -> str:
    on_paper = isinstance(target, GoalFigure) and target.on_paper
    return f"{target.year}: {'op papier gehaald' if on_paper else target.state} ({_figure(target)})"


def _figure(target: GoalFigure | GoalMeasure, *, named: bool = False) -> str:
    """Return the figure of a year, named unless it is said before, beside the one that the goal starts from."""
    year = f" in {target.year}" if named else ""
    if isinstance(target, GoalMeasure):
        return f"{dutch.number(target.value, 0 if float(target.value).is_integer() else 1)}{year}"
    count = f"{amount(target.count.lower, target.series.indicator)}{year}"
    against = f" tegen {dutch.number(target.change.before)} in {target.base}" if target.change is not None else ""
    return f"{count}{against}{'' if target.change is None else _judged(target.change)}"


def _judged(change: Change) -> str:
    """Say that a change is an ordinary movement, and that it went clearly otherwise than elsewhere."""
    ordinary = ", een gewone schommeling" if change.grade is Grade.ORDINARY else ""
    apart = f", duidelijk anders dan in {elsewhere(change)}" if change.grade_elsewhere is Grade.CLEAR else ""
    return f"{ordinary}{apart}"


def _explained(part: Reviewed) -> str:
    """Return the findings of a part in words, with our note about it."""
    words = "" if part.judged is None else judged_text(part.judged)
    note = " ".join([part.goal.note or "", *(territory_sentences(part.judged) if part.judged else ())]).strip()
    if not words and not note:
        return ""
    return f"<p><b>{escape(part.id)}</b> {escape(words)}</p>{src(note)}"


def _goals_provenance(review: GoalsReview, used: Sequence[Source], about: str, method: str) -> str:
    """Return the provenance of an answer about goals: their document, and the files they were compared with."""
    selection = f"alle doelen voor {review.period}; de plaats in de documenten staat bij elk doel"
    return provenance.provenance_block([review.source, *used], about, selection, method)


def _statement_documents(review: GoalsReview) -> list[Source]:
    """Return the documents with the statements, whose words name the parts."""
    return [part.judged.file for part in review.goals if part.judged]


@html.register
def _(promises: Promises) -> str:
    review, both = promises.review, promises.both
    if not both:
        return _nothing(f"Naast de doelen voor {review.period} ligt geen plan met eigen woorden.")
    counts = dutch.listed([f"{len(promises.of(kind))} {_HOW[kind]}" for kind in _HOW if promises.of(kind)])
    number = f"alle {len(both)}" if len(both) == len(review.goals) else f"er {len(both)}"
    size = f"Het beleid voor {escape(review.period)} heeft {_size(review)}."
    changed = [part for kind in ("zwaarder", "smaller", "toegevoegd") for part in promises.of(kind)]
    items = "".join(f"<li><b>{escape(_named(part))}.</b> {escape(_difference(part))}</li>" for part in changed)
    tables = "".join(html(_beside(review, heading, parts)) for heading, parts in review.whole.items())
    method = "de woorden van het beleid en van het plan naast elkaar gelezen"
    about = f"beleid naast plan, {review.period}"
    return (
        answer(f"{size} In het plan staan {number} opnieuw: {counts}.")
        + (f"<ul>{items}</ul>" if items else "")
        + details("Alle delen: het beleid naast het plan", tables)
        + _goals_provenance(review, _statement_documents(review), about, method)
    )


def _beside(review: GoalsReview, heading: str, parts: Sequence[Reviewed]) -> DataTable:
    columns = ("Deel", "In het beleid", "In het plan", "Wat maakt het plan ervan?")
    rows = tuple(
        (_named(part), _quoted(part.goal), _quoted(part.goal.plan), _difference(part) or None) for part in parts
    )
    caption = f"{heading or 'Doelen'}: beleid naast plan, {review.period}"
    return DataTable(_table_id("beloofd", review, heading), caption, columns, rows, columns)


def _quoted(version: Goal | PlanVersion | None) -> str:
    return "Staat niet in het plan." if version is None else f"“{version.text.rstrip(';')}” ({version.source})"


def _difference(part: Reviewed) -> str:
    """Return what the plan makes of a goal, with our note about it."""
    plan = part.goal.plan
    return "" if plan is None else f"{_MADE_OF_IT[plan.difference]}. {plan.note or ''}".strip()


def _nothing(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'


@html.register
def _(measurability: Measurability) -> str:
    review = measurability.review
    yes, in_part, no = (len(measurability.of(degree)) for degree in ("yes", "in_part", "no"))
    measured = f"{'zijn' if yes > 1 else 'is'} er <b>{yes or f'geen enkel {_unit(review)}'} te meten</b> met cijfers"
    sentences = (
        f"Zoals het er staat, {measured}; {in_part} deels en {no} niet. Een doel is te meten als er een getal, een "
        "bron en een jaar bij staan."
    )
    columns = ("Deel", "Meetbaar?", "Waarom")
    rows = tuple((_promised(part), _MEASURABLE[part.goal.measurable], part.goal.note or "") for part in review.goals)
    caption = f"Zijn de doelen voor {review.period} meetbaar?"
    table = DataTable(f"meetbaar-{review.period}", caption, columns, rows, columns)
    method = "wij keken bij elk doel of er een getal, een bron en een jaar bij staan"
    about = f"meetbaarheid, {review.period}"
    return (
        answer(sentences)
        + details("Waarom elk deel wel of niet te meten is", html(table))
        + _goals_provenance(review, _statement_documents(review), about, method)
    )


@html.register
def _(proposals: Proposals) -> str:
    review, proposed = proposals.review, proposals.proposed
    if not proposed:
        return _nothing(f"Bij de doelen voor {review.period} is geen voorstel gedaan om ze te meten.")
    sentences = (
        f"<b>{_OURS}</b>. Dit is geen beleid: de gemeente heeft het niet vastgesteld. Bij <b>{len(proposed)} van de "
        f"{len(review.goals)}</b> staat wat er kan worden geteld, waaruit, en waarmee dat wordt vergeleken."
    )
    tables = "".join(
        details(f"Voorstel: {heading or 'de doelen'}", html(_proposed(review, heading, parts)))
        for heading, whole in review.whole.items()
        if (parts := [part for part in whole if part in proposed])
    )
    selection = "alle doelen met een voorstel; de voorstellen zijn van de makers van deze analyse"
    method = "bij elk doel een telling, een bron en een begin gezocht"
    files = [review.source, *_statement_documents(review)]
    return answer(sentences) + tables + provenance.provenance_block(files, "voorstellen", selection, method)


def _proposed(review: GoalsReview, heading: str, parts: Sequence[Reviewed]) -> DataTable:
    columns = ("Deel", "Voorstel: wat tellen?", "Waaruit, en waarmee vergelijken?")
    rows = tuple(
        (_named(part), f"{proposal.count}.", f"{proposal.data}. Vergelijken met: {proposal.baseline}.")
        for part in parts
        if (proposal := part.goal.proposal) is not None
    )
    caption = f"{heading or 'Doelen'}: {_OURS[0].lower()}{_OURS[1:]}"
    return DataTable(_table_id("voorstel", review, heading), caption, columns, rows, columns)


@html.register
def _(checklists: Checklists) -> str:
    if not checklists.checked:
        return _nothing("Geen enkel doel heeft punten die te tellen zijn.")
    return "".join(_checklist(checklists, checked) for checked in checklists.checked)


def _checklist(checklists: Checklists, checked: Checked) -> str:
    """Return one checklist: how many points have a measure, how far those are, and what that does not show."""
    title, plan, progress = checked.title, checklists.plan, checklists.progress
    covered, own = len(checked.covered), len(checked.own)
    sentences = [
        f"{escape(title)}: bij <b>{covered} van de {len(checked.items)}</b> staat een maatregel in het plan "
        f"({escape(plan.plan.title)}).",
        f"Bij <b>{own or 'geen enkele'}</b> is dat een eigen maatregel"
        + (f"; bij {covered - own} alleen een maatregel die over meer punten gaat." if covered > own else "."),
    ]
    if checked.elsewhere:
        actions = dutch.listed([f"'{measure.action}'" for measure in checked.elsewhere])
        sentences.append(f"Over hetzelfde thema, maar niet bij een van deze punten: {escape(actions)}.")
    columns = ("Punt", "Maatregel in het plan, met de stand")
    rows = tuple(_point(checked, item) for item in checked.items)
    caption = f"{title} ({checked.part.id}) en de maatregelen in het plan"
    made_up: tuple[bool, ...] = () if isinstance(progress, Missing) else (progress.source.synthetic,)
    table = DataTable(f"punten-{checked.part.id}", caption, columns, rows, columns, made_up)
    sheets = [] if isinstance(progress, Missing) else [progress.source]
    provenance_html = provenance.provenance_block(
        [checklists.review.source, plan.source, *sheets],
        title,
        f"de punten bij doel {checked.part.id}, met hun maatregelen; de plaats staat bij elk punt",
        "geteld bij hoeveel punten een maatregel hoort; welke dat zijn, staat in beleid/goals.yml",
    )
    listed = [id for item in checked.items for id in item.measures]
    note = f"{checked.part.goal.note or ''} {_COUNTED}{_filled(progress, listed)}".strip()
    shown = details(f"{title}: de maatregelen bij elk punt", html(table))
    return answer(" ".join(sentences)) + src(note) + shown + provenance_html


def _point(checked: Checked, item: ChecklistItem) -> tuple[str, str]:
    measures = [
        f"{checked.measures[id].action} ({checked.states.get(id, MeasureState.UNKNOWN)})" for id in item.measures
    ]
    return f"{item.name} ({item.source})", "; ".join(measures) or "Geen maatregel"


def _filled(progress: ProgressReview | Missing, measures: Container[str]) -> str:
    """Say whose word the states of measures are, and of what day or days."""
    if isinstance(progress, Missing):
        return ""
    made_up = " Deze standen zijn nagemaakt." if progress.source.synthetic else ""
    days = dutch.day_range(*progress.days(measures))
    return f" De stand is van {days}. De gemeente vult die zelf in; wij gingen het niet na.{made_up}"


@html.register
def _(lookback: Lookback) -> str:
    review, work = lookback.review, lookback.work
    if not work:
        return _nothing(f"In {review.source.path} staat niet wat er in {review.period} is gedaan.")
    number = sum(len(item.done) for item in work)
    sentences = (
        f"De stukken noemen <b>{dutch.counted(number, 'activiteit of gebeurtenis', 'activiteiten en gebeurtenissen')}"
    )
    sentences += f"</b> uit {escape(review.period)}. {_undated(lookback)} {_NO_CAUSE}"
    columns = ("Onderwerp", "Genoemd", "Doelen", _compared(lookback))
    rows = tuple(
        (item.heading, str(len(item.done)), _reached(review.whole.get(item.heading, ())), _moved(lookback, item))
        for item in work
    )
    made_up = tuple(kinds_within([row.changes for row in lookback.rows(item)]) for item in work)
    caption = f"Wat er in {review.period} is gedaan, en de cijfers"
    overview = html(DataTable(f"gedaan-{review.period}", caption, columns, rows, (columns[0], *columns[2:]), made_up))
    listed = details("Wat is er gedaan, wanneer, en waar staat dat?", html(_places(lookback)))
    return answer(sentences) + overview + listed + _past_files(lookback)


def _undated(lookback: Lookback) -> str:
    number = lookback.undated
    return f"Van {number} noemen zij geen datum." if number else "Bij alles noemen zij een datum."


def _compared(lookback: Lookback) -> str:
    """Return the header of the figures, with the years that are compared."""
    matrix = lookback.matrix
    return (
        "Cijfers" if isinstance(matrix, Missing) else f"Cijfers van {matrix.overview.first} en {matrix.overview.last}"
    )


def _reached(parts: Sequence[Reviewed]) -> str:
    """Count the parts of a goal in each state."""
    states = [part.state for part in parts]
    return dutch.listed([f"{states.count(state)} {state}" for state in GoalState if state in states]) or "Geen doel"


def _moved(lookback: Lookback, work: PastWork) -> str:
    """Return what the figures of the themes of a heading did, in the words that the priorities have for it."""
    return "; ".join(moved(row) for row in lookback.rows(work)) or "Geen cijfers."


def _places(lookback: Lookback) -> DataTable:
    columns = ("Onderwerp", "Wat", "Wanneer", "Plaats")
    rows = tuple(
        (work.heading, done.what, done.when or "Geen datum", done.source)
        for work in lookback.work
        for done in work.done
    )
    period = lookback.review.period
    return DataTable(f"gedaan-plaatsen-{period}", f"Gedaan in {period}, met de plaats", columns, rows, columns)


def _past_files(lookback: Lookback) -> str:
    """Return the provenance of the look back: the document, and the files of the figures that are shown."""
    rows = [row for work in lookback.work for row in lookback.rows(work)]
    files = [source for row in rows for change in row.changes for source in provenance.change_files(change)]
    themes = [] if isinstance(lookback.matrix, Missing) else list(lookback.matrix.sources)
    return provenance.provenance_block(
        [lookback.review.source, *themes * bool(rows), *files],
        f"terugblik op {lookback.review.period}",
        "wat de documenten noemen, met hun plaats, en de cijfers van de thema's die erbij horen",
        "gelezen en naast de cijfers gelegd; van oorzaak en gevolg zegt dat niets",
    )


@html.register
def _(result: Lessons) -> str:
    review = result.review
    if not result.lessons:
        return _nothing(f"In {review.source.path} staan geen lessen.")
    years = dutch.spans(sorted({lesson.year for lesson in result.lessons}))
    number = dutch.counted(len(result.lessons), "les", "lessen")
    items = "".join(
        f"<li><b>{escape(lesson.title)}.</b> {escape(lesson.text)} ({escape(lesson.source)})</li>"
        for lesson in result.lessons
    )
    selection = "alle lessen; de plaats in de documenten staat erbij"
    files = provenance.provenance_block([review.source], f"lessen uit {years}", selection, "lezen en kort samenvatten")
    return answer(f"De stukken trekken zelf <b>{number}</b> uit {years}.") + f"<ol>{items}</ol>" + files


@html.register
def _(departures: Departures) -> str:
    silent, departing = departures.of("no_figures"), departures.departing
    first, last = departures.matrix.overview.first, departures.matrix.overview.last
    sentences = _number(departures, len({departure.row.id for departure in departing}))
    provenance_html = provenance.provenance_block(
        matrix_files(departures.matrix),
        "verschillen met de keuze",
        f"alle thema's: cijfers van {first} en {last}, plaats bij de stemmers, keuze en budget",
        "de keuze in de documenten naast de cijfers en de stemmen",
    )
    undecided = answer(_undecided(len({departure.row.id for departure in silent}))) if silent else ""
    return answer(sentences.strip()) + _by_theme(departing) + undecided + _by_theme(silent) + provenance_html


def _by_theme(departures: Sequence[Departure]) -> str:
    """Return a list with one item for each theme, whatever number of ways it departs in."""
    themes: dict[str, list[str]] = {}
    for departure in departures:
        themes.setdefault(departure.row.id, []).append(_departure(departure))
    items = "".join(f"<li>{' '.join(told)}</li>" for told in themes.values())
    return f"<ul>{items}</ul>" if items else ""


def _undecided(themes: int) -> str:
    number = dutch.counted(themes, "gekozen thema", "gekozen thema's")
    return f"Bij <b>{number}</b> is niet te zeggen of de cijfers bij de keuze passen."


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
    label, shown = f"<b>{escape(departure.row.theme.label)}</b>", escape(moved(departure.row))
    if departure.kind == "falls_yet_chosen":
        fall = "er een aanwijzing is dat de cijfers dalen" if departure.row.hint else "de cijfers dalen"
        return f"{label} is gekozen, terwijl {fall}: {shown}."
    if departure.kind == "rises_not_chosen":
        rise = "er is een aanwijzing dat de cijfers stijgen" if departure.row.hint else "de cijfers stijgen"
        return f"{label} is geen prioriteit, maar {rise}: {shown}.{_note(departure.row)}"
    if departure.kind == "most_votes_not_chosen":
        return f"{label} staat bij de stemmers op plaats 1, maar is geen prioriteit.{_note(departure.row)}"
    if departure.kind == "no_figures":
        figures = f": {shown}" if any(change.verdict.settled for change in departure.row.changes) else ""
        return f"{label} is gekozen, maar {_without_direction(departure.row)}{figures}."
    return _without_money(departure, label, shown)


def _without_direction(row: ThemeRow) -> str:
    """Say why the figures of a theme give no direction."""
    if not row.changes:
        return "met cijfers is er niets over te zeggen"
    if any(change.verdict.settled for change in row.changes):
        return "van de cijfers is niet te zeggen wat gunstig is"
    return "geen van de cijfers veranderde duidelijk"


def _without_money(departure: Departure, label: str, shown: str) -> str:
    most = " Van alle thema's kwamen hier de meeste registraties bij." if departure.most else ""
    effort = (
        f", wel {dutch.fte(departure.row.means.hours)}" if departure.row.means and departure.row.means.hours else ""
    )
    plan = f"Het plan heeft er {dutch.euros(0)} voor{effort}. Andere budgetten staan niet in dit plan."
    return f"Bij {label} stijgen de cijfers: {shown}.{most} {plan}"


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
    rows = tuple((means.label, euros(means.amount), hours(means), moved(row)) for means, row in money.pairs)
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
