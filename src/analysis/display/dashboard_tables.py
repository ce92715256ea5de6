"""The dashboard: what stands out, the rule, and tables of half-years, yearly figures and agreements.

Priorities come first, then strategic themes, then the rest.
"""

from __future__ import annotations

from html import escape

from ..definitions import catalogue
from ..documents.council import Dashboard, Item, Standing
from ..policy.dashboard import STANDS_OUT, DashboardResult, DashboardRow, Revision, SignalCharts, SoFar, Years
from ..statistics.half_years import HalfYear, Rolling, Signal
from ..store.results import Missing, html
from ..store.series import Series
from . import dutch, provenance, reservations
from .sentences import ARROWS, answer, src
from .sparklines import sparkline
from .tables import DataTable, details, kinds_within, signs

_SETS = {"bbv": "verplicht in de begroting (BBV)", "nvi": "veiligheidsindex", "eigen": "eigen lijst"}
WORDS = {"up": "hoger dan gewoon", "down": "lager dan gewoon", "equal": "gewoon"}
_OPEN = "nog niet afgesproken"
_HALVES = {1: "eerste halfjaar", 2: "tweede halfjaar"}
_GROUPS: dict[Standing, str] = {
    "chosen": "Prioriteiten",
    "strategic": "Strategische thema's",
    "other": "Overige indicatoren",
}
_NUMBERS = ["één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf"]
_EITHER = '<span aria-hidden="true">▲ of ▼</span>'


@html.register
def _(dashboard: DashboardResult) -> str:
    groups = [_group(dashboard, standing, title) for standing, title in _GROUPS.items()]
    return _summary(dashboard) + _legend() + "".join(groups)


def _summary(dashboard: DashboardResult) -> str:
    """Name what stands out, and count the indicators that cannot be judged."""
    judged = dashboard.judged
    document = dashboard.document
    notes = [
        f"Het gaat om het {_half_in_words(document)} in {dashboard.region_name}.",
        f"De lijst is afgesproken in {document.agreed}." if document.agreed else "De lijst is een voorstel.",
    ]
    if mandatory := len(dashboard.mandatory):
        are = "is er 1" if mandatory == 1 else f"zijn er {mandatory}"
        notes.append(
            f"Van de {len(dashboard.rows)} indicatoren {are} verplicht in elke begroting; daar staat (BBV) bij."
        )
    if judged:
        chance = dutch.number(dashboard.by_chance, 1)
        notes.insert(1, f"Ook als er niets verandert, vallen er door toeval gemiddeld ongeveer {chance} op.")
    if rest := len(dashboard.rows) - len(judged):
        unjudged = f"{rest} van de {len(dashboard.rows)} indicatoren" if judged else "geen enkele indicator"
        notes.append(f"Over {unjudged} zegt de regel {'niets' if judged else 'iets'}.")
    selection = "alle indicatoren uit dit bestand; de bestanden met cijfers staan hieronder, bij elke groep"
    provenance_html = provenance.provenance_block(
        [dashboard.source], "het dashboard", selection, "signalen geteld volgens de regel hieronder"
    )
    return answer(escape(_what_stands_out(dashboard))) + src(" ".join(notes)) + provenance_html


def _what_stands_out(dashboard: DashboardResult) -> str:
    """Say which indicators stand out, each with its count and what is ordinary."""
    judged, standing_out = len(dashboard.judged), dashboard.with_signal(*STANDS_OUT)
    if not judged:
        return f"Of er in {dashboard.region_name} iets opviel, is niet te zeggen."
    of_all = f"van de {_number_word(judged)} indicatoren" if judged > 1 else "indicator die te beoordelen is,"
    if not standing_out:
        return f"Geen {of_all} viel op." if judged > 1 else f"De enige {of_all} viel niet op."
    named = [f"{half.series.indicator.topic} ({_beside_ordinary(half)})" for half in standing_out]
    verb = "vielen" if len(standing_out) > 1 else "viel"
    number = _number_word(len(standing_out)).capitalize().replace("Één", "Eén") if judged > 1 else "De enige"
    return f"{number} {of_all} {verb} op: {dutch.listed(named)}."


def _beside_ordinary(half: HalfYear) -> str:
    low, high = half.notice or (0.0, 0.0)
    return f"{dutch.number(half.count)}; gewoon is {dutch.number(low)} tot {dutch.number(high)}"


def _number_word(number: int) -> str:
    """Write a number in a sentence: in letters up to twelve."""
    return _NUMBERS[number - 1] if number <= len(_NUMBERS) else dutch.number(number)


