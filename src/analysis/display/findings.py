"""What was found about changes and waves, in words."""

from __future__ import annotations

from .. import regions
from ..catalogue import Indicator
from ..periods import Period
from ..policy.changes import SHOWN_BY, Changed, Moved
from ..policy.findings import told
from ..policy.peaks import Peaks
from ..series import Series
from ..statistics.counts import Change
from ..statistics.surveys import SurveyChange
from ..statistics.verdicts import Verdict
from . import dutch
from .caveats import reasons
from .sentences import registered, registers

_DIRECTIONS = {"up": "stijging", "down": "daling"}
CHANCE = "Dat verschil kan toeval zijn."
ALL_TOGETHER = (
    "Apart getoetst is dat verschil meer dan toeval. Maar wij toetsen veel uitspraken tegelijk; dan kan zo'n verschil "
    "ook toeval zijn."
)


@told.register
def _(found: Changed) -> str:
    sentences = [f"{counted(found.change)}.", *_percentage(found), *_outcome(found)]
    return " ".join(sentences)


def counted(change: Change) -> str:
    """Both counts, with the change in percent and its interval where the counts allow one."""
    told = (
        f"In {change.series.region_name} {registrations(change.before, change.series.indicator)} in {change.first} en "
        f"{dutch.number(change.after)} in {change.last}"
    )
    pct, low, high = change.percentage, change.lower_percentage, change.upper_percentage
    if pct is None or low is None or high is None:
        return told
    return f"{told}: {dutch.more_or_less(pct)} ({dutch.between(low, high)})"


def registrations(count: float, indicator: Indicator) -> str:
    """``registreerde de politie 242 misdrijven``, ``registreerde de politie 1 misdrijf``."""
    return f"{registers(indicator)} {dutch.number(count)} {registered(indicator, count)}"


def _percentage(found: Changed) -> list[str]:
    """Whether the percentage is right, and which counts would make it so."""
    if found.percent is None or found.rounded is None:
        return []
    claimed, fits = dutch.percent(abs(found.percent)), [dutch.number(one) for one in found.fitting]
    needed = f"alleen als het er in {found.change.first} {' of '.join(fits)} waren" if fits else "dan nooit"
    after = f"Bij {dutch.number(found.change.after)} in {found.change.last} past {claimed} {needed}."
    if found.percent_fits:
        return [f"Dat is afgerond {claimed}, zoals in het document staat. {after}"]
    return [f"Dat is afgerond {dutch.percent(abs(found.rounded))} en niet {claimed}. {after}"]


def _outcome(found: Changed) -> list[str]:
    """What makes the verdict what it is, if the counts do not say so themselves."""
    verdict, change = found.verdict, found.change
    if verdict is Verdict.NOT_TESTABLE:
        return ["Dat zijn er te weinig om een verschil te zien. Met cijfers over meer jaren samen kan dat misschien."]
    if verdict is Verdict.CHANCE:
        return [by_chance(change.lower, change.upper, 1), *_unproven(found)]
    if verdict is Verdict.CONTRADICTED and found.percent_fits:
        claimed, went = _DIRECTIONS[SHOWN_BY[found.claimed]], _DIRECTIONS.get(change.direction, "")
        return [f"Dat is een {went} en geen {claimed}."]
    unasked = change.unusual is None and regions.is_municipality(change.series.region)
    special = "Of dit bijzonder is voor een gemeente van deze omvang, konden wij niet nagaan."
    reservation = caveat(change) if verdict is Verdict.CONFIRMED_WITH_CAVEAT else ""
    return [reservation] * bool(reservation) + [special] * unasked


def by_chance(lower: float | None, upper: float | None, same: float) -> str:
    """Chance already by itself, or only because so many things were tested; ``same`` is what no difference is."""
    alone = lower is not None and (lower > same or (upper is not None and upper < same))
    return ALL_TOGETHER if alone else CHANCE


def _unproven(found: Changed) -> list[str]:
    claims = {"not_up": "niet toenam", "not_down": "niet afnam"}
    return [f"Dat het aantal {claims[found.claimed]}, is daarmee niet bewezen."] if found.claimed in claims else []


def caveat(change: Change) -> str:
    """Which reservation comes with a change."""
    return noted(reasons(change))


def noted(names: list[str]) -> str:
    """Reservations as a sentence, if there are any."""
    return f"Kanttekening: {dutch.listed(names)}." if names else ""


def moved(change: SurveyChange) -> list[str]:
    """Reservations that come with a percentage, mark or index."""
    return [one.label for one in change.breaks] + provisional(change.series, change.first, change.last)


def provisional(series: Series, *years: int) -> list[str]:
    """The reservation that the publisher may still change a figure, if so."""
    early = [str(year) for year in series.provisional(years)]
    return [f"voorlopig cijfer over {dutch.listed(early)}"] if early else []


def figure(value: float, unit: str) -> str:
    """A measure with its unit: marks and indices get one decimal, percents only where they have one."""
    told = dutch.number(value, 0 if unit == "percent" and float(value).is_integer() else 1)
    return f"{told}{dutch.NBSP}%" if unit == "percent" else told


def sentence_case(label: str) -> str:
    """With a capital at the start; capitals elsewhere stay."""
    return label[:1].upper() + label[1:]


@told.register
def _(found: Moved) -> str:
    one, unit = found.change, found.change.series.indicator.unit
    label, place = one.series.indicator.label, one.series.region_name
    after, before = figure(one.after, unit), figure(one.before, unit)
    base = f"{sentence_case(label)} in {place}: {before} in {one.first} en {after} in {one.last}"
    if one.lower is None or one.upper is None:
        return f"{base}. De uitgever geeft geen marge. Daarom is niet te zeggen of dit meer is dan toeval."
    margin = f"het verschil ligt tussen {dutch.number(one.lower, 1)} en {dutch.number(one.upper, 1)}"
    chance = by_chance(one.lower, one.upper, 0)
    end = {Verdict.CHANCE: f" {chance}", Verdict.CONTRADICTED: " Dat is de andere kant op dan het document zegt."}
    told = f"{base} ({margin}).{end.get(found.verdict, '')}"
    return f"{told} {noted(moved(one))}" if found.verdict is Verdict.CONFIRMED_WITH_CAVEAT else told


@told.register
def _(found: Peaks) -> str:
    months = [Period(month, "M").label for month in found.chart.signals]
    among = f"Van de {len(found.chart.months)} maanden"
    about = f"({found.chart.series.indicator.label} in {found.chart.series.region_name})"
    if not months:
        none = f"{among} was er geen enkele ver boven wat gewoon is {about}."
        return f"{none} Een golf is zo niet aangetoond. Uitgesloten is hij ook niet: een kleine golf valt niet op."
    verb = "was" if len(months) == 1 else "waren"
    return f"{among} {verb} er {len(months)} ver boven wat gewoon is {about}: {dutch.listed(months)}."
