"""Sentences, charts and tables: they say in Dutch what the numbers say, and escape text from outside."""

import re
from dataclasses import replace
from datetime import date

import pytest

import analysis.display.registration  # noqa: F401 (registers how results are shown)
from analysis.display import chart_notes, provenance, svg
from analysis.display.reservations import caveats, shared_caveats
from analysis.display.sentences import headline
from analysis.display.tables import DataTable
from analysis.display.yearly_charts import chart, year_position
from analysis.statistics.change import change, overview
from analysis.statistics.comparison import compare_change, compare_trend
from analysis.statistics.trend import trend
from analysis.store.results import MIME, Missing, html
from analysis.store.series import BACK_CAST, SUMMED_IN_PART
from made_up_series import SOURCE, among_others, indicator, monthly, steady, yearly

PEOPLE = {2019: 63180, 2020: 63504, 2021: 63992, 2022: 64626}
NBSP = "\u00a0"


def text(fragment):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", fragment)).replace(" .", ".").strip()


def test_a_change_is_told_with_counts_rate_verdict_and_what_is_ordinary():
    """Published: 242 in 2019 and 395 in 2022, +63 % (IVB Westerkwartier 2024-2027)."""
    found = change(
        among_others(yearly("onbegrepen_gedrag", "GM1969", steady(242, 2019, 395, 2022), PEOPLE)), 2019, 2022
    )
    shown, (low, high) = text(html(found)), found.ordinary
    assert low < 242 < high < 395
    assert "395 proefmeldingen , tegen 242 in 2019: 63 % meer" in shown
    assert f"Zonder verandering was een aantal van {low} tot {high} gewoon geweest." in shown
    assert "Per 1.000 inwoners waren het er 3,8 in 2019 en 6,1 in 2022: 60 % meer" in shown
    assert "Kanttekening: ruimere registratie (vermoedelijk)" in shown
    assert "▲ Oordeel: duidelijk" in shown


def test_a_small_count_gets_no_percentage():
    shown = text(html(change(yearly("proef", "GM1969", {2019: 6, 2022: 7}), 2019, 2022)))
    assert "%" not in shown
    assert "geven wij geen percentage" in shown


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ((8, 9), "een gewone schommeling (2019–2022)"),
        ((5, 22), "meer, maar te weinig voor een percentage (2019–2022)"),
        ((9, 2), "minder, maar te weinig voor een percentage, een aanwijzing (2019–2022)"),
        ((1, 0), "te weinig om een verschil te zien (2019–2022)"),
    ],
)
def test_a_title_has_no_counts_for_the_chart_below_it_has_rates(counts, title):
    """'Van 6 in 2019 naar 7 in 2022 – per 1.000 inwoners' would be another claim."""
    years = among_others(yearly("proef", "GM1969", steady(counts[0], 2019, counts[1], 2022)))
    assert headline(change(years, 2019, 2022)) == title


@pytest.mark.parametrize(
    ("after", "title"),
    [
        (395, f"63{NBSP}% meer (2019–2022)"),
        (100, f"59{NBSP}% minder (2019–2022)"),
        (300, f"24{NBSP}% meer, een aanwijzing (2019–2022)"),
        (250, "een gewone schommeling (2019–2022)"),
    ],
)
def test_a_title_follows_the_data(after, title):
    counts = among_others(yearly("proef", "GM1969", steady(242, 2019, after, 2022)))
    assert headline(change(counts, 2019, 2022)) == title


def test_a_title_without_a_judgement_does_not_call_many_registrations_few():
    alone = change(yearly("proef", "GM1969", {2019: 242, 2022: 395}), 2019, 2022)
    assert headline(alone) == "nog geen oordeel (2019–2022)"


def test_what_is_missing_says_why_and_is_recorded():
    gap = Missing("burenruzies", "Er zijn geen cijfers over <burenruzies>.")
    assert "&lt;burenruzies&gt;" in html(gap)
    bundle = gap._repr_mimebundle_()
    assert bundle[MIME][0]["value"] is None
    assert bundle[MIME][0]["verdict"] == "niet toetsbaar"
    assert chart(gap) is gap


