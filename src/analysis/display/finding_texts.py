"""What was found about changes and waves, in words."""

from __future__ import annotations

from decimal import Decimal

from ..definitions import regions
from ..definitions.catalogue import Indicator
from ..definitions.periods import Period
from ..policy.change_tests import SHOWN_BY, Changed, MeasureChanged, Peaks
from ..policy.comparison_tests import Beside, BesideMeasure, Developed
from ..policy.document_tests import Added, Counted, Known, ListCompared
from ..policy.findings import finding_text
from ..policy.level_tests import Extreme, GoalFigure, Level, Measured
from ..policy.rank_tests import Ranked, RankPlace, Voted
from ..statistics.change import Change
from ..statistics.comparison import Comparison
from ..statistics.survey import SurveyChange, SurveyComparison
from ..statistics.verdicts import Verdict
from ..store.series import Series
from . import dutch
from .reservations import reasons
from .sentences import registered, registers

_DIRECTIONS = {"up": "stijging", "down": "daling"}
CHANCE = "Dat verschil kan toeval zijn."
ALL_TOGETHER = (
    "Apart getoetst is dat verschil meer dan toeval. Maar wij toetsen veel uitspraken tegelijk; dan kan zo'n verschil "
    "ook toeval zijn."
)


@finding_text.register
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


@finding_text.register
def _(found: MeasureChanged) -> str:
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


@finding_text.register
def _(found: Peaks) -> str:
    months = [Period(month, "M").label for month in found.chart.signals]
    among = f"Van de {len(found.chart.months)} maanden"
    about = f"({found.chart.series.indicator.label} in {found.chart.series.region_name})"
    if not months:
        none = f"{among} was er geen enkele ver boven wat gewoon is {about}."
        return f"{none} Een golf is zo niet aangetoond. Uitgesloten is hij ook niet: een kleine golf valt niet op."
    verb = "was" if len(months) == 1 else "waren"
    return f"{among} {verb} er {len(months)} ver boven wat gewoon is {about}: {dutch.listed(months)}."


_WORDS = {"<": "minder dan", "<=": "hoogstens", "=": "precies", ">=": "minstens", ">": "meer dan"}


@finding_text.register
def _(found: Level) -> str:
    label, place = registered(found.series.indicator), found.series.region_name
    said = "" if found.compare == "=" else f"{_WORDS[found.compare]} "
    claimed = f"in het document staat {said}{dutch.number(found.claimed)}"
    base = f"In {place} {registers(found.series.indicator)} {_between(found)} {label} in {found.year}; {claimed}."
    if not found.bounds.exact:
        known = "is niet bekend" if found.bounds.upper is None else "is alleen als geheel bekend"
        return f"{base} Het cijfer van {dutch.listed(found.bounds.parts)} {known}."
    if found.verdict is Verdict.CONFIRMED_WITH_CAVEAT and found.bounds.lower != found.claimed:
        return f"{base} Zo'n klein verschil kan komen doordat de uitgever cijfers bijwerkt of afrondt."
    early = provisional(found.series, found.year)
    return f"{base} Kanttekening: {early[0]}." if early else base


def _between(found: Level) -> str:
    lower, upper = dutch.number(found.bounds.lower), found.bounds.upper
    if found.bounds.exact:
        return lower
    return f"minstens {lower}" if upper is None else f"tussen {lower} en {dutch.number(upper)}"


@finding_text.register
def _(found: Measured) -> str:
    unit = found.series.indicator.unit
    base = f"{sentence_case(found.series.indicator.label)} in {found.series.region_name} in {found.year}"
    told = f"{base}: {figure(found.value, unit)}; in het document staat {_WORDS[found.compare]} "
    told += f"{figure(found.claimed, unit)}."
    if found.margin is None:
        return f"{told} De uitgever geeft geen marge."
    low, high = (figure(limit, unit) for limit in found.margin)
    return f"{told} Met de marge erbij ligt het tussen {low} en {high}."


@finding_text.register
def _(found: GoalFigure) -> str:
    place = found.series.region_name
    base = f"In {place} {registrations(found.count.lower, found.series.indicator)} in {found.year}"
    met = f"Het doel is {'' if found.met else 'niet '}gehaald."
    goal = f"{base}; het doel was {_WORDS[found.compare]} {_goal(found)}."
    return " ".join([goal, met, *_meaning(found), *_power(found)])


def _goal(found: GoalFigure) -> str:
    """The number that had to be reached, and where it comes from."""
    lower, upper = found.goal
    number = dutch.number(lower, 0 if float(lower).is_integer() else 1)
    if lower != upper:
        number = f"{number} (of iets meer: een deel van het gebied van {found.base} ontbreekt)"
    if found.base is None:
        return number
    part = "" if found.factor == 1 else f"{dutch.percent(100 * found.factor)} van "
    return f"{number} ({part}het aantal van {found.base})"


