"""The half-yearly dashboard: rows, targets, revisions and the page. All figures are made up."""

import re
from dataclasses import asdict
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml

import analysis.display.registration  # noqa: F401 (registers how results are shown)
from analysis import paths
from analysis.build.chapters import chapters
from analysis.definitions import catalogue
from analysis.definitions.catalogue import indicators
from analysis.documents.council import Dashboard, DashboardTarget, Item, Priorities
from analysis.errors import DataError
from analysis.policy.dashboard import SoFar, dashboard, signal_charts, theme_of
from analysis.policy.level_tests import GoalState
from analysis.statistics.control_chart import control_chart
from analysis.statistics.half_years import Signal
from analysis.store import observations
from analysis.store.raw_sources import Source
from analysis.store.results import Missing, html
from samples import beleid

PLACE = "GM1969"
SAMPLE = paths.PROJECT / "samples" / "beleid" / "dashboard.yml"


def source(name, table="47013NED", vintage="2024-01-15"):
    return Source(name, f"politie/{name}.csv", table, "Politie", "0" * 64, 1, synthetic=True, vintage=vintage)


FILES = [
    source("nu"), source("eerder", vintage="2023-09-15"), source("index", "nvi"), source("bev", "70072ned"),
    source("dashboard", "beleidsdocument"),
]  # fmt: skip


def rows(file, indicator, figures, frequency="M", unit="registrations", status="final", margin=(None, None)):
    """Return rows of figures by the first day of their period, ``{"2023-01-01": 4}``; a hidden figure is ``None``."""
    return [
        (indicator, PLACE, pd.Timestamp(day), frequency, value, unit, status, *margin, file, None)
        for day, value in figures.items()
    ]


def by_month(first_year, *per_month):
    """Return the same count in every month of each year."""
    days = pd.date_range(f"{first_year}-01-01", periods=12 * len(per_month), freq="MS")
    return {day: per_month[day.year - first_year] for day in days}


@pytest.fixture
def made(tmp_path):
    """Make a dashboard from some figures: ``made(rows, ..., items=[...])``."""

    def make(*groups, items, year=2023, half=2, municipality=PLACE, priorities=None, **document):
        agreed = {"municipality": municipality, "year": year, "half": half, "items": items, **document}
        content = Dashboard.model_validate(agreed).model_dump(mode="json")
        documents = {"dashboard": {"content": content, "source": "dashboard"}}
        if priorities is not None:
            content = Priorities.model_validate(priorities).model_dump(mode="json")
            documents["priorities"] = {"content": content, "source": "dashboard"}
        extras = {observations.DOCUMENTS: documents}
        frame = pd.DataFrame([row for group in groups for row in group], columns=observations.COLUMNS)
        types = {name: str(column.dtype) for name, column in observations.SCHEMA.columns.items()}
        observations.write(tmp_path, frame.astype(types), FILES, pd.DataFrame({"village": []}), extras)
        return dashboard(PLACE, tmp_path)

    return make


def item(indicator, **fields):
    return {"indicator": indicator, "set": "eigen", **fields}


SHOPS = rows("nu", "winkeldiefstal", by_month(2016, 10, 11, 9, 10, 10, 10, 10, 30))
PEOPLE = rows("bev", "bevolking_gemiddeld", {"2022-01-01": 60_000, "2023-01-01": 60_000}, "Y", "persons")


def test_without_a_document_there_is_no_dashboard(made):
    result = made(SHOPS, items=[item("winkeldiefstal")], municipality="GM0014")
    assert isinstance(result, Missing) and "dashboard.yml" in result.reason
    assert signal_charts(result) is result


def test_an_unknown_indicator_is_told_by_name(made):
    with pytest.raises(DataError, match="winkeldiefstalen"):
        made(SHOPS, items=[item("winkeldiefstalen")])


def test_a_row_has_half_year_and_twelve_months(made):
    (row,) = made(SHOPS, PEOPLE, items=[item("winkeldiefstal", per_1000=True)]).rows
    assert row.half.count == 180 and row.half.signal == Signal.SIGNAL
    assert (row.rolling.total, row.rolling.before, row.rolling.rate) == (360, 120, 6)
    assert row.years is None