def test_a_chart_tells_the_same_without_eyes():
    ours = yearly("proef", "GM1969", {2019: 83, 2020: 69, 2021: 21, 2022: 36}, PEOPLE)
    theirs = yearly("proef", "NL00", dict.fromkeys(PEOPLE, 30000), dict.fromkeys(PEOPLE, 17_500_000))
    drawn = chart(ours, against=theirs, title="Minder")
    assert "Westerkwartier: van 1,3 in 2019 naar 0,6 in 2022 (laagste 0,3 in 2021)." in drawn.description
    assert drawn.alt == "Lijngrafiek: proefmeldingen, per 1.000 inwoners, 2019–2022"
    assert [row[0] for row in drawn.table.cells] == ["2019", "2020", "2021", "2022"]
    assert drawn.table.cells[0][1:3] == ("83", "1,3")
    assert f'<figcaption id="{drawn.id}-t" aria-hidden="true">Proefmeldingen: ' in html(drawn)
    assert drawn.image.count(f'aria-labelledby="{drawn.id}-t"') == 2
    figure, _, behind = html(drawn).partition("</figure>")
    assert figure.startswith('<figure role="group" aria-label="Lijngrafiek">') and drawn.description not in figure
    assert f'<p class="src">{drawn.alt}. {drawn.description}</p>' in behind
    assert {record.id for record in drawn.records()} >= {"proef.2019", "proef.per_1000.2022", "proef.NL00.2020"}


def test_a_description_names_no_extreme_that_is_the_begin_or_the_end():
    rising = yearly("proef", "GM1969", {2019: 242, 2020: 240, 2021: 410, 2022: 500}, PEOPLE)  # 240 is 3,8 as well
    assert chart(rising).description == "Westerkwartier: van 3,8 in 2019 naar 7,7 in 2022."


def test_a_rate_near_zero_gets_a_second_decimal():
    drawn = chart(yearly("proef", "GM1969", {2019: 22, 2020: 11, 2021: 22, 2022: 31}, PEOPLE))
    assert "van 0,35 in 2019 naar 0,48 in 2022 (laagste 0,17 in 2020)" in drawn.description
    assert drawn.table.cells[1][2] == "0,17"


def test_a_chart_is_not_moved_sideways_and_is_read_aloud_once():
    drawn = html(chart(yearly("proef", "GM1969", {2019: 83, 2022: 36}, PEOPLE)))
    figure = drawn.partition("</figure>")[0]
    assert "scroll" not in figure and "tabindex" not in figure
    assert re.findall(r'<div class="(\w+)"( hidden="")?>', figure) == [("wide", ""), ("narrow", ' hidden=""')]


def test_a_label_keeps_its_capitals():
    ours = replace(
        yearly("halt", "GM1969", {2019: 83, 2022: 36}),
        indicator=indicator("halt", label="verwijzingen naar Halt (CBS)"),
    )
    assert chart(ours).title == "Verwijzingen naar Halt (CBS): van 83 in 2019 naar 36 in 2022"
    assert chart(ours).table.caption == "Verwijzingen naar Halt (CBS) per jaar"


def test_a_kind_is_judged_alike_alone_and_among_others():
    """One number has one verdict: no kind in an overview weakens or strengthens that of another."""
    series = among_others(yearly("proef", "GM1969", steady(242, 2019, 330, 2022)))
    alone = change(series, 2019, 2022)
    (among, *_) = overview([series] * 30, 2019, 2022).changes
    assert (among.grade, among.judgement) == (alone.grade, alone.judgement)
    assert "heten er hoogstens 5 duidelijk veranderd" in html(overview([series], 2019, 2022))


def test_overviews_on_one_page_have_captions_of_their_own():
    series = [yearly("proef", "GM1969", {2019: 242, 2022: 395})]
    named = html(overview(series, 2019, 2022, name="verkeer"))
    assert "Registraties over verkeer in 2019 en 2022, Westerkwartier" in named
    assert "Cijfers over verkeer (1 soort)" in named
    assert "Proefmeldingen: te weinig om te zeggen (2019–2022)." in text(named)
    assert "Registraties in 2019 en 2022, Westerkwartier" in html(overview(series, 2019, 2022))


