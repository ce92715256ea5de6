"""The key messages of the first page, in a sentence or two each, with what they ask of the council."""

from __future__ import annotations

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
from ..policy.theme_overview import ThemeState
from ..statistics.change import Change
from ..store.results import html, series_within
from . import dutch
from .finding_texts import judged_text
from .questions import beside_elsewhere
from .reservations import short_text
from .sentences import registers, src
from .statement_verdicts import CHAPTER as STATEMENTS
from .tables import slug

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
_GOALS = {
    GoalState.MET: "gehaald",
    GoalState.PARTLY: "deels",
    GoalState.NOT_MET: "niet gehaald",
    GoalState.NOT_MEASURABLE: "niet te meten",
}
_NO_FIGURES = "zonder cijfers"  # of a goal that could be measured


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
    number, period = len(review.goals), period_text(review.period)
    if number == 1:  # a message only when at least one is not met
        return f"Het doel voor {period} is niet gehaald"
    if not review.of(GoalState.MET) and not review.of(GoalState.PARTLY):
        return f"Geen van de {number} delen van de doelen voor {period} is aantoonbaar gehaald"
    missed = len(review.of(GoalState.NOT_MET))
    return f"{missed} van de {number} delen van de doelen voor {period} {'is' if missed == 1 else 'zijn'} niet gehaald"


@text.register
def _(message: MissedGoals) -> str:
    review, coming = message.past, message.coming
    missed, themes = _GOALS[GoalState.NOT_MET], dutch.listed([lowered(theme) for theme in message.themes])
    counts = outcomes(review.goals)
    others = [f"{number} {words}" for words, number in counts.items() if words != missed]
    about = "; ".join([f"{dutch.capitalised(missed)} ({counts[missed]}): {themes}", *others])
    if len(review.goals) == 1:
        about = f"Het gaat over {themes}"
    return f"{about}. {_measurable(coming)}."


def outcomes(parts: Sequence[Reviewed]) -> dict[str, int]:
    """Return how many parts of goals ended in which way, in words.

    Parameters
    ----------
    parts : sequence of Reviewed

    Returns
    -------
    dict of str to int
        Without ways in which none ended.
    """
    lacking = [part for part in parts if part.state is GoalState.NOT_MEASURABLE and part.goal.measurable == "yes"]
    states = Counter(part.state for part in parts if part not in lacking)
    counts = {words: states[state] for state, words in _GOALS.items()} | {_NO_FIGURES: len(lacking)}
    return {words: number for words, number in counts.items() if number}


def _measurable(coming: GoalsReview) -> str:
    """Say how many parts of goals can be measured as they were written."""
    measurable, period = sum(part.goal.measurable == "yes" for part in coming.goals), period_text(coming.period)
    if len(coming.goals) == 1:
        return f"Het doel voor {period} is {'' if measurable else 'niet '}te meten zoals het er staat"
    number = "is geen" if measurable == 0 else f"{'is' if measurable == 1 else 'zijn'} er {measurable}"
    return f"Van de {len(coming.goals)} voor {period} {number} te meten zoals het er staat"


def period_text(period: str) -> str:
    """Return a period as pages write it.

    Parameters
    ----------
    period : str
        As in the documents: ``2020-2023``.

    Returns
    -------
    str

    Examples
    --------
    >>> period_text("2020-2023")
    '2020–2023'
    """
    return period.replace("-", "–")


@title.register
def _(message: Favourite) -> str:
    label, tied = message.state.row.theme.label, [lowered(name) for name in message.tied]
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
        themes = dutch.listed([lowered(row.theme.label) for row in message.richest])
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
            return f"doelen voor {period_text(message.past.period)}"
        case CrimeLevel():
            return message.series.indicator.label
        case _:
            return lowered(message.state.row.theme.label)


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
        return lowered(message.state.row.theme.label)
    return message.change.series.indicator.topic


def _coming(message: Message) -> str:
    return period_text(message.coming.period) if isinstance(message, MissedGoals) else ""


def lowered(label: str) -> str:
    """Return a name as it stands within a sentence.

    Parameters
    ----------
    label : str

    Returns
    -------
    str

    Examples
    --------
    >>> lowered("Jeugd en veiligheid"), lowered("AVE-model invoeren")
    ('jeugd en veiligheid', 'AVE-model invoeren')
    """
    return f"{label[:1].lower()}{label[1:]}" if label[1:2].islower() else label