def _legend() -> str:
    """Return the rule, as it was fixed beforehand."""
    signals = catalogue.thresholds().signals
    notice, signal = dutch.percent(100 * signals.notice), dutch.percent(100 * signals.signal, 1)
    false_notice, false_signal = (dutch.plain(100 * share) for share in (signals.false_notice, signals.false_signal))
    rule = (
        "Een halfjaar staat naast dezelfde helft van eerdere jaren, nooit naast de andere helft. De gewone band komt "
        f"uit hoogstens {signals.most} eerdere halfjaren, waarvan de laatste het zwaarst tellen. De banden zijn ruim, "
        "omdat het weinig halfjaren zijn. In een proef met toeval waarin niets verandert, valt ongeveer "
        f"{false_notice}{dutch.NBSP}% van de halfjaren buiten de gewone band, en {false_signal}{dutch.NBSP}% buiten de "
        "brede. Jaren met coronamaatregelen of met een andere registratie tellen voor de band niet mee, waar die het "
        "cijfer raken. Uit welke jaren een band komt, staat in de tabel."
    )
    words = (
        f"<li>{signs('●')} geen signaal: binnen de gewone band ({notice}). Het verschil kan toeval zijn.</li>"
        f"<li>{_EITHER} let op: boven of onder de gewone band.</li>"
        f"<li>{_EITHER} signaal: boven of onder de brede band ({signal}).</li>"
        f"<li>geen oordeel: er zijn minder dan {signals.least} halfjaren om mee te vergelijken, of in die halfjaren "
        f"waren er gewoonlijk minder dan {dutch.number(signals.expected_from)} registraties.</li>"
    )
    drawn = (
        "Het lijntje bij een indicator toont hetzelfde halfjaar van de laatste jaren. De stip aan het eind is dit "
        "halfjaar, en het vlak erachter de gewone band. Een open stip ligt buiten de band."
    )
    explained = f"<p>{drawn}</p><p>{rule}</p><ul>{words}</ul>"
    return f'<div class="note" role="note"><h3>Zo leest u het dashboard</h3>{explained}</div>'


def _group(dashboard: DashboardResult, standing: Standing, title: str) -> str:
    """Return the indicators of the priorities, of the strategic themes, or of the rest; empty when there are none."""
    rows = dashboard.of(standing)
    if not rows:
        return ""
    id = f"dashboard-{standing}"
    parts = [
        _without_indicator(dashboard, standing),
        _halves_table(dashboard, f"{id}-halfjaar", title, [row for row in rows if isinstance(row.half, HalfYear)]),
        _yearly_table(dashboard, f"{id}-jaar", title, [row for row in rows if row.years is not None]),
        *(html(row.half) for row in rows if isinstance(row.half, Missing) and row.years is None),
        _earlier(dashboard, f"{id}-eerder", title, rows),
        details(f"Twaalf maanden en afspraken: {title}", html(_agreements_table(f"{id}-afspraken", title, rows))),
    ]
    return f"<h3>{escape(title)}</h3>{''.join(parts)}{_group_provenance(dashboard, rows, title)}"


def _without_indicator(dashboard: DashboardResult, standing: Standing) -> str:
    """Name the priorities or strategic themes that nothing is measured of."""
    names = [theme.label.lower() for theme in dashboard.without_indicator(standing)]
    return src(f"Zonder indicator: {'; '.join(names)}.") if names and standing != "other" else ""


def _theme(dashboard: DashboardResult, row: DashboardRow) -> str:
    theme = dashboard.theme(row)
    return theme.label if theme else "geen thema"


def _group_provenance(dashboard: DashboardResult, rows: list[DashboardRow], title: str) -> str:
    """Return the provenance of a group: the agreed list, and the files of all figures and earlier exports."""
    half = [row.half.series for row in rows if isinstance(row.half, HalfYear)]
    rolling = [row.rolling.series for row in rows if isinstance(row.rolling, Rolling)]
    yearly = [row.years.series for row in rows if row.years is not None]
    sources = [source for series in [*half, *yearly] for source in series.sources]
    people = [source for series in rolling for source in series.population_sources]
    earlier = [row.revision.source for row in rows if row.revision]
    method = (
        "som van zes maanden; de banden komen uit de laatste vergelijkbare halfjaren, waarvan de laatste het zwaarst "
        "tellen, en uit hoe ver zulke aantallen meestal van het niveau ervoor af liggen (negatief-binomiale "
        "verdeling); de regel staat vooraf vast in thresholds.yml"
    )
    names = dutch.listed([row.indicator.label for row in rows])
    about = f"{names}; {_half_in_words(dashboard.document)} en de jaren ervoor"
    files = [dashboard.source, *sources, *people, *earlier]
    source_line = src(provenance.source_line(sources)) if sources else ""
    return source_line + provenance.provenance_block(files, title, about, method)