def test_a_chart_is_the_same_on_every_run_and_its_ids_are_its_own():
    ours = yearly("proef", "GM1969", {2019: 83, 2022: 36}, PEOPLE)
    first, second = chart(ours), chart(yearly("anders", "GM1969", {2019: 83, 2022: 36}, PEOPLE))
    assert chart(ours).image == first.image
    ids = [set(re.findall(r'\bid="([^"]+)"', drawn.image)) for drawn in (first, second)]
    assert not ids[0] & ids[1]
    assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', first.image)) <= ids[0]


def test_without_a_population_in_the_same_borders_counts_are_drawn_alone():
    ours = yearly("proef", "GM1969", {2013: 108, 2017: 135}, origins={2013: SUMMED_IN_PART, 2017: SUMMED_IN_PART})
    theirs = yearly("proef", "NL00", {2013: 52168, 2017: 83611}, {2013: 16_800_000, 2017: 17_100_000})
    drawn = chart(ours, against=theirs)
    assert "aantal per jaar" in drawn.alt
    assert "Nederland" not in drawn.description
    assert drawn.table.cells[0] == ("2013", "108 (deel)")  # no column of rates, and not a word about them
    assert "inwoners" not in " ".join(drawn.table.columns) and "gedeeld door" not in drawn.provenance


def test_provisional_years_are_marked_in_the_table():
    ours = yearly("proef", "GM1969", {2022: 36, 2023: 91})
    ours = replace(ours, data=ours.data.assign(status=["final", "provisional"]))
    assert [row[1] for row in chart(ours).table.cells] == ["36", "91 (voorlopig)"]


def test_caveats_gather_breaks_and_editions_and_leave_borders_to_the_whole_page():
    ours = replace(
        yearly("onbegrepen_gedrag", "GM1969", {2017: 137, 2019: 242, 2022: 395}, PEOPLE, {2017: BACK_CAST}),
        indicator=indicator("onbegrepen_gedrag", caveats=("Registraties, geen personen.",)),
    )
    own = " ".join(caveats(ours, change(ours, 2019, 2022)).sentences)
    assert "maart 2020" in own and "Registraties, geen personen." in own
    shared = " ".join(shared_caveats(ours, change(ours, 2019, 2022)).borders)
    assert "maart 2020" not in shared and "Registraties, geen personen." not in shared
    for expected in (
        "sinds 1 januari 2019",
        "omgerekend",
        "Van 2017 is het aantal inwoners binnen deze grenzen niet",
    ):
        assert expected in shared and expected not in own


def test_what_holds_for_more_figures_is_said_once_on_a_page():
    two = [
        replace(
            yearly(name, "GM1969", {2017: 137, 2019: 242, 2022: 395}, PEOPLE, {2017: BACK_CAST}),
            indicator=indicator(name, label=name),
        )
        for name in ("jeugdoverlast", "burenruzie")
    ]
    changes = [change(series, 2019, 2022) for series in two]
    shared = shared_caveats(*two, *changes)
    assert sum("coronamaatregelen" in sentence for sentence in shared.sentences) == 1
    assert sum("sinds 1 januari 2019" in sentence for sentence in shared.borders) == 1
    assert any("De cijfers over jeugdoverlast en burenruzie van 2017" in sentence for sentence in shared.borders)
    (shown, behind) = html(shared).split("<details>")
    assert "coronamaatregelen" in shown and "1 januari 2019" in behind
    assert not any("coronamaatregelen" in sentence for item in changes for sentence in caveats(item).sentences)
    assert shared_caveats(Missing("x", "y")).sentences == ("Zulke kanttekeningen zijn er niet.",)


def test_what_does_not_hold_for_all_figures_names_the_one_that_it_is_about():
    both = ("Niet alles wordt gemeld.",)
    two = [
        replace(
            yearly(name, "GM1969", {2019: 242, 2022: 395}),
            indicator=indicator(name, label=f"{name}-meldingen", caveats=(f"Dit gaat over {name}.", *both)),
        )
        for name in ("brand", "rook")
    ]
    named = [f"{name}-meldingen: Dit gaat over {name.lower()}." for name in ("Brand", "Rook")]
    assert caveats(*two).sentences == (*both, *named)
    assert caveats(two[0]).sentences == ("Dit gaat over brand.", *both)


