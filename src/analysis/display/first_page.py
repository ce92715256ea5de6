"""The first page: the key messages in a sentence or two each, and a row for each theme with what is known of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import singledispatch
from html import escape

from ..policy.goals import GoalsReview, Reviewed
from ..policy.judging import Judged
from ..policy.key_messages import (
    Chosen,
    CrimeLevel,
    Favourite,
    KeyMessages,
    Message,
    MissedGoals,
    Movement,
    Unfunded,
    rule,
)
from ..policy.level_tests import GoalState
from ..policy.plan import State
from ..policy.theme_overview import ThemeOverview, ThemeState
from ..statistics.change import Change
from ..statistics.ordinary import Grade
from ..statistics.verdicts import alpha
from ..store.raw_sources import Source
from ..store.results import Missing, html, series_within
from . import dutch, provenance
from .finding_texts import judged_text
from .questions import beside_elsewhere
from .reservations import short_text
from .sentences import ARROWS, registers, src
from .sparklines import sparkline
from .statement_verdicts import CHAPTER as STATEMENTS
from .tables import marked, signs, slug
from .theme_figures import matrix_files

# The chapter that explains a message, by the field of its theme or by its kind.
_CHAPTERS = {
    "woon": "01_veilige_woon_en_leefomgeving",
    "bedrijvigheid": "02_bedrijvigheid_en_veiligheid",
    "jeugd": "03_jeugd_en_veiligheid",
    "fysiek": "04_fysieke_veiligheid",
    "integriteit": "05_integriteit_en_veiligheid",
    "votes": "06_inwonerstemming",
    "goals": "08_terugblik_doelen",
    "money": "11_uitvoeringsplan",
    "level": "01_veilige_woon_en_leefomgeving",
}
_MADE_UP = {(True,): " (nagemaakte cijfers)", (False, True): " (deels nagemaakte cijfers)"}
_NOT_JUDGED = "nog niet te beoordelen"  # too few registrations, or too few years: a cell has no room for which
_GROUPS = {"chosen": "Prioriteiten", "strategic": "Strategische thema's"}
_GOALS = {
    GoalState.MET: "gehaald",
    GoalState.PARTLY: "deels",
    GoalState.NOT_MET: "niet gehaald",
    GoalState.NOT_MEASURABLE: "niet te meten",
}
_NO_FIGURES = "zonder cijfers"  # of a goal that could be measured
_METHOD = (
    "van het eerste jaar naar het nieuwste, met dezelfde regels als in de hoofdstukken; plaats, geld, uren, doelen "
    "en termijnen zoals in hun hoofdstukken"
)


@html.register
def _(messages: KeyMessages) -> str:
    items = [_chosen(one) for one in messages.chosen]
    items += [
        _item(
            title(message) + _made_up_mark(message),
            text(message),
            _ask(message),
            f"{_chapter(message)}.html",
            subject(message),
        )
        for message in messages.messages
    ]
    notes = [
        f"De gemeente liet de boodschap over {subject(one.message)} weg: {_sentence(one.reason)}"
        for one in messages.omitted
    ]
    if any(isinstance(message, Movement | Unfunded) for message in messages.messages):
        notes.insert(0, _by_chance(messages))
    return f'<ol class="key">{"".join(items)}</ol>{"".join(map(src, notes))}'


def _by_chance(messages: KeyMessages) -> str:
    """Say from how many figures the rule chose, and how many chance alone would make clear."""
    expected = dutch.number(messages.clear_by_chance, 1)
    return (
        f"Gekozen uit {dutch.counted(messages.judged, 'cijfer', 'cijfers')}; toeval maakt er gemiddeld "
        f"hoogstens {expected} duidelijk."
    )


def _item(title: str, text: str, ask: str, href: str, subject: str) -> str:
    """Return one message; the link names its subject for who hears links without the text around them."""
    link = f'<a class="why" href="{href}">Meer<span class="vh"> over {escape(subject)}</span></a>'
    words = " ".join(escape(part) for part in (text, ask) if part)
    return f"<li><strong>{escape(title)}.</strong> {words} {link}</li>"


def _made_up_mark(message: Message | Judged) -> str:
    """Say that the figures of a message are made up, or some of them."""
    match message:
        case Favourite():
            kinds = {message.made_up}
        case MissedGoals():
            kinds = {shown.synthetic for shown in series_within(message.past.measured)}
        case Movement() | Unfunded():
            kinds = {shown.synthetic for shown in series_within(message.change.series)}
        case _:
            kinds = {shown.synthetic for shown in series_within(message)}
    return _MADE_UP.get(tuple(sorted(kinds)), "")


def _chosen(chosen: Chosen) -> str:
    judged = chosen.judged
    reason = _sentence(chosen.choice.reason)
    verdict = f"{judged_text(judged)} Oordeel over deze uitspraak: {judged.judgement}. Gekozen: {reason}"
    href, claim = f"{STATEMENTS}.html#{slug(judged.statement.id)}", judged.statement.claim.rstrip(".")
    asks = chosen.choice.asks
    return _item(f"{claim}{_made_up_mark(judged)}", verdict, asks, href, f"uitspraak {judged.statement.id}")


def _sentence(reason: str) -> str:
    """Return what somebody wrote, with a full stop behind it."""
    written = reason.strip()
    return written if written.endswith((".", "!", "?", "…")) else f"{written}."


@singledispatch
def title(message: Message) -> str:
    """Return a message in a few words, without a full stop.

    Parameters
    ----------
    message : Message

    Returns
    -------
    str
    """
    raise NotImplementedError(type(message).__name__)


@singledispatch
def text(message: Message) -> str:
    """Return what a message rests on, in one or two sentences.

    Parameters
    ----------
    message : Message

    Returns
    -------
    str
    """
    raise NotImplementedError(type(message).__name__)


@title.register
def _(message: Movement) -> str:
    more, label = "Meer" if message.change.direction == "up" else "Minder", message.change.series.indicator.label
    return f"{more} {label}" if label.startswith("registraties") else f"{more} geregistreerde {label}"


@text.register
def _(message: Movement) -> str:
    """A movement is a message only when it is clear; what tempers that follows, and whether the plan has money."""
    change, earlier, compared = message.change, message.earlier, message.compared
    more, size = "meer" if change.direction == "up" else "minder", change.percentage
    percentage = f" ({dutch.percent(abs(size))})" if change.small == "full" and size is not None else ""
    later = f"In {change.last} {registers(change.series.indicator)} er {dutch.number(change.after)}"
    counts = f"{later}, tegen {dutch.number(change.before)} in {change.first}: duidelijk {more}{percentage}."
    sudden = (
        "" if earlier is None or message.lasting else f"In {earlier.last} waren het er {dutch.number(earlier.after)}."
    )
    before = f"Tot en met {compared.last}: {compared.grade}." if compared is not None else ""
    if earlier is not None and compared is not None and compared.last == earlier.last and not message.lasting:
        sudden, before = "", f"In {compared.last} ({dutch.number(earlier.after)}) nog: {compared.grade}."
    unfunded = message.state is not None and message.kind == "worsened" and _without_money(message.state)
    means = _means(message.state) if message.state is not None and unfunded else ""
    return " ".join(filter(None, [counts, beside_elsewhere(change), sudden, before, _reservations(change), means]))


def _without_money(state: ThemeState) -> bool:
    return state.row.means is not None and state.row.means.amount == 0


def _reservations(change: Change) -> str:
    names = [short_text(item) for item in change.reservations if item.kind != "hint"]
    return f"Kan meespelen: {dutch.listed(names)}." if names else ""


@title.register
def _(message: MissedGoals) -> str:
    review = message.past
    number, period = len(review.goals), _period(review.period)
    if number == 1:  # a message only when at least one is not met
        return f"Het doel voor {period} is niet gehaald"
    if not review.of(GoalState.MET) and not review.of(GoalState.PARTLY):
        return f"Geen van de {number} delen van de doelen voor {period} is aantoonbaar gehaald"
    missed = len(review.of(GoalState.NOT_MET))
    return f"{missed} van de {number} delen van de doelen voor {period} {'is' if missed == 1 else 'zijn'} niet gehaald"


@text.register
def _(message: MissedGoals) -> str:
    review, coming = message.past, message.coming
    missed, themes = _GOALS[GoalState.NOT_MET], dutch.listed([_lower(theme) for theme in message.themes])
    counts = _outcomes(review.goals)
    others = [f"{number} {words}" for words, number in counts.items() if words != missed]
    about = "; ".join([f"{dutch.capitalised(missed)} ({counts[missed]}): {themes}", *others])
    if len(review.goals) == 1:
        about = f"Het gaat over {themes}"
    return f"{about}. {_measurable(coming)}."


def _outcomes(parts: Sequence[Reviewed]) -> dict[str, int]:
    """Return how many parts of goals ended in which way, in words; without ways in which none ended."""
    lacking = [part for part in parts if part.state is GoalState.NOT_MEASURABLE and part.goal.measurable == "yes"]
    states = Counter(part.state for part in parts if part not in lacking)
    counts = {words: states[state] for state, words in _GOALS.items()} | {_NO_FIGURES: len(lacking)}
    return {words: number for words, number in counts.items() if number}


def _measurable(coming: GoalsReview) -> str:
    """Say how many parts of goals can be measured as they were written."""
    measurable, period = sum(part.goal.measurable == "yes" for part in coming.goals), _period(coming.period)
    if len(coming.goals) == 1:
        return f"Het doel voor {period} is {'' if measurable else 'niet '}te meten zoals het er staat"
    number = "is geen" if measurable == 0 else f"{'is' if measurable == 1 else 'zijn'} er {measurable}"
    return f"Van de {len(coming.goals)} voor {period} {number} te meten zoals het er staat"


def _period(period: str) -> str:
    return period.replace("-", "–")


@title.register
def _(message: Favourite) -> str:
    label, tied = message.state.row.theme.label, [_lower(name) for name in message.tied]
    shared = f", evenveel als {dutch.listed(tied)}" if tied else ""
    return f"{label} kreeg de meeste stemmen{shared}, en is geen prioriteit"


@text.register
def _(message: Favourite) -> str:
    mean = f"gemiddeld {dutch.number(message.cast / message.voters, 1)} van de {message.themes} thema's"
    share = (
        f"{dutch.percent(message.share)} van de {dutch.number(message.voters)} stemmers bij de stands koos dit thema"
    )
    return f"{share} ({mean}; geen steekproef)."


def _means(state: ThemeState) -> str:
    """Say what the plan has for a theme; nothing where it has no line for it."""
    means = state.row.means
    if means is None:
        return ""
    parts = [dutch.euros(means.amount)] if means.amount is not None else []
    parts += [dutch.fte(means.hours)] if means.hours is not None else []
    return f"Dit plan: {dutch.listed(parts)}." if parts else ""


@title.register
def _(message: Unfunded) -> str:
    """The plan has no money for it; what other budgets have is not known."""
    moved = f"terwijl {message.change.series.indicator.label} duidelijk toenamen"
    return f"{message.state.row.theme.label} krijgt in dit plan {dutch.euros(0)}, {moved}"


@text.register
def _(message: Unfunded) -> str:
    hours = message.state.row.means.hours if message.state.row.means else None
    reserved = f"Wel {dutch.fte(hours)}. " if hours else ""
    most = ""
    if message.richest and message.richest[0].means is not None:
        amount = dutch.euros(message.richest[0].means.amount or 0)
        themes = dutch.listed([_lower(row.theme.label) for row in message.richest])
        most = f"Het meeste geld, {'elk ' if len(message.richest) > 1 else ''}{amount}, gaat naar {themes}."
    return f"{reserved}{most} {_reservations(message.change)}".strip()


@title.register
def _(message: CrimeLevel) -> str:
    """Two levels beside each other; whether they differ is not judged here."""
    ours, theirs = dutch.rates([message.ours, message.theirs])
    return f"{ours} geregistreerde misdrijven per 1.000 inwoners; in Nederland {theirs}"


@text.register
def _(message: CrimeLevel) -> str:
    return f"Dat zijn de cijfers van {message.year}."


def subject(message: Message) -> str:
    """Return what a message is about, for who hears its link without its text.

    Parameters
    ----------
    message : Message

    Returns
    -------
    str
    """
    match message:
        case Movement():
            return message.change.series.indicator.label
        case MissedGoals():
            return f"doelen voor {_period(message.past.period)}"
        case CrimeLevel():
            return message.series.indicator.label
        case _:
            return _lower(message.state.row.theme.label)


def _chapter(message: Message) -> str:
    if isinstance(message, Movement):
        return _CHAPTERS.get(message.change.series.indicator.field, _CHAPTERS["level"])
    return _CHAPTERS[message.kind]


def _ask(message: Message) -> str:
    alike = message.kind == "improved" and isinstance(message, Movement) and _as_elsewhere(message.change)
    kind = "improved_as_elsewhere" if alike else message.kind
    return rule().asks[kind].format(theme=_theme(message), period=_coming(message))


def _as_elsewhere(change: Change) -> bool:
    """Whether it went the same way elsewhere, and no difference was shown."""
    differs = change.grade_elsewhere is not None and change.grade_elsewhere.shown
    return change.rest is not None and change.rest.direction == change.direction and not differs


def _theme(message: Message) -> str:
    """Return the theme of a message, or its figure where there are no themes."""
    if isinstance(message, MissedGoals | CrimeLevel):
        return ""
    if message.state is not None:
        return _lower(message.state.row.theme.label)
    return message.change.series.indicator.topic


def _coming(message: Message) -> str:
    return _period(message.coming.period) if isinstance(message, MissedGoals) else ""


def _lower(label: str) -> str:
    return f"{label[:1].lower()}{label[1:]}" if label[1:2].islower() else label


@html.register
def _(overview: ThemeOverview) -> str:
    columns = _columns(overview)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("Thema", *columns))
    body = "".join(_group(overview, standing, columns) for standing in _GROUPS)
    first = overview.matrix.overview.first
    caption = f"Prioriteiten en strategische thema's sinds {first}"
    last, inside = overview.matrix.overview.last, dutch.percent(100 * (1 - alpha()))
    drawn = f'<span class="drawn">Vlak: {inside} als sinds {first} niets verandert. Open stip: daarbuiten. </span>'
    chapters = f"Hoofdstukken gaan over {first}–{last} en kunnen anders oordelen."
    legend = f'<p class="src">{drawn}{escape(chapters + _made_up(overview))}</p>'
    block = provenance.provenance_block(
        _files(overview), "alle thema's", "het eerste cijfer dat bij elk thema hoort (priorities.yml)", _METHOD
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="themas"><table class="overview cards">'
        f'<caption id="themas">{escape(caption)}</caption><thead><tr>{head}</tr></thead>{body}</table></div>'
        f"{legend}{block}"
    )


def _columns(overview: ThemeOverview) -> list[str]:
    """Return the columns for what is known: without a vote, plan or goals there is none for it."""
    columns = ["Verloop", f"Nu, en sinds {overview.matrix.overview.first}", "Per 1.000 (Nederland)"]
    if not isinstance(overview.matrix.places, Missing):
        columns.append("Plaats bij stemmers")
    if overview.plan is not None:
        columns.append("Geld en fte")
    if overview.past is not None:
        columns.append(f"Doelen {_period(overview.past.period)}")
    if overview.plan is not None and not isinstance(overview.plan.progress, Missing):
        columns.append(f"Let op (op {dutch.day(overview.plan.progress.on)})")
    return columns


def _made_up(overview: ThemeOverview) -> str:
    """Name the columns that rest on made-up files; the figures of a theme say so themselves."""
    votes = () if isinstance(overview.matrix.places, Missing) else overview.matrix.places.tally.files
    progress = (
        () if overview.plan is None or isinstance(overview.plan.progress, Missing) else (overview.plan.progress.source,)
    )
    columns = {"plaats bij stemmers": votes, "'Let op'": progress}
    made_up = [name for name, files in columns.items() if any(source.synthetic for source in files)]
    return f" Nagemaakt: {dutch.listed(made_up)}." if made_up else ""


def _group(overview: ThemeOverview, standing: str, columns: list[str]) -> str:
    rows = [state for state in overview.shown if state.row.standing == standing]
    if not rows:
        return ""
    head = f'<tr class="group"><th colspan="{len(columns) + 1}" scope="rowgroup">{_GROUPS[standing]}</th></tr>'
    return f"<tbody>{head}{''.join(_row(state, columns) for state in rows)}</tbody>"


def _row(state: ThemeState, columns: list[str]) -> str:
    lead = None if state.lead is None else state.lead.series
    indicator = "" if lead is None else marked(lead.indicator.label, lead.synthetic)
    name = f'{escape(state.row.theme.label)} <span class="ind">{escape(indicator)}</span>'
    cells = "".join(f"<td>{_cell(column, state)}</td>" for column in columns)
    return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _cell(column: str, state: ThemeState) -> str:
    return _CELLS[re.split("[ ,]", column)[0]](state)


def _none(words: str) -> str:
    return f'<span aria-hidden="true">–</span><span class="vh">{words}</span>'


def _line(state: ThemeState) -> str:
    if state.lead is None:
        return _none("geen cijfer")
    series, ordinary = state.lead.series, state.ordinary
    years = [year for year in series.years if year >= state.lead.first]
    counts = [series.count(year) for year in years]
    drawn = sparkline(counts, [ordinary.get(year) for year in years], width=104)
    return f'{drawn}<span class="vh">{dutch.number(state.lead.before)} in {state.lead.first}</span>'


def _now(state: ThemeState) -> str:
    change = state.lead
    if change is None:
        return _none("geen cijfer")
    arrow = ARROWS[change.direction] if change.grade.shown else ARROWS["equal"]
    percentage = change.percentage if change.small == "full" and change.grade is not Grade.TOO_FEW else None
    size = f"was {dutch.number(change.before)}" if percentage is None else dutch.signed_percent(percentage)
    now = f"{dutch.number(change.after)} in{dutch.NBSP}{change.last}"
    grade = _NOT_JUDGED if change.grade is Grade.TOO_FEW else change.grade
    return f'{now} <span class="ind">{signs(arrow)} {size}: {grade}</span>'


def _rates(state: ThemeState) -> str:
    if state.rates is None:
        return _none("niet per inwoner")
    ours, theirs = state.rates
    if theirs is None:
        return dutch.number(ours, 1)
    first, second = dutch.rates([ours, theirs])
    return f"{first} ({second})"


def _place(state: ThemeState) -> str:
    places = [str(place.rank) for place in sorted(state.row.places, key=lambda place: place.rank)]
    return dutch.listed(places) if places else _none("niet op de kaart")


def _money(state: ThemeState) -> str:
    means = state.row.means
    if means is None or (means.amount is None and means.hours is None):
        return _none("niet in het plan" if means is None else "geen bedrag of uren in het plan")
    amount = _none("geen bedrag") if means.amount is None else dutch.euros(means.amount)
    return f'{amount} <span class="ind">{_none("geen uren") if means.hours is None else dutch.fte(means.hours)}</span>'


def _goals(state: ThemeState) -> str:
    if not state.goals:
        return _none("geen doel")
    outcomes = _outcomes(state.goals).items()
    return ", ".join(f"{words}{dutch.NBSP}({number})" if number > 1 else words for words, number in outcomes)


def _watch(state: ThemeState) -> str:
    """Say what is late, or else what has to be ready first."""
    if late := state.overdue:
        return f"te laat: {_measures(late)}"
    following = state.upcoming
    if following is None or following.measure.due is None:
        return _none("geen termijn")
    return f"{dutch.day(following.measure.due)}: {escape(_lower(following.measure.action))}"


def _measures(late: list[State]) -> str:
    return escape("; ".join(_lower(state.measure.action) for state in late))


_CELLS = {
    "Verloop": _line,
    "Nu": _now,
    "Per": _rates,
    "Plaats": _place,
    "Geld": _money,
    "Doelen": _goals,
    "Let": _watch,
}


def _files(overview: ThemeOverview) -> list[Source]:
    """Return the files of what the page shows."""
    newest = [source for state in overview.states for one in state.newest for source in provenance.change_files(one)]
    levels = [source for state in overview.shown if state.national for source in state.national.sources]
    goals = [] if overview.past is None else [overview.past.source]
    return [*newest, *levels, *matrix_files(overview.matrix), *goals]