def _half_in_words(document: Dashboard) -> str:
    """Return the half-year of an edition: "tweede halfjaar van 2023"."""
    return f"{_HALVES[document.half]} van {document.year}"


def _halves_table(dashboard: DashboardResult, id: str, title: str, rows: list[DashboardRow]) -> str:
    """Return half-years beside the same half of earlier years, with band, outcome and the last twelve months."""
    document = dashboard.document
    columns = (
        "Wat",
        "Thema",
        "Signaal",
        str(document.year - 1),
        f"{document.year} (nu)",
        "Gewone band",
        "Uit de jaren",
        "12 maanden per 1.000 inwoners",
    )
    halves = [(row, row.half) for row in rows if isinstance(row.half, HalfYear)]
    cells = tuple((*_belongs(dashboard, row), *_half_cells(row, half)) for row, half in halves)
    made_up = tuple(half.series.synthetic for _, half in halves)
    caption = f"{title}: aantal registraties in het {_HALVES[document.half]}"
    text, pictures = ("Thema", "Uit de jaren", "Signaal"), tuple(_spark(half) for _, half in halves)
    return html(DataTable(id, caption, columns, cells, text, made_up, pictures)) if rows else ""


def _drawn(half: HalfYear) -> list[int]:
    """Return the years of a sparkline: the last ones with the same half, this one included."""
    most = catalogue.thresholds().monitoring.shown_years
    first = min((year for year in half.earlier if year > half.year - most), default=half.year)
    return list(range(first, half.year + 1))


def _spark(half: HalfYear) -> str:
    """Draw the same half of the last years, with the band that this one was judged by."""
    counts = half.earlier | {half.year: half.count}
    years = _drawn(half)
    return sparkline(
        [counts.get(year) for year in years], [half.notice if year == half.year else None for year in years]
    )


def _earlier(dashboard: DashboardResult, id: str, title: str, rows: list[DashboardRow]) -> str:
    """Return the numbers behind the sparklines, for a reader who does not see them."""
    if not any(isinstance(row.half, HalfYear) for row in rows):
        return ""
    table = _earlier_table(id, title, rows, dashboard.document)
    return details(f"Eerdere halfjaren: {title}", html(table))


def _earlier_table(id: str, title: str, rows: list[DashboardRow], document: Dashboard) -> DataTable:
    """Return the numbers behind the sparklines."""
    halves = [row.half for row in rows if isinstance(row.half, HalfYear)]
    years = sorted({year for half in halves for year in _drawn(half)})
    cells = tuple(
        (
            half.series.indicator.title,
            *(dutch.number(half.earlier[year]) if year in half.earlier else None for year in years[:-1]),
            dutch.number(half.count),
        )
        for half in halves
    )
    made_up = tuple(half.series.synthetic for half in halves)
    caption = f"{title}: het {_HALVES[document.half]} van elk jaar"
    return DataTable(id, caption, ("Wat", *map(str, years)), cells, made_up=made_up)


def _belongs(dashboard: DashboardResult, row: DashboardRow) -> tuple[str, str]:
    """Return the first cells of a row: the indicator, marked when it is mandatory, and its theme."""
    mark = " (BBV)" if row.item.set == "bbv" else ""
    name = row.indicator.topic
    return f"{dutch.capitalised(name)}{mark}", _theme(dashboard, row)


def _half_cells(row: DashboardRow, half: HalfYear) -> tuple[str | None, ...]:
    earlier = half.earlier.get(half.year - 1)
    band = f"{dutch.number(half.notice[0])} tot {dutch.number(half.notice[1])}" if half.notice else None
    rate = row.rolling.rate if isinstance(row.rolling, Rolling) else None
    now = dutch.number(half.count) + (" (voorlopig)" if half.provisional else "")
    per_1000 = None if rate is None else dutch.number(rate, 1)
    return (
        _signal(half),
        None if earlier is None else dutch.number(earlier),
        now,
        band,
        dutch.spans(half.reference) if band else None,
        per_1000,
    )