def test_a_box_is_named_after_its_figures():
    ours = replace(yearly("proef", "GM1969", {2019: 242}), indicator=indicator("proef", caveats=("Een zin.",)))
    assert "<h3>Let op bij proefmeldingen</h3>" in html(caveats(ours))
    assert "<h3>Let op bij proeven</h3>" in html(caveats(ours, about="proeven"))
    assert not html(caveats(yearly("proef", "GM1969", {2019: 242})))  # nothing to say, so no box


def test_years_without_inhabitants_are_told_once_and_what_lacks_in_a_sum_after_the_sum():
    summed = yearly("a", "GM1969", {2017: 8, 2018: 9, 2022: 9}, PEOPLE, {2017: SUMMED_IN_PART, 2018: SUMMED_IN_PART})
    recalculated = yearly("b", "GM1969", {2016: 7, 2018: 9, 2022: 9}, PEOPLE, {2016: BACK_CAST, 2018: BACK_CAST})
    sentences = shared_caveats(summed, recalculated).borders
    assert [sentence for sentence in sentences if "inwoners" in sentence] == [
        "Van 2016 tot en met 2018 is het aantal inwoners binnen deze grenzen niet bekend. Per inwoner rekenen kan dan "
        "niet."
    ]
    kinds = ["omgerekend", "van 2017 en 2018 zijn de som van", "zit daar niet bij"]
    assert [next(kind for kind in kinds if kind in sentence) for sentence in sentences[:3]] == kinds


def test_caveats_name_the_part_that_is_missing_from_a_sum():
    ours = yearly("proef", "GM1969", {2016: 145, 2017: 135}, origins={2016: SUMMED_IN_PART, 2017: SUMMED_IN_PART})
    sentences = " ".join(shared_caveats(ours).borders)
    assert "som van Grootegast, Leek, Marum en Zuidhorn" in sentences
    assert "Winsum (Ezinge, Feerwerd en Garnwerd)" in sentences


def test_an_overview_counts_what_changed_and_names_what_is_missing():
    series = [
        *(
            replace(
                among_others(yearly(id, "GM1969", steady(before, 2019, after, 2022))),
                indicator=indicator(id, label=f"{id}-meldingen"),
            )
            for id, before, after in (("a", 242, 395), ("b", 100, 101), ("e", 100, 135), ("f", 5, 30), ("g", 0, 0))
        ),
        Missing("c-meldingen", "Er zijn geen cijfers."),
        Missing("d-meldingen", "De aantallen d-meldingen zijn te klein om te tonen.", hidden=True),
    ]
    shown = text(html(overview(series, 2019, 2022)))
    changed = "Van 4 soorten veranderden er 2 duidelijk (2019–2022): a-meldingen +63 %; f-meldingen van 5 naar 30"
    assert f"{changed}; bij e-meldingen (meer) is er een aanwijzing." in shown
    for row in (r"a-meldingen 242 395 \+63 % \d+ tot \d+ duidelijk", r"f-meldingen 5 30 te weinig 0 tot \d+ duidelijk"):
        assert re.search(row, shown)
    assert re.search(r"e-meldingen 100 135 \+35 % \d+ tot \d+ aanwijzing", shown)
    assert "Geen enkele registratie in beide jaren: g-meldingen." in shown
    assert "Geen cijfer over een van beide jaren: c-meldingen. De aantallen d-meldingen zijn te klein om te" in shown
    records = overview(series, 2019, 2022).records()
    assert [record.value for record in records[:3]] == [4, 2, 1]  # tested, changed, hints
    gaps = [record.note for record in records if record.unit == "missing"]
    assert gaps == [
        "Van 1 soort registraties is er geen cijfer over 2019, over 2022 of over allebei.",
        "Van 1 soort registraties mogen wij het cijfer over 2019, over 2022 of over allebei niet tonen.",
    ]