def _meaning(found: GoalFigure) -> list[str]:
    if found.change is None:
        return []
    if found.by_chance:
        return [f"Het verschil met {found.base} kan toeval zijn."]
    return [one for one in [caveat(found.change)] if one]


def _power(found: GoalFigure) -> list[str]:
    """How likely it was that a goal of this size could have been seen."""
    if found.power is None:
        return []
    return [f"De kans dat het halen van zo'n doel in de cijfers opvalt, is {dutch.percent(100 * found.power.chance)}."]


@finding_text.register
def _(found: Extreme) -> str:
    least = "laagste" if found.extreme == "lowest" else "hoogste"
    count, other = found.counts[found.year].lower, dutch.number(found.counts[found.rival].lower)
    ours = registrations(count, found.series.indicator)
    base = f"In {found.series.region_name} {ours} in {found.year} en {other} in {found.rival}."
    span = f"van de {len(found.counts)} jaren"
    if found.beaten:
        return f"{base} {found.year} was dus niet het {least} {span}."
    if found.tied:
        return f"{base} {found.year} deelt de {least} plaats {span}."
    return f"{base} {found.year} was het {least} {span}.{_doubt(found)}"


def _doubt(found: Extreme) -> str:
    if found.change is None or found.change.verdict is Verdict.CONFIRMED:
        return ""
    names = caveat(found.change) if found.change.verdict is Verdict.CONFIRMED_WITH_CAVEAT else ""
    return f" {names}" if names else f" Het verschil met {found.rival} kan toeval zijn."


@finding_text.register
def _(found: Voted) -> str:
    side = "van boven" if found.end == "highest" else "van onderen"
    each = [f"{found.labels[id].lower()} staat op plaats {_place(place)}" for id, place in found.places.items()]
    themes = dutch.counted(len(found.labels), "thema", "thema's")
    base = f"Op de lijst van {themes}, geteld {side}: {dutch.listed(each)}."
    asked = f"De uitspraak gaat uit van plaats 1 tot en met {found.limit}."
    voters = f"Dit gaat over {dutch.number(found.ranks.tally.turnout)} stemmers die zelf naar een stand kwamen."
    return " ".join([base, asked, *_unsure(found.verdict), voters])


@finding_text.register
def _(found: Ranked) -> str:
    indicator, place = found.series.indicator, found.series.region_name
    per_1000 = f"{registers(indicator)} per 1.000 inwoners {dutch.rates([found.value])[0]} {registered(indicator)}"
    measured = f"{sentence_case(indicator.label)} in {place} in {found.year}: {figure(found.value, indicator.unit)}."
    value = f"In {found.year} {per_1000} in {place}." if indicator.is_count else measured
    side = "laag naar hoog" if found.end == "lowest" else "hoog naar laag"
    base = (
        f"{value} Van {side} is dat plaats {_place(found.place)} van {found.number} gemeenten. De uitspraak gaat uit "
        f"van plaats 1 tot en met {found.limit}."
    )
    if found.margin is None:
        return f"{base} De uitgever geeft geen marge, dus de plaats is onzeker."
    return " ".join([base, *_unsure(found.verdict)])


def _place(place: RankPlace) -> str:
    if place.best == place.worst:
        return str(place.position)
    return f"{place.position} (met marge {place.best} tot {place.worst})"


def _unsure(verdict: Verdict) -> list[str]:
    """That the order cannot be told at the place that matters."""
    words = {
        Verdict.CONFIRMED_WITH_CAVEAT: "De marge loopt over die grens heen.",
        Verdict.CHANCE: "De marge loopt over die grens heen, dus de volgorde kan daar toeval zijn.",
    }
    return [words[verdict]] if verdict in words else []


@finding_text.register
def _(found: Beside) -> str:
    one, indicator = found.rates, found.rates.series.indicator
    low, high = (100 * (limit - 1) for limit in (one.lower, one.upper))
    here, elsewhere = dutch.rates([one.here, one.elsewhere])
    base = (
        f"In {one.year} {registers(indicator)} per 1.000 inwoners {here} {registered(indicator)} in "
        f"{one.series.region_name} en {elsewhere} in {_elsewhere(one.other.region)}: "
        f"{dutch.more_or_less(100 * (one.ratio - 1))} ({dutch.between(low, high)})."
    )
    if found.verdict is Verdict.CHANCE:
        return f"{base} {by_chance(one.lower, one.upper, 1)}"
    return f"{base} {noted(provisional(one.series, one.year))}".rstrip()


def _elsewhere(region: str) -> str:
    """A region that contains the municipality is shown without it."""
    name = regions.name(region)
    return name if regions.is_municipality(region) else f"de rest van {name}"


@finding_text.register
def _(found: BesideMeasure) -> str:
    unit = found.series.indicator.unit
    base = (
        f"{sentence_case(found.series.indicator.label)} in {found.year}: {figure(found.here, unit)} in "
        f"{found.series.region_name} en {figure(found.elsewhere, unit)} in {found.other.region_name}."
    )
    if found.apart is None:
        return f"{base} De uitgever geeft geen marge, dus dit kan toeval zijn."
    return base if found.apart else f"{base} De marges overlappen. {CHANCE}"