def test_months_after_the_edition_do_not_count(made):
    (row,) = made(SHOPS, items=[item("winkeldiefstal")], year=2022).rows
    assert row.half.count == 60 and row.half.signal == Signal.NONE and row.rolling.total == 120


def test_figures_by_year_stand_without_a_judgement(made):
    years = {"2019-01-01": 90.0, "2021-01-01": 80.0, "2024-01-01": 70.0}
    index = rows("index", "nvi_overlast", years, "Y", "index")
    result = made(index, items=[item("nvi_overlast", set="nvi")])
    (row,) = result.rows
    assert (row.years.last, row.years.previous) == (2021, 2019)  # 2024 is after this edition
    assert [record.value for record in row.records()] == [80, 90]
    page = html(result)
    assert "80,0" in page and "zonder oordeel" in page and "let op (" not in page


def test_a_hidden_figure_is_shown_as_less_than(made):
    hidden = {"frequency": "Y", "status": "suppressed"}
    small = rows("nu", "winkeldiefstal", {"2022-01-01": None}, **hidden, margin=(0, 9))
    secondary = rows("nu", "winkeldiefstal", {"2023-01-01": None}, **hidden)
    published = rows("nu", "winkeldiefstal", {"2021-01-01": 12}, "Y")
    page = html(made(published, small, secondary, items=[item("winkeldiefstal")]))
    assert "&lt;10" in page and "afgeschermd" in page


def test_a_hidden_month_hides_the_half_year(made):
    hidden = rows("nu", "winkeldiefstal", {"2023-12-01": None}, status="suppressed")
    result = made(
        [row for row in SHOPS if row[2] != pd.Timestamp("2023-12-01")], hidden, items=[item("winkeldiefstal")]
    )
    assert "niet openbaar" in result.rows[0].half.reason
    assert "niet openbaar" in html(result)


@pytest.mark.parametrize(
    ("compare", "value", "complete", "state"),
    [
        ("<=", 40, True, GoalState.MET),
        ("<=", 41, True, GoalState.NOT_MET),
        (">=", 39, True, GoalState.NOT_MET),
        ("<=", 41, False, GoalState.NOT_MET),
        ("<=", 20, False, None),
        (">=", 41, False, GoalState.MET),
        (">=", 20, False, None),
        ("<=", None, False, None),
    ],
)
def test_half_a_year_can_miss_a_maximum_but_not_reach_it(compare, value, complete, state):
    target = DashboardTarget(compare=compare, value=40, year=2023, source="besluit")
    assert SoFar(target, value, complete).state is state


@pytest.mark.parametrize(
    ("margin", "state"),
    [((35, 39), GoalState.MET), ((35, 43), GoalState.NOT_MEASURABLE), ((41, 45), GoalState.NOT_MET)],
)
def test_a_target_within_the_margin_of_a_survey_cannot_be_measured(margin, state):
    target = DashboardTarget(compare="<=", value=40, year=2023, source="besluit")
    assert SoFar(target, sum(margin) / 2, complete=True, margin=margin).state is state


@pytest.mark.parametrize(
    ("half", "per_1000", "year", "value", "complete"),
    [(1, False, 2023, 180, False), (2, False, 2023, 360, True), (2, True, 2023, 6, True), (1, True, 2023, None, False),
     (2, False, 2022, 119, True), (2, False, 2024, None, False)],
)  # fmt: skip
def test_a_target_is_held_against_the_figure_of_its_year(made, half, per_1000, year, value, complete):
    target = {"compare": "<=", "value": 100, "year": year, "source": "besluit van de raad"}
    yearly = rows("nu", "winkeldiefstal", {"2022-01-01": 119}, "Y")
    items = [item("winkeldiefstal", target=target, per_1000=per_1000)]
    result = made(SHOPS, PEOPLE, yearly, items=items, half=half)
    assert (result.rows[0].target.value, result.rows[0].target.complete) == (value, complete)
    assert "besluit van de raad" in html(result)