def test_a_trend_in_years_says_that_it_is_one():
    counts = dict(enumerate([92, 65, 56, 65, 78, 43, 54, 62], 2015))
    shown = text(html(trend(yearly("proef", "GM1969", counts), 2015, 2022)))
    assert "In 2015–2022 registreerde de politie in Westerkwartier elk jaar gemiddeld" in shown
    assert "Berekend uit de jaarcijfers." in shown
    assert "dan is de marge te krap." in shown  # neighbouring years that are alike
    assert "een lijn door de jaarcijfers" in shown
    assert "maand" not in shown and "seizoen" not in shown


def test_a_trend_and_a_comparison_have_a_sentence():
    rising = monthly("proef", "GM1969", 2019, [20 + month // 3 for month in range(48)], PEOPLE)
    assert "elk jaar gemiddeld" in html(trend(rising, 2019, 2022))
    assert not caveats(trend(rising, 2019, 2022), Missing("x", "y")).sentences[1:]
    beside = compare_change(
        among_others(yearly("proef", "GM1969", steady(242, 2019, 395, 2022)), movement=1.39),
        yearly("proef", "NL00", {2019: 99662, 2022: 138807}),
        2019,
        2022,
    )
    assert "in Westerkwartier 63 % meer proefmeldingen en in de rest van Nederland 39 % meer" in text(html(beside))
    low, high = beside.ordinary
    range_text = f"dan was een aantal van {low} tot {high} gewoon geweest."
    assert f"Ging het zoals in de rest van Nederland, {range_text}" in html(beside)
    assert low < round(242 * 1.39) < high and "naast wat gewoon was geweest" in html(beside)
    assert "bevestigd met kanttekening" in html(beside) and "een aanwijzing, nog geen duidelijk verschil" in html(
        beside
    )


def test_slopes_per_inhabitant_are_not_told_as_slopes_of_counts():
    """Four hundred a month all along, among more inhabitants each year: no fewer, but fewer per inhabitant."""
    growing = {year: 60_000 * 1.05 ** (year - 2019) for year in range(2019, 2023)}
    country = {year: 300 * people for year, people in growing.items()}
    ours, theirs = [400 + 7 * month % 5 for month in range(48)], [6000 + 11 * month % 7 for month in range(48)]
    our_months, national_months = (
        monthly("proef", "GM1969", 2019, ours, growing),
        monthly("proef", "NL00", 2019, theirs, country),
    )
    shown = text(html(compare_trend(our_months, national_months, 2019, 2022)))
    assert "in Westerkwartier 5 % minder proefmeldingen per inwoner en in de rest van Nederland 5 % minder" in shown
    counted = monthly("proef", "GM1969", 2019, ours), monthly("proef", "NL00", 2019, theirs)
    assert "per inwoner" not in text(html(compare_trend(*counted, 2019, 2022)))


def test_a_table_can_be_read_aloud_and_holds_no_foreign_markup():
    shown = html(DataTable("t", "Titel <b>", ("Jaar", "<script>"), (("2022", None), ("2023", "<i>1</i>"))))
    assert '<caption id="t">Titel &lt;b&gt;</caption>' in shown
    assert '<th scope="col">&lt;script&gt;</th>' in shown
    assert '<th scope="row">2022</th>' in shown
    assert "geen cijfer" in shown
    assert "<i>" not in shown


def test_open_points_and_breaks_are_told_to_who_cannot_see_them():
    counts = {2019: 242, 2020: 290, 2021: 410, 2022: 395}
    ours = yearly("onbegrepen_gedrag", "GM1969", counts, PEOPLE, origins={2019: SUMMED_IN_PART})
    drawn = chart(ours)
    assert "Vanaf maart 2020: ruimere registratie (vermoedelijk)." in drawn.description
    assert "open punt" in drawn.description
    assert "open punt" in drawn.source
    assert len(re.findall(r"<use [^>]*fill:var\(--paper,#ffffff\)", drawn.image)) == 2, "one open point at each size"
    assert "open punt" not in chart(yearly("proef", "GM1969", counts, PEOPLE)).source


def test_a_mark_stands_within_the_year_it_belongs_to():
    """A year's point stands for the whole year, so March 2020 lies just left of it."""
    assert 2019.5 < year_position(date(2020, 3, 1)) < 2020


def test_a_gap_in_the_years_stays_a_gap():
    drawn = chart(yearly("proef", "GM1969", {2019: 50, 2020: 60, 2022: 70, 2023: 80})).image
    line = re.search(r'<path d="(M[^"]*)" style="fill:none;stroke:var\(--accent,#0072b2\);stroke-width:2.6', drawn)
    assert line[1].count("M") == 2


def test_a_dollar_sign_in_a_name_is_no_formula():
    name = r"$x_1$ $\frac{1$"

    def draw(size):
        drawing, axes = svg.figure(size)
        axes.plot([0, 1], [0, 900], label=name)
        chart_notes.labels_below(axes, {0: name})
        chart_notes.labels_left(axes, {0: name})
        chart_notes.annotate(axes, name, (1, 0), (0, 0))
        chart_notes.legend_above(axes)
        return drawing

    assert svg.inline_svg(draw, "proef").count(f">{name}</text>") == 8


def test_provenance_leads_to_the_file_and_its_checksum():
    block = chart(yearly("proef", "GM1969", {2019: 83, 2022: 36}, PEOPLE)).provenance
    assert "politie/proef.csv (nagemaakt)" in block
    assert f"sha256 {'0' * 12}" in block
    inside = provenance.provenance_block(
        [replace(SOURCE, sha256="a1b2c3" * 10, public=False)], "proef", "alles", "geteld"
    )
    assert "niet openbaar (blijft bij de gemeente)" in inside
    assert "a1b2c3" not in inside + repr(replace(SOURCE, sha256="a1b2c3"))


def test_other_editions_are_named():
    ours = replace(yearly("proef", "GM1969", {2019: 83}), set_aside=(SOURCE,))
    assert any("politie/proef.csv" in sentence for sentence in caveats(ours).sentences)


def test_provisional_years_are_a_reservation():
    ours = among_others(yearly("proef", "GM1969", steady(100, 2022, 200, 2024)))
    ours = replace(ours, data=ours.data.assign(status=[*["final"] * 7, "provisional"]))
    found = change(ours, 2022, 2024)
    assert str(found.verdict) == "bevestigd met kanttekening"
    assert "Kanttekening: voorlopig cijfer over 2024." in text(html(found))
    assert any("2024 zijn voorlopig" in sentence for sentence in caveats(ours).sentences)


def test_what_came_after_is_told_or_said_to_be_unknown():
    ours = yearly("proef", "GM1969", {2022: 36, 2023: 91, 2024: 29})
    assert "91 in 2023 en 29 in 2024" in text(html(ours.after(2022)))
    assert isinstance(ours.after(2024), Missing)
    assert isinstance(ours.after(2024).between(2022, 2023), Missing)


def test_some_years_are_told_or_said_to_be_unknown():
    ours = yearly("proef", "GM1969", {2022: 36, 2023: 91, 2024: 29})
    shown = text(html(ours.between(2022, 2023)))
    assert "36 in 2022 en 91 in 2023" in shown and "2024" not in shown
    assert "van 2010 tot en met 2019 zijn er geen cijfers" in text(html(ours.between(2010, 2019)))


def test_months_are_told_as_months():
    assert "3 in januari 2022" in text(html(monthly("proef", "GM1969", 2022, [3, 4])))


def test_the_title_of_a_chart_has_the_newest_level_of_both():
    people = {year: 50_000 for year in range(2019, 2025)}
    ours = yearly(
        "woninginbraak", "GM1969", dict(zip(range(2019, 2025), [50, 60, 70, 80, 90, 100], strict=True)), people
    )
    theirs = yearly("woninginbraak", "NL00", {2019: 400, 2022: 300, 2023: 200}, people)
    found = "een gewone schommeling (2019–2022)"
    assert chart(ours, title=found).title.endswith(f": 2,0 per 1.000 inwoners in 2024; {found}")
    told = chart(ours, against=theirs, title=found).title
    assert "2,0 per 1.000 inwoners in 2024, en 1,8 in 2023 (Nederland: 4,0); " in told, "the same year of both"
    earlier = replace(ours, data=ours.data.iloc[:-1])
    told = chart(earlier, against=theirs, title=found).title
    assert "1,8 per 1.000 inwoners in 2023 (Nederland: 4,0); " in told