@finding_text.register
def _(found: Developed) -> str:
    one, (ours, theirs) = found.comparison, found.series
    if isinstance(one, Comparison):
        here, elsewhere = (dutch.more_or_less(100 * (x - 1)) for x in (one.local_ratio, one.national_ratio))
        first, last, other = one.first, one.last, _elsewhere(theirs.region)
    else:
        here, elsewhere = (f"{_signed(x.difference)} punten" for x in (one.here, one.elsewhere))
        first, last, other = one.here.first, one.here.last, theirs.region_name
    base = (
        f"{sentence_case(ours.indicator.label)}, van {first} naar {last}: {here} in {ours.region_name} en "
        f"{elsewhere} in {other}."
    )
    if one.lower is None:
        return f"{base} De uitgever geeft geen marge. Daarom is niet te zeggen of dit meer is dan toeval."
    same = 1 if isinstance(one, Comparison) else 0
    end = {Verdict.CHANCE: by_chance(one.lower, one.upper, same), Verdict.CONFIRMED_WITH_CAVEAT: _reservation(one)}
    return f"{base} {end[found.verdict]}" if found.verdict in end else base


def _reservation(comparison: Comparison | SurveyComparison) -> str:
    return noted(reasons(comparison) if isinstance(comparison, Comparison) else moved(comparison.here))


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{dutch.number(value, 1)}"


_HOURS, _CENTS = 2, 2
_COLUMNS = {
    "costs": "de kosten van de maatregelen",
    "budget": "de regels van de begroting",
    "regular": "de uren voor gewoon werk",
    "priority": "de extra uren voor prioriteiten",
    "external": "de externe ondersteuning",
    "capacity": "alle uren",
}
_RELATIONS = {"<": "minder dan", "<=": "niet meer dan", "=": "gelijk aan", ">=": "niet minder dan", ">": "meer dan"}


@finding_text.register
def _(found: Added) -> str:
    total, claimed = (_amount(value, found.of) for value in (found.total, found.claimed))
    rows = dutch.counted(len(found.known), "regel", "regels")
    same = "dat staat ook in het document" if found.total == found.claimed else f"in het document staat {claimed}"
    about = f" bij {found.label}" if found.label else ""
    base = f"Wij tellen {_COLUMNS[found.of]}{about} op ({rows}): {total}; {same}."
    unknown = f" Van {dutch.counted(found.unknown, 'regel', 'regels')} kennen wij het bedrag niet."
    return base + (unknown if found.unknown else "")


def _amount(value: Decimal, column: str) -> str:
    if column not in ("costs", "budget"):
        return f"{dutch.number(float(value), _HOURS)}{dutch.NBSP}fte"
    return f"€{dutch.NBSP}{dutch.number(float(value), 0 if value == int(value) else _CENTS)}"


@finding_text.register
def _(found: ListCompared) -> str:
    absent, extra, parts = (dutch.listed(names) for names in (found.absent, found.extra, found.unnamed_parts))
    if len(found.known.items) == len(found.claimed) == 1 and absent:
        return f"In dit document staat '{extra}', op een andere plek '{absent}'. {_source(found)}"
    differences = [
        f"In het document ontbreekt: {absent}." if absent else "",
        f"Alleen in het document staat: {extra}." if extra else "",
        f"Ook een deel hoort erbij: {parts}." if parts else "",
    ]
    same = "" if any(differences) else "Dat is dezelfde lijst als in het document."
    known = f"Wij vonden er {len(found.known.items)}: {dutch.listed(found.known.items)}."
    return " ".join(filter(None, [known, *differences, same, _source(found)]))


@finding_text.register
def _(found: Counted) -> str:
    number, claimed = (_number(value, found.known) for value in (found.number, found.claimed))
    if found.compare == "=":
        same = "net als in het document" if found.number == found.claimed else f"in het document staat {claimed}"
        return f"Wij vonden {number}, {same}. {_source(found)}"
    holds = "" if found.verdict is Verdict.CONFIRMED else "niet "
    return f"Wij vonden {number}. Dat is {holds}{_RELATIONS[found.compare]} {claimed}. {_source(found)}"


def _number(value: float, known: Known) -> str:
    """A number with what it counts; a year is no number of thousands."""
    if known.is_year:
        return f"het jaar {value:.0f}"
    return f"{dutch.plain(value)} {known.unit}".rstrip()


_ABOUT = {
    "villages": "de stembriefjes",
    "themes": "de stemkaart",
    "max_choices": "de stemkaart",
    "chosen": "de gekozen prioriteiten",
    "possible": "de mogelijke prioriteiten",
}


def _source(found: ListCompared | Counted) -> str:
    return f"Bron: {found.known.place or _ABOUT.get(found.known.about, found.known.about)}."