def test_what_the_publisher_changed_since_the_previous_edition_is_shown(made):
    earlier = rows("eerder", "winkeldiefstal", {f"2023-{month:02}-01": 29 for month in range(1, 7)})
    result = made(SHOPS, earlier, items=[item("winkeldiefstal")])
    revised = result.rows[0].revision
    assert (revised.year, revised.half, revised.before, revised.now) == (2023, 1, 174, 180)
    assert "ja: van 174 naar 180 (export van 15 september 2023)" in html(result)


def test_an_earlier_export_that_lacks_a_month_is_no_edition(made):
    earlier = rows("eerder", "winkeldiefstal", {f"2023-{month:02}-01": 29 for month in range(1, 6)})
    result = made(SHOPS, earlier, items=[item("winkeldiefstal")])
    assert result.rows[0].revision is None and "geen eerdere export" in html(result)


def test_the_page_names_what_stands_out_and_tells_the_rule_first(made):
    calm = rows("nu", "vernieling", by_month(2016, *[20] * 8))
    result = made(SHOPS, calm, items=[item("winkeldiefstal"), item("vernieling")])
    page = html(result)
    low, high = result.rows[0].half.notice
    assert f"Eén van de twee indicatoren viel op: winkeldiefstallen (180; gewoon is {low} tot {high})." in page
    assert page.index("Zo leest u") < page.index("Overige indicatoren")
    hidden = '<span aria-hidden="true">{}</span> {}'
    assert hidden.format("▲", "signaal (hoger dan gewoon)") in page and hidden.format("●", "geen signaal") in page
    assert hidden.format("▲ of ▼", "let op: ") in page
    assert not re.search("[●▲▼]", re.sub(r'<span aria-hidden="true">[^<]*</span>', "", page)), "read aloud"
    assert "voorstel" in page


THEMES = {
    "municipality": PLACE,
    "period": "2024-2027",
    "lists": {
        name: {"title": name, "source": "h1", "entries": [{"name": id, "source": "h1", "theme": id} for id in ids]}
        for name, ids in {"chosen": ("winkels", "contact"), "attention": ("inbraak",)}.items()
    },
    "themes": {
        "vandalisme": {"label": "Vandalisme", "indicators": ["vernieling"]},
        "inbraak": {"label": "Inbraak", "indicators": ["woninginbraak"]},
        "winkels": {"label": "Winkels", "indicators": ["winkeldiefstal"]},
        "contact": {"label": "Contact"},
    },
}


def test_indicators_stand_by_priority_with_the_mandatory_ones_marked(made):
    named = ["misdrijven_totaal", "vernieling", "woninginbraak", "halt_per_1000", "winkeldiefstal"]
    items = [item(id, set="bbv" if id == "vernieling" else "eigen") for id in named]
    items[3]["theme"] = "winkels"
    figures = [rows("nu", id, by_month(2016, *[20] * 8)) for id in named if id != "halt_per_1000"]
    index = rows("index", "halt_per_1000", {"2022-01-01": 6.0, "2023-01-01": 8.0}, "Y", "index")
    result = made(*figures, index, items=items, priorities=THEMES)
    assert [(row.item.indicator, row.theme, result.standing(row)) for row in result.rows] == [
        ("halt_per_1000", "winkels", "chosen"),  # by the item itself, as the theme does not have it
        ("winkeldiefstal", "winkels", "chosen"),
        ("woninginbraak", "inbraak", "strategic"),
        ("vernieling", "vandalisme", "other"),
        ("misdrijven_totaal", None, "other"),
    ]
    page = html(result)
    titles = ["<h3>Prioriteiten", "<h3>Strategische thema&#x27;s", "<h3>Overige indicatoren"]
    assert sorted(titles, key=page.index) == titles
    assert "Vernielingen (BBV)" in page and "Misdrijven (BBV)" not in page
    assert "Van de 5 indicatoren is er 1 verplicht in elke begroting; daar staat (BBV) bij." in page
    assert "Zonder indicator: contact." in page and "geen thema" in page


