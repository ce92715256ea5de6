"""Findings in words: one sentence or more for each kind of finding in `policy`.

`finding_text` has a version for each kind of finding; `outcome_text` and `judged_text` word what is made from them. The
other functions word what several kinds share.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from math import inf

from ..definitions import catalogue, regions
from ..definitions.catalogue import Indicator
from ..definitions.periods import Period
from ..policy.change_tests import SHOWN_BY, Changed, EveryStep, MeasureChanged, Peaks
from ..policy.comparison_tests import Beside, BesideMeasure, Developed, InLine, Proportion
from ..policy.document_tests import Added, Counted, Known, ListCompared
from ..policy.findings import Finding
from ..policy.judging import Judged, TestOutcome
from ..policy.level_tests import Extreme, GoalFigure, GoalMeasure, GoalState, Level, Measured, Rate
from ..policy.plan import State
from ..policy.rank_tests import Ranked, RankPlace, Voted
from ..statistics.change import Change
from ..statistics.comparison import Comparison
from ..statistics.control_chart import ControlChart
from ..statistics.ordinary import Grade
from ..statistics.rates import RateRatio
from ..statistics.verdicts import Verdict
from ..store.results import Missing, note_text
from ..store.usage import Dispatched
from . import dutch
from .reservations import reservations_sentence
from .sentences import registered, registers, still_text

_DIRECTIONS = {"up": "stijging", "down": "daling"}
_MOVED = {"up": "gestegen", "down": "gedaald", "equal": "gelijk gebleven"}
CHANCE = "Dat verschil kan toeval zijn."
_HALF = 10  # of twenty: a chance of about a half
_MANY = 4  # counts in a row that are told by the first and the last
_OTHERWISE = "Dat is anders dan het stuk zegt."
_WORDS = {"<": "minder dan", "<=": "hoogstens", "=": "precies", ">=": "minstens", ">": "meer dan"}
_COLUMNS = {
    "costs": "de kosten van de maatregelen",
    "budget": "de regels van de begroting",
    "regular": "de uren voor gewoon werk",
    "priority": "de extra uren voor prioriteiten",
    "external": "de externe ondersteuning",
    "capacity": "alle uren",
}
_RELATIONS = {"<": "minder dan", "<=": "niet meer dan", "=": "gelijk aan", ">=": "niet minder dan", ">": "meer dan"}
_RELATIVE = {"<": "minder dan", "<=": "hoogstens", ">=": "minstens", ">": "meer dan"}
_ABOUT = {
    "villages": "de stembriefjes",
    "themes": "de stemkaart",
    "max_choices": "de stemkaart",
    "chosen": "de gekozen prioriteiten",
    "possible": "de mogelijke prioriteiten",
}


@Dispatched
def finding_text(finding: Finding) -> str:
    """Return a finding as Dutch text.

    Parameters
    ----------
    finding : Finding
        The result of one test.

    Returns
    -------
    str
        One or more sentences.
    """
    raise NotImplementedError(f"no words for {type(finding).__name__}")


def outcome_text(outcome: TestOutcome) -> str:
    """Return the finding of a test, or the reason why there is none.

    Parameters
    ----------
    outcome : TestOutcome

    Returns
    -------
    str
        One or more sentences.
    """
    return outcome.finding.reason if isinstance(outcome.finding, Missing) else finding_text(outcome.finding)


def judged_text(judged: Judged) -> str:
    """Return all findings and reasons of a statement, each once; of a measure, the state that was filled in.

    Parameters
    ----------
    judged : Judged

    Returns
    -------
    str
        Sentences.
    """
    if judged.statement.role == "measure":
        return _measures_text(judged)
    return " ".join(dict.fromkeys(outcome_text(outcome) for outcome in judged.outcomes))


def divided_text(judged: Judged) -> str:
    """Say what each part gave, when the parts of a statement gave different things.

    Parameters
    ----------
    judged : Judged

    Returns
    -------
    str
        Sentences; empty when all parts gave the same, and for a goal or a measure, whose parts say so themselves.
    """
    if judged.statement.role not in ("claim", "organisation", "expectation"):
        return ""
    parts = Counter(str(judged.judgement_of(outcome)) for outcome in judged.outcomes)
    if len(parts) <= 1:
        return ""
    counts = dutch.listed([f"{number} keer {standing}" for standing, number in parts.items()])
    return f"Van de {len(judged.outcomes)} delen: {counts}. Elk deel moet kloppen."


def _measures_text(judged: Judged) -> str:
    """Return the state of each measure with its deadline, and what would show whether that state is right."""
    states = [_measure_state(state) for state in judged.measures]
    filled = any(state.status is not None for state in judged.measures)
    own = ["Zo vulde de gemeente het zelf in; wij gingen het niet na."] if filled else []
    return " ".join([*states, *own] or ["Van deze maatregel is geen stand ingevuld."])


def _measure_state(state: State) -> str:
    """Return how far a measure is, with the day of its own row and its deadline."""
    measure, status = state.measure, state.status
    deadline = f"termijn: {measure.deadline or 'niet bekend'}"
    if status is None:
        return f"{measure.action}: {state.state} ({deadline})."
    how_far = state.state if state.done_late else f"{'te laat, ' * state.overdue}{status.state}"
    return f"{measure.action}: {how_far} (stand van {dutch.day(status.on)}; {deadline})."


@note_text.register
def _(judged: Judged) -> str:
    return judged_text(judged)


@finding_text.register
def _(finding: Changed) -> str:
    sentences = [f"{_counts_text(finding.change)}.", *_percentage(finding), *_ordinary(finding), *_outcome(finding)]
    return " ".join(filter(None, sentences))


def _counts_text(change: Change) -> str:
    """Return both counts, with the change in percent where the counts allow one without its range."""
    sentence = (
        f"In {change.series.region_name} {_registrations(change.before, change.series.indicator)} in {change.first} en "
        f"{dutch.number(change.after)} in {change.last}"
    )
    return f"{sentence} ({dutch.more_or_less(change.percentage or 0)})" if change.small == "full" else sentence


def _percentage(finding: Changed) -> list[str]:
    """Say whether the percentage in the document is right, and which counts would make it so."""
    if finding.percent is None or finding.rounded is None:
        return []
    claimed, fits = dutch.percent(abs(finding.percent)), [dutch.number(count) for count in finding.fitting]
    counts = " of ".join(fits) if len(fits) < _MANY else f"{fits[0]} tot en met {fits[-1]}"
    needed = f"alleen bij {counts} in {finding.change.first}" if fits else "nooit"
    after = f"{claimed} past {needed}."
    if finding.percent_fits:
        return [f"Afgerond is dat {claimed}, zoals in het stuk staat. {after}"]
    return [f"Afgerond is dat {dutch.percent(abs(finding.rounded))} en niet {claimed}. {after}"]


def _ordinary(finding: Changed) -> list[str]:
    """Say what would have been ordinary, where that decides, and what the count is beside it."""
    change, counted = finding.change, finding.verdict in (Verdict.CONTRADICTED, Verdict.NOT_TESTABLE)
    if counted or change.ordinary is None:
        return []
    ordinary = _between_counts(change.ordinary)
    if _at_the_edge(change):
        usual = f", meestal {_between_counts(change.usual)}" if change.usual else ""
        return [f"Dat ligt aan de rand van wat gewoon is ({ordinary}{usual})."]
    if finding.verdict is Verdict.CHANCE and not still_text(change):
        return [f"Dat past bij een gewone schommeling (gewoon is {ordinary})."]
    return [f"Gewoon is {ordinary}."]


def _between_counts(limits: tuple[float, float]) -> str:
    return " tot ".join(dutch.number(limit) for limit in limits)


def _at_the_edge(change: Change) -> bool:
    """Whether a count is a hint within what is ordinary: at its edge."""
    if change.grade is not Grade.HINT or change.ordinary is None:
        return False
    low, high = change.ordinary
    return low <= change.after <= high


def _outcome(finding: Changed) -> list[str]:
    """Explain the verdict where the counts do not."""
    verdict, change = finding.verdict, finding.change
    if verdict is Verdict.NOT_TESTABLE and change.judgement is None:
        return ["Er zijn te weinig eerdere cijfers om te weten wat gewoon is."]
    if verdict is Verdict.NOT_TESTABLE:
        return ["Dat zijn er te weinig om een verschil te zien. Over meer jaren samen kan dat misschien wel."]
    if verdict is Verdict.CHANCE:
        return [*filter(None, [still_text(change)]), *_unproven(finding)]
    if verdict is Verdict.CONTRADICTED and finding.percent_fits:
        claimed, direction = _DIRECTIONS[SHOWN_BY[finding.claimed]], _DIRECTIONS.get(change.direction)
        return [f"Dat is {f'een {direction}' if direction else 'gelijk gebleven'} en geen {claimed}."]
    if verdict is not Verdict.CONFIRMED_WITH_CAVEAT:
        return []
    said = _at_the_edge(change)  # that a count lies at the edge says already that it is a hint
    return [reservations_sentence([item for item in change.reservations if not (said and item.kind == "hint")])]


def _unproven(finding: Changed) -> list[str]:
    claims = {"not_up": "niet toenam", "not_down": "niet afnam"}
    return [f"Dat het aantal {claims[finding.claimed]}, is daarmee niet bewezen."] if finding.claimed in claims else []


@finding_text.register
def _(finding: MeasureChanged) -> str:
    change, unit = finding.change, finding.change.series.indicator.unit
    label, region = change.series.indicator.label, change.series.region_name
    after, before = _measure_text(change.after, unit), _measure_text(change.before, unit)
    base = f"{dutch.capitalised(label)} in {region} ging van {before} in {change.first} naar {after} in {change.last}"
    if not finding.percent_fits and finding.percent is not None:
        relative = "" if finding.relative is None else f", dat is {dutch.percent(abs(finding.relative))}"
        points = f"een verschil van {dutch.number(abs(change.difference), 1)} punten{relative}"
        return f"{base}: {points}. In het stuk staat {dutch.percent(abs(finding.percent))}."
    if change.lower is None or change.upper is None:
        return f"{base}. De uitgever geeft geen marge. Of dit toeval is, is dus niet te zeggen."
    margin = f"verschil tussen {dutch.number(change.lower, 1)} en {dutch.number(change.upper, 1)}"
    end = {Verdict.CHANCE: f" {CHANCE}", Verdict.CONTRADICTED: " Dat is de andere kant op dan het stuk zegt."}
    sentence = f"{base} ({margin}).{end.get(finding.verdict, '')}"
    return (
        f"{sentence} {reservations_sentence(change.reservations)}"
        if finding.verdict is Verdict.CONFIRMED_WITH_CAVEAT
        else sentence
    )


@finding_text.register
def _(finding: EveryStep) -> str:
    unit = finding.series.indicator.unit
    steps = [
        f"van {step.change.first} naar {step.change.last} ({_step_text(step, unit)})"
        for step in finding.wrong or finding.steps
    ]
    if finding.wrong:
        return f"De uitspraak gaat over elk jaar. Niet zo was het {dutch.listed(steps)}."
    sure = finding.verdict is not Verdict.CHANCE
    return f"Van jaar op jaar: {dutch.listed(steps)}. {'Dat klopt elk jaar.' if sure else CHANCE}"


def _step_text(step: Changed | MeasureChanged, unit: str) -> str:
    if isinstance(step, Changed):
        return f"{dutch.number(step.change.before)} en {dutch.number(step.change.after)}"
    return f"{_measure_text(step.change.before, unit)} en {_measure_text(step.change.after, unit)}"


@finding_text.register
def _(finding: Peaks) -> str:
    months = [Period(month, "M").label for month in finding.chart.signals]
    among = f"Van de {finding.chart.judged} maanden"
    about = f"({finding.chart.series.indicator.label} in {finding.chart.series.region_name})"
    if not months:
        none = f"{among} was er geen enkele ver boven wat gewoon is {about}."
        return f"{none} Een golf is niet aangetoond en niet uitgesloten: {_unseen(finding.chart)}"
    verb = "was" if len(months) == 1 else "waren"
    seen = f"{among} {verb} er {len(months)} ver boven wat gewoon is {about}: {dutch.listed(months)}."
    expected = dutch.number(finding.by_chance, 1)
    chance = f"Door toeval alleen zie je in zoveel maanden ongeveer {expected} golven."
    return f"{seen} {chance}"


def _unseen(chart: ControlChart) -> str:
    """Say from which count a wave would have been seen."""
    if chart.visible is None:
        return "een kleine golf valt niet op."
    month, together = dutch.number(chart.visible.month), dutch.number(chart.visible.together)
    last = Period(chart.span[1], "M").label
    return f"in {last} viel pas een aantal vanaf {month} op, of {together} in drie maanden samen."


@finding_text.register
def _(finding: Level) -> str:
    label, region = registered(finding.series.indicator), finding.series.region_name
    claimed = _claimed(finding.compare, dutch.number(finding.claimed), same=_between(finding))
    base = (
        f"In {region} {registers(finding.series.indicator)} {_between(finding)} {label} in {finding.year}, {claimed}."
    )
    if not finding.bounds.exact:
        unknown_part = "is niet bekend" if finding.bounds.upper is None else "is alleen als geheel bekend"
        return f"{base} Het cijfer van {dutch.listed(finding.bounds.parts)} {unknown_part}."
    if finding.verdict is Verdict.CONFIRMED_WITH_CAVEAT and finding.bounds.lower != finding.claimed:
        return f"{base} Zo'n klein verschil kan komen doordat de uitgever cijfers bijwerkt of afrondt."
    return f"{base} {reservations_sentence(finding.reservations)}".rstrip()


def _claimed(compare: str, claimed: str, same: str) -> str:
    """Say what the document has, in as few words as can be where that is the figure itself."""
    if compare == "=" and claimed == same:
        return "zoals in het stuk staat"
    relation = "" if compare == "=" else f"{_WORDS[compare]} "
    return f"in het stuk staat {relation}{claimed}"


def _between(finding: Level) -> str:
    lower, upper = dutch.number(finding.bounds.lower), finding.bounds.upper
    if finding.bounds.exact:
        return lower
    return f"minstens {lower}" if upper is None else f"tussen {lower} en {dutch.number(upper)}"


@finding_text.register
def _(finding: Rate) -> str:
    series, upper = finding.series, finding.limits[1]
    decimals = max(1, len(f"{finding.claimed:g}".partition(".")[2]))
    low, high = (dutch.number(rate, decimals) if rate < inf else "" for rate in finding.limits)
    between = low if finding.exact else f"minstens {low}" if upper == inf else f"tussen {low} en {high}"
    claimed = _claimed(finding.compare, dutch.plain(finding.claimed), same=between)
    sentence = (
        f"In {series.region_name} {registers(series.indicator)} {between} {registered(series.indicator)} per 1.000 "
        f"inwoners in {finding.year}, {claimed}."
    )
    if finding.compare == "=" and finding.verdict is Verdict.CONFIRMED_WITH_CAVEAT and not finding.rounds:
        return f"{sentence} Zo'n klein verschil kan komen doordat de uitgever cijfers bijwerkt."
    return f"{sentence} {reservations_sentence(finding.reservations)}".rstrip()


@finding_text.register
def _(finding: Measured) -> str:
    unit = finding.series.indicator.unit
    base = f"{dutch.capitalised(finding.series.indicator.label)} in {finding.series.region_name} in {finding.year}"
    sentence = f"{base}: {_measure_text(finding.value, unit)}, in het stuk staat {_WORDS[finding.compare]} "
    sentence += f"{_measure_text(finding.claimed, unit)}."
    if finding.margin is None:
        return f"{sentence} De uitgever geeft geen marge."
    low, high = (_measure_text(limit, unit) for limit in finding.margin)
    return f"{sentence} Met de marge: {low} tot {high}."


@finding_text.register
def _(finding: GoalFigure) -> str:
    region = finding.series.region_name
    base = f"In {region} {_registrations(finding.count.lower, finding.series.indicator)} in {finding.year}"
    state = f"{'op papier ' * finding.on_paper}{finding.state}"
    goal = f"{base}. Het doel was {_WORDS[finding.compare]} {_goal(finding)}: {state}."
    return " ".join([goal, *_meaning(finding), *_power(finding)])


@finding_text.register
def _(finding: GoalMeasure) -> str:
    unit = finding.series.indicator.unit
    base = f"{dutch.capitalised(finding.series.indicator.label)} in {finding.series.region_name} in {finding.year}"
    value, goal = (_measure_text(number, unit) for number in (finding.value, finding.claimed))
    sentence = f"{base}: {value}. Het doel was {_WORDS[finding.compare]} {goal}"
    if finding.margin is None:
        return f"{sentence}: {finding.state}. De uitgever geeft geen marge, dus zeker is dat niet."
    low, high = (_measure_text(limit, unit) for limit in finding.margin)
    if finding.state is GoalState.NOT_MEASURABLE:
        return f"{sentence}. Dat ligt binnen de marge ({low} tot {high}). Of het is gehaald, is dus niet te meten."
    return f"{sentence}: {finding.state}, ook met de marge ({low} tot {high})."


def _goal(finding: GoalFigure) -> str:
    """Return the number that had to be reached, and where it comes from."""
    lower, upper = finding.goal
    number = dutch.number(lower, 0 if float(lower).is_integer() else 1)
    if lower != upper:
        number = f"{number} (of iets meer: een deel van het gebied van {finding.base} ontbreekt)"
    if finding.base is None:
        return number
    part = "" if finding.factor == 1 else f"{dutch.percent(100 * finding.factor)} van "
    return f"{number} ({part}het aantal van {finding.base})"


def _meaning(finding: GoalFigure) -> list[str]:
    """Say whether the difference with the year the goal starts from is more than an ordinary movement."""
    change = finding.change
    if change is None:
        return []
    if change.grade is Grade.TOO_FEW:
        return [f"Of het verschil met {finding.base} een gewone schommeling is, is niet te zeggen."]
    if change.grade is Grade.ORDINARY:
        return [f"Het verschil met {finding.base} past bij een gewone schommeling."]
    moved, clear = _MOVED[change.direction], change.grade is Grade.CLEAR
    seen = f"Het aantal is duidelijk {moved}." if clear else f"Er is een aanwijzing dat het aantal echt {moved} is."
    return [sentence for sentence in [seen, reservations_sentence(change.reservations)] if sentence]


def _power(finding: GoalFigure) -> list[str]:
    """Say how likely it was that reaching a goal of this size would show in the figures."""
    if finding.power is None:
        return []
    return [f"Ook een gehaald doel hadden wij maar in {_cases(finding.power.chance)} van de gevallen gezien."]


def _cases(chance: float) -> str:
    return "de helft" if round(20 * chance) == _HALF else dutch.percent(100 * chance)


@finding_text.register
def _(finding: Extreme) -> str:
    superlative = "laagste" if finding.extreme == "lowest" else "hoogste"
    count, rival = finding.counts[finding.year].lower, dutch.number(finding.counts[finding.rival].lower)
    ours = _registrations(count, finding.series.indicator)
    base = f"In {finding.series.region_name} {ours} in {finding.year} en {rival} in {finding.rival}"
    span = f"van {len(finding.counts)} jaren"
    if finding.beaten:
        return f"{base}: niet het {superlative} {span}."
    if finding.tied:
        return f"{base}: een gedeelde {superlative} plaats {span}."
    return f"{base}: het {superlative} {span}.{_doubt(finding)}"


def _doubt(finding: Extreme) -> str:
    if finding.change is None or finding.change.verdict is Verdict.CONFIRMED:
        return ""
    names = (
        reservations_sentence(finding.change.reservations)
        if finding.change.verdict is Verdict.CONFIRMED_WITH_CAVEAT
        else ""
    )
    return f" {names}" if names else f" Het verschil met {finding.rival} kan toeval zijn."


@finding_text.register
def _(finding: Voted) -> str:
    voters = f"Dit zijn {dutch.number(finding.ranks.tally.turnout)} stemmers die zelf naar een stand kwamen."
    asked = [] if finding.verdict is Verdict.CONFIRMED else [f"De uitspraak noemt plaats 1 tot en met {finding.limit}."]
    return " ".join([_voted_order(finding), _voted_margins(finding), *asked, *_unsure(finding.verdict), voters])


def _voted_order(finding: Voted) -> str:
    """Name the themes with the share of voters that each got, in their order; places where they are not the first."""
    votes, voters = finding.ranks.table.set_index("theme")["votes"], finding.ranks.tally.turnout
    ordered = sorted(finding.places, key=lambda id: finding.places[id].position)
    named = {id: f"{finding.labels[id].lower()} ({dutch.percent(100 * votes[id] / voters)})" for id in ordered}
    most = "de meeste stemmen" if finding.end == "highest" else "de minste stemmen"
    if [finding.places[id].position for id in ordered] == list(range(1, len(ordered) + 1)):
        first, *others = (named[id] for id in ordered)
        return f"{dutch.capitalised(_kept_together(first, most))}{f', dan {dutch.listed(others)}' if others else ''}."
    from_end = f"van {len(finding.labels)}, geteld vanaf {most}"
    places = [f"{named[id]} op plaats {finding.places[id].position}" for id in ordered]
    verb = "staat" if len(places) == 1 else "staan"
    return f"Op de lijst {from_end}, {verb} {dutch.listed(places)}."


def _kept_together(named: str, most: str) -> str:
    """Return "verkeer kreeg de meeste stemmen (85 %)" of "verkeer (85 %)"."""
    theme, _, share = named.rpartition(" (")
    return f"{theme} kreeg {most} ({share}"


def _voted_margins(finding: Voted) -> str:
    """Say between which places each theme may stand by chance, in the order in which they are named."""
    ranks = sorted(finding.places.values(), key=lambda rank: rank.position)
    return f"Met de marge: plaats {dutch.listed([_between_places(rank) for rank in ranks])}."


def _between_places(rank: RankPlace) -> str:
    return str(rank.best) if rank.best == rank.worst else f"{rank.best} tot {rank.worst}"


@finding_text.register
def _(finding: Ranked) -> str:
    indicator, region = finding.series.indicator, finding.series.region_name
    per_1000 = f"{registers(indicator)} per 1.000 inwoners {dutch.rates([finding.value])[0]} {registered(indicator)}"
    measure = _measure_text(finding.value, indicator.unit)
    measured = f"{dutch.capitalised(indicator.label)} in {region} in {finding.year}: {measure}."
    value = f"In {finding.year} {per_1000} in {region}." if indicator.is_count else measured
    side = "laag naar hoog" if finding.end == "lowest" else "hoog naar laag"
    base = (
        f"{value} Van {side} is dat plaats {_rank(finding.place)} van {finding.number} gemeenten; de uitspraak noemt "
        f"plaats 1 tot en met {finding.limit}."
    )
    if finding.margin is None:
        return f"{base} De uitgever geeft geen marge: de plaats is onzeker."
    return " ".join([base, *_unsure(finding.verdict)])


def _rank(rank: RankPlace) -> str:
    if rank.best == rank.worst:
        return str(rank.position)
    return f"{rank.position} (met marge {rank.best} tot {rank.worst})"


def _unsure(verdict: Verdict) -> list[str]:
    """Say that the margin crosses the last rank that the statement allows."""
    words = {
        Verdict.CONFIRMED_WITH_CAVEAT: "De marge loopt over die grens heen.",
        Verdict.CHANCE: "De marge loopt over die grens heen: de volgorde kan toeval zijn.",
    }
    return [words[verdict]] if verdict in words else []


@finding_text.register
def _(finding: Beside) -> str:
    rates, indicator = finding.rates, finding.rates.series.indicator
    low, high = (100 * (limit - 1) for limit in (rates.lower, rates.upper))
    ours, theirs = dutch.rates([rates.here, rates.elsewhere])
    base = (
        f"In {rates.year} {registers(indicator)} per 1.000 inwoners {ours} {registered(indicator)} in "
        f"{rates.series.region_name} en {theirs} in {_elsewhere(rates.other.region)}: "
        f"{dutch.more_or_less(100 * (rates.ratio - 1))} ({dutch.between(low, high)})."
    )
    end = {Verdict.CHANCE: CHANCE, Verdict.CONTRADICTED: _OTHERWISE}
    return f"{base} {end.get(finding.verdict) or reservations_sentence(finding.reservations)}".rstrip()


def _elsewhere(region: str) -> str:
    """Name the region compared with; a region that contains the municipality is compared without it."""
    name = regions.name(region)
    return name if regions.is_municipality(region) else f"de rest van {name}"


@finding_text.register
def _(finding: BesideMeasure) -> str:
    unit = finding.series.indicator.unit
    label = dutch.capitalised(finding.series.indicator.label)
    base = (
        f"{label} in {finding.year}: {_measure_text(finding.here, unit)} in {finding.series.region_name} en "
        f"{_measure_text(finding.elsewhere, unit)} in {finding.other.region_name}."
    )
    low, high = finding.difference.lower, finding.difference.upper
    if low is None or high is None:
        return f"{base} De uitgever geeft geen marge: dit kan toeval zijn."
    between = f"Het verschil is {dutch.number(low, 1)} tot {dutch.number(high, 1)}."
    end = {Verdict.CHANCE: CHANCE, Verdict.CONTRADICTED: _OTHERWISE}
    return " ".join(filter(None, [base, between, end.get(finding.verdict)]))


@finding_text.register
def _(finding: Proportion) -> str:
    ratio, claimed = (_times(number) for number in (finding.ratio, finding.claimed))
    relation = "ongeveer " if finding.compare == "=" else f"{_RELATIVE[finding.compare]} "
    base = f"{_two_figures(finding)} Dat is {ratio}; in het stuk staat {relation}{claimed}."
    if finding.verdict is Verdict.CONTRADICTED:
        return f"{base} {_OTHERWISE}"
    if finding.verdict is Verdict.NOT_TESTABLE:
        return f"{base} Er zijn te weinig registraties om te weten of dat toeval is."
    ends = {Verdict.CHANCE: CHANCE}
    return f"{base} {ends.get(finding.verdict) or reservations_sentence(finding.reservations)}".rstrip()


def _two_figures(finding: Proportion) -> str:
    """Name both counts or rates, each with what it is about where that differs."""
    ours, other, difference = finding.series, finding.other, finding.difference
    if isinstance(difference, RateRatio):
        here, elsewhere = dutch.rates([difference.here, difference.elsewhere])
        return (
            f"In {finding.year} {registers(ours.indicator)} per 1.000 inwoners {here} {registered(ours.indicator)} in "
            f"{ours.region_name} en {elsewhere} in {_elsewhere(other.region)}."
        )
    counts = ours.count(finding.year) or 0, other.count(finding.other_year) or 0
    first = f"In {ours.region_name} {_registrations(counts[0], ours.indicator)} in {finding.year}"
    about = f" {registered(other.indicator, counts[1])}" if other.indicator != ours.indicator else ""
    where = f" in {other.region_name}" if other.region != ours.region else ""
    when = f" in {finding.other_year}" if finding.other_year != finding.year else ""
    return f"{first} en {dutch.number(counts[1])}{about}{where}{when}."


def _times(ratio: float) -> str:
    """Return a ratio in words: half, twice as many, or a percentage of the other."""
    words = {0.5: "de helft", 1.0: "evenveel", 2.0: "twee keer zo veel"}
    if ratio in words:
        return words[ratio]
    return f"{dutch.percent(100 * ratio)} daarvan" if ratio < 1 else f"{dutch.number(ratio, 1)} keer zo veel"


@finding_text.register
def _(finding: InLine) -> str:
    base = _both_changes(finding)
    if finding.verdict is Verdict.NOT_TESTABLE:
        return f"{base} Er zijn te weinig cijfers om dat te vergelijken."
    same = "Beide gaan dezelfde kant op" if finding.same_way else "Dat is niet dezelfde kant op"
    if finding.verdict is Verdict.CONTRADICTED:
        return f"{base} {same}, en het verschil is duidelijk."
    if finding.verdict is Verdict.CHANCE:
        why = "hier is dat een gewone schommeling" if finding.same_way else "het verschil kan toeval zijn"
        return f"{base} {same}, maar {why}."
    ours, theirs = (abs(step) for step in finding.steps)
    apart = f"maar hier duidelijk {'sterker' if ours > theirs else 'minder sterk'}"
    ending = apart if finding.apart else "zonder duidelijk verschil"
    return f"{base} {same}, {ending}. {reservations_sentence(finding.reservations)}".rstrip()


@finding_text.register
def _(finding: Developed) -> str:
    comparison, base = finding.comparison, _both_changes(finding)
    if finding.verdict is Verdict.NOT_TESTABLE and isinstance(comparison, Comparison):
        return f"{base} Er zijn te weinig registraties om dat te vergelijken."
    if comparison.lower is None:
        return f"{base} De uitgever geeft geen marge. Of dit toeval is, is dus niet te zeggen."
    end = {
        Verdict.CHANCE: CHANCE,
        Verdict.CONTRADICTED: _OTHERWISE,
        Verdict.CONFIRMED_WITH_CAVEAT: reservations_sentence(comparison.reservations),
    }
    return f"{base} {end[finding.verdict]}" if finding.verdict in end else base


def _both_changes(finding: Developed | InLine) -> str:
    """Return the change in the municipality and that elsewhere."""
    comparison, (ours, theirs) = finding.comparison, finding.series
    if isinstance(comparison, Comparison):
        ratios = comparison.local_ratio, comparison.national_ratio
        our_change, their_change = (dutch.more_or_less(100 * (ratio - 1)) for ratio in ratios)
        before, after = (ours.count(year) or 0 for year in (comparison.first, comparison.last))
        if min(before, after) < catalogue.thresholds().small_counts.interval_from:
            our_change = f"van {before} naar {after}"
        first, last, region = comparison.first, comparison.last, _elsewhere(theirs.region)
    else:
        changes = comparison.here, comparison.elsewhere
        our_change, their_change = (f"{_signed(change.difference)} punten" for change in changes)
        first, last, region = comparison.here.first, comparison.here.last, theirs.region_name
    return (
        f"{dutch.capitalised(ours.indicator.label)} van {first} naar {last}: {our_change} in {ours.region_name} en "
        f"{their_change} in {region}."
    )


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{dutch.number(value, 1)}"


@finding_text.register
def _(finding: Added) -> str:
    total, claimed = (_amount(value, finding.of) for value in (finding.total, finding.claimed))
    rows = dutch.counted(len(finding.known), "regel", "regels")
    same = "zoals in het stuk staat" if finding.total == finding.claimed else f"in het stuk staat {claimed}"
    theme = f" bij {finding.label}" if finding.label else ""
    base = f"{dutch.capitalised(_COLUMNS[finding.of])}{theme} ({rows}): samen {total}, {same}."
    unknown = f" Van {dutch.counted(finding.unknown, 'regel', 'regels')} kennen wij het bedrag niet."
    unfilled = f" Bij {dutch.counted(finding.unfilled, 'maatregel', 'maatregelen')} is geen bedrag ingevuld."
    return base + (unknown if finding.unknown else "") + (unfilled if finding.unfilled else "")


def _amount(value: Decimal, column: str) -> str:
    return dutch.euros(float(value)) if column in ("costs", "budget") else dutch.fte(float(value))


@finding_text.register
def _(finding: ListCompared) -> str:
    absent, extra, parts = (dutch.listed(names) for names in (finding.absent, finding.extra, finding.unnamed_parts))
    if len(finding.known.items) == len(finding.claimed) == 1:
        if absent:
            return f"Hier staat '{extra}', op een andere plek '{absent}'. {_source(finding)}"
        return f"Een andere plek zegt hetzelfde: {finding.claimed[0]}. {_source(finding)}"
    differences = [
        f"In het stuk ontbreekt: {absent}." if absent else "",
        f"Alleen in het stuk staat: {extra}." if extra else "",
        f"Ook een deel hoort erbij: {parts}." if parts else "",
    ]
    found = f"Wij vonden {'er' if any(differences) else 'dezelfde'} {len(finding.known.items)}"
    return " ".join(filter(None, [f"{found}: {dutch.listed(finding.known.items)}.", *differences, _source(finding)]))


@finding_text.register
def _(finding: Counted) -> str:
    number, claimed = (_number(value, finding.known) for value in (finding.number, finding.claimed))
    if finding.compare == "=":
        same = "net als in het stuk" if finding.number == finding.claimed else f"in het stuk staat {claimed}"
        return f"Wij vonden {number}, {same}. {_source(finding)}"
    holds = "" if finding.verdict is Verdict.CONFIRMED else "niet "
    return f"Wij vonden {number}. Dat is {holds}{_RELATIONS[finding.compare]} {claimed}. {_source(finding)}"


def _number(value: float, fact: Known) -> str:
    """Return a number with what it counts; a year is written without a dot."""
    if fact.is_year:
        return f"het jaar {value:.0f}"
    return f"{dutch.plain(value)} {fact.unit}".rstrip()


def _source(finding: ListCompared | Counted) -> str:
    return f"Bron: {finding.known.place or _ABOUT.get(finding.known.about, finding.known.about)}."


def _registrations(count: float, indicator: Indicator) -> str:
    """Return "registreerde de politie 242 misdrijven", with the noun in singular or plural."""
    return f"{registers(indicator)} {dutch.number(count)} {registered(indicator, count)}"


def _measure_text(value: float, unit: str) -> str:
    """Return a measure with its unit; marks and indices get one decimal, percentages only where they have one."""
    text = dutch.number(value, 0 if unit == "percent" and float(value).is_integer() else 1)
    return f"{text}{dutch.NBSP}%" if unit == "percent" else text