def _signal(half: HalfYear) -> str:
    """Return the outcome in words, with a symbol for the direction and the breaks within the half-year."""
    special = f", {dutch.listed([declared.label for declared in half.breaks])}" if half.breaks else ""
    if half.signal == Signal.UNJUDGED:
        return f"{half.signal}: te weinig {'jaren' if half.expected is None else 'registraties'}{special}"
    words = f" ({WORDS[half.direction]})" if half.signal in STANDS_OUT else ""
    return f"{ARROWS[half.direction]} {half.signal}{words}{special}"


def _yearly_table(dashboard: DashboardResult, id: str, title: str, rows: list[DashboardRow]) -> str:
    """Return figures that exist by year only, or whose months are not public: the rule does not apply to those."""
    yearly = [(row, row.years) for row in rows if row.years is not None]
    cells = tuple((*_belongs(dashboard, row), *_year_cells(years)) for row, years in yearly)
    made_up = tuple(years.series.synthetic for _, years in yearly)
    columns = ("Wat", "Thema", "Laatste jaar", "Cijfer", "Vorige jaar", "Vorige cijfer")
    caption = f"{title}: jaarcijfers, zonder oordeel"
    return html(DataTable(id, caption, columns, cells, ("Thema",), made_up)) if cells else ""


def _year_cells(years: Years) -> tuple[str | None, ...]:
    previous = (None, None) if years.previous is None else (str(years.previous), _figure(years.series, years.previous))
    return (str(years.last), _figure(years.series, years.last), *previous)


def _figure(series: Series, year: int) -> str:
    """Return a figure with the margin that its publisher gives; of a hidden count only what stands for it."""
    value, margin = series.value(year), series.margin(year)
    if value is None:
        return reservations.hidden_by_year(series).get(year, "geen cijfer")
    decimals = 0 if series.indicator.is_count else 1
    text = dutch.number(value, decimals)
    return f"{text} ({dutch.number(margin[0], 1)} tot {dutch.number(margin[1], 1)})" if margin else text


def _agreements_table(id: str, title: str, rows: list[DashboardRow]) -> DataTable:
    """Return what belongs to the outcome: the last twelve months, list, target, owner and revision."""
    columns = ("Wat", "12 maanden", "12 maanden ervoor", "Lijst", "Doel", "Eigenaar", "Vorig halfjaar bijgesteld")
    cells = tuple(
        (
            row.indicator.title,
            *_twelve(row.rolling),
            _SETS[row.item.set],
            _target(row.target, row.item) if row.target else _OPEN,
            row.item.owner or _OPEN,
            _revised(row.revision) if row.revision else "geen eerdere export",
        )
        for row in rows
    )
    made_up = tuple(kinds_within(row.rolling, row.half, row.years) for row in rows)
    caption = f"{title}: twaalf maanden, afspraken en bijstelling"
    return DataTable(id, caption, columns, cells, text=columns[3:], made_up=made_up)


def _twelve(rolling: Rolling | Missing) -> tuple[str | None, str | None]:
    if isinstance(rolling, Missing):
        return None, None
    return dutch.number(rolling.total), None if rolling.before is None else dutch.number(rolling.before)


def _target(so_far: SoFar, item: Item) -> str:
    target = so_far.target
    words = "hoogstens" if target.compare == "<=" else "minstens"
    per = " per 1.000 inwoners" if item.per_1000 else ""
    number = dutch.number(target.value, 0 if float(target.value).is_integer() else 1)
    state = so_far.state or "nog niet bekend"
    return f"{words} {number}{per} in {target.year}: {state} ({target.source})"


def _revised(revision: Revision) -> str:
    if revision.before == revision.now:
        return "nee"
    before, now = dutch.number(revision.before), dutch.number(revision.now)
    return f"ja: van {before} naar {now} (export van {provenance.vintage_text(revision.source)})"


@html.register
def _(shown: SignalCharts) -> str:
    if not shown.charts and not shown.elsewhere:
        judged = "viel dit halfjaar op" if shown.dashboard.judged else "is dit halfjaar te beoordelen"
        return answer(f"Geen enkele indicator {judged}. Daarom staan hier geen regelkaarten.")
    names = dutch.listed([half.series.indicator.label for half in shown.elsewhere])
    later = answer(f"De regelkaart van {escape(names)} staat verderop.") if shown.elsewhere else ""
    return "".join(f"<section>{html(chart)}</section>" for chart in shown.charts) + later