def test_chance_alone_gives_signals_too(made):
    """Of a hundred indicators three stand out when nothing changed, as `benchmarks/monitoring.py` measures."""
    many = [rows("nu", id, by_month(2016, *[20] * 8)) for id in ("vernieling", "mishandeling", "overval", "straatroof")]
    result = made(*many, items=[item(group[0][0]) for group in many])
    assert len(result.judged) == 4 and result.by_chance == pytest.approx(0.12)
    assert "vallen er door toeval gemiddeld ongeveer 0,1 op" in html(result)
    assert {record.id: record.value for record in result.records()}["signals.2023H2.by_chance"] == result.by_chance


def test_every_band_tells_the_years_it_comes_from(made):
    """Corona touches shoplifting and not vandalism, so the two bands come from other years."""
    calm = rows("nu", "vernieling", by_month(2016, *[20] * 8))
    page = html(made(SHOPS, calm, items=[item("winkeldiefstal"), item("vernieling")]))
    assert "2016–2019 en 2022" in page and "2016–2022" in page
    assert "waar die het cijfer raken" in page


def test_too_few_years_and_too_few_registrations_are_told_apart(made):
    few = rows("nu", "overval", by_month(2016, *[0] * 7, 1))
    short = rows("nu", "vernieling", by_month(2022, 20, 20))
    page = html(made(few, short, items=[item("overval"), item("vernieling")]))
    assert "geen oordeel: te weinig registraties" in page and "geen oordeel: te weinig jaren" in page
    assert "iets opviel, is niet te zeggen" in page and "van de 0" not in page and "door toeval gemiddeld" not in page


def test_our_proposal_is_not_the_municipalitys_document():
    publishers = {Path(resource.path).name: resource.publisher for resource in beleid.exports()}
    assert publishers["dashboard.yml"] == "Voorstel bij dit programma"
    assert publishers["statements.yml"] == "Gemeente Westerkwartier"


def test_an_agreed_list_is_no_proposal(made):
    page = html(made(SHOPS, items=[item("winkeldiefstal", owner="beleidsadviseur")], agreed="collegebesluit"))
    assert "afgesproken in collegebesluit" in page and "beleidsadviseur" in page and "voorstel" not in page


@pytest.mark.parametrize(("number", "said"), [(2, "Twee van de twee"), (13, "13 van de 13")])
def test_indicators_that_stand_out_are_counted_in_words_up_to_twelve(made, number, said):
    ids = [id for id, kind in indicators().items() if kind.unit == "registrations" and kind.total_of is None][:number]
    shown = [rows("nu", id, by_month(2016, *[20] * 7, 90)) for id in ids]
    result = made(*shown, items=[item(id) for id in ids])
    assert len(result.judged) == number
    assert f"{said} indicatoren vielen op: " in html(result)
    calm = made(*[rows("nu", id, by_month(2016, *[20] * 8)) for id in ids], items=[item(id) for id in ids])
    assert f"Geen van de {said.rpartition(' ')[2]} indicatoren viel op." in html(calm)


def test_a_row_has_the_line_of_its_half_years_with_the_band_that_judged_the_last(made):
    calm = rows("nu", "vernieling", by_month(2016, *[20] * 8))
    few = rows("nu", "overval", by_month(2016, *[0] * 7, 1))
    result = made(SHOPS, calm, few, items=[item("winkeldiefstal"), item("vernieling"), item("overval")])
    table = next(re.finditer(r"<table.*?</table>", html(result), re.DOTALL))[0]
    headers = dict(re.findall(r'<th scope="row">([^<]+)(<svg.*?</svg>)</th>', table))
    assert list(headers) == ["Winkeldiefstallen", "Vernielingen", "Overvallen"]
    bands = {name: drawn.count("spark-band") for name, drawn in headers.items()}
    assert bands == {"Winkeldiefstallen": 1, "Vernielingen": 1, "Overvallen": 0}
    assert [name for name, drawn in headers.items() if "spark-out" in drawn] == ["Winkeldiefstallen"]
    assert all('aria-hidden="true"' in drawn for drawn in headers.values())
    line = re.search(r'spark-line" points="([^"]+)"', headers["Vernielingen"])[1].split()
    assert len(line) == catalogue.thresholds().monitoring.shown_years


def test_every_number_behind_a_line_can_be_read(made):
    result = made(rows("nu", "vernieling", by_month(2014, *range(11, 21))), items=[item("vernieling")])
    page = html(result)
    table = page[page.index("Eerdere halfjaren: ") :].split("</table>")[0]
    assert re.findall(r'<th scope="col">(\d+)', table) == [str(year) for year in range(2016, 2024)]
    assert re.findall(r"<td>(\d+)", table) == [str(6 * count) for count in range(13, 21)]


def test_what_stands_out_gets_a_control_chart(made):
    calm = rows("nu", "vernieling", by_month(2016, *[20] * 8))
    charts = signal_charts(made(SHOPS, calm, items=[item("winkeldiefstal"), item("vernieling")]))
    assert [chart.series.indicator.id for chart in charts.charts] == ["winkeldiefstal"]
    page = html(charts)
    assert "Regelkaart: winkeldiefstallen per maand" in page and "een golf: januari 2023" in page
    assert "<svg" in page and 'role="img"' in page and "coronamaatregelen" in page


def test_a_chart_that_is_elsewhere_on_the_page_is_not_drawn_twice(made):
    charts = signal_charts(made(SHOPS, items=[item("winkeldiefstal")]), elsewhere=["winkeldiefstal"])
    assert charts.charts == () and "De regelkaart van winkeldiefstallen staat verderop" in html(charts)


def test_a_chart_tells_the_smallest_wave_it_would_have_shown(made):
    page = html(control_chart(made(SHOPS, items=[item("winkeldiefstal")], year=2022).rows[0].half.series, 2017, 2022))
    assert "geen enkele maand</b> een golf te zien" in page and "had er een signaal gestaan" in page
    assert "eens in de 10 jaar" in page


def test_a_calm_half_year_has_no_charts(made):
    calm = rows("nu", "vernieling", by_month(2016, *[20] * 8))
    result = made(calm, items=[item("vernieling")])
    assert "De enige indicator die te beoordelen is, viel niet op." in html(result)
    assert "viel dit halfjaar" in html(signal_charts(result))


def test_every_number_has_its_own_name(made):
    calm = rows("nu", "vernieling", by_month(2016, *[20] * 8))
    result = made(SHOPS, PEOPLE, calm, items=[item("winkeldiefstal"), item("vernieling")])
    records = [*result.records(), *signal_charts(result).records()]
    named = {record.id: asdict(record) for record in records}
    assert all(named[record.id] == asdict(record) for record in records)
    assert named["signals.2023H2.signal"]["value"] == 1
    assert named["winkeldiefstal.2023H2"]["value"] == 180


def test_the_proposed_list_holds_the_mandatory_set_and_the_five_indices():
    document = Dashboard.model_validate(yaml.safe_load(SAMPLE.read_text(encoding="utf-8")))
    assert {row.indicator for row in document.items} <= set(indicators())
    sets = [row.set for row in document.items]
    assert sets.count("bbv") == sets.count("nvi") == 5
    assert all(row.target is None and row.owner is None for row in document.items)
    themes = catalogue.read_yaml(SAMPLE.with_name("priorities.yml"), Priorities)
    needless = [
        row.indicator
        for row in document.items
        if row.theme and theme_of(row.model_copy(update={"theme": None}), themes)
    ]
    assert not needless, "the theme of these follows from priorities.yml"
    standings = [themes.standing(theme_of(row, themes) or "") for row in document.items]
    assert standings == sorted(standings, key=["chosen", "strategic", "other"].index), (
        "the file is in the order of the page"
    )
    assert document.agreed is None


def test_an_owner_is_optional_and_a_set_is_known():
    assert Item(indicator="vernieling", set="bbv").owner is None
    with pytest.raises(ValueError, match="set"):
        Item(indicator="vernieling", set="anders")


def test_the_chapter_needs_the_dashboard():
    (chapter,) = [chapter for chapter in chapters() if chapter.id == "dashboard"]
    assert chapter.needs == ("dashboard",)
    cells = nbformat.read(chapter.path, as_version=4).cells
    assert any("va.dashboard(municipality)" in cell.source for cell in cells)
