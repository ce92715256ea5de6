"""Borders of figures: no rate uses the inhabitants of another territory. All figures made up.

Hilversum and Wijdemeren merge in 2027, and Hilversum keeps its code. In 2019 the one had 100 burglaries among 90.000
inhabitants, the other 20 among 10.000: together 1,2 per 1.000. Dividing 120 by the 90.000 of one gives 1,3.
"""

from __future__ import annotations

from datetime import date

import pytest

import made_up_exports
from analysis import paths
from analysis.definitions import regions
from analysis.display.reservations import caveats, territory
from analysis.errors import DataError
from analysis.ingest.pipeline import ingest
from analysis.statistics.rates import municipality_rates
from analysis.statistics.verdicts import same_territory
from analysis.store import observations
from analysis.store.loading import load
from analysis.store.results import Missing
from analysis.store.series import BACK_CAST, OTHER_BORDERS, OWN, SUMMED, SUMMED_IN_PART, Series
from conftest import REALDATA

CASES = REALDATA.parent / "cases"
CRIME = '"ID";"SoortMisdrijf";"WijkenEnBuurten";"Perioden";"GeregistreerdeMisdrijven_1"'
PEOPLE = '"ID";"RegioS";"Perioden";"GemiddeldAantalInwoners_51"'
H, W, OTHER = "GM0402", "GM1696", "GM0363"  # all in Noord-Holland
MERGED, APART = {H: 120}, {H: 100, W: 20}
INHABITANTS = {H: 90_000, W: 10_000}
OF_2024, OF_2028 = (f"47018NED_TypedDataSet_1502{year}_101500.csv" for year in (2024, 2028))


@pytest.fixture
def folder(tmp_path):
    """Return a function that ingests crime tables of 2019 by file name, inhabitants of 2019 and a delivery."""

    def build(crime, people=INHABITANTS, delivered=()):
        raw = tmp_path / "raw"
        for name, counts in crime.items():
            lines = [f'{n};"1.1.1 ";"{code}    ";"2019JJ00";{count}' for n, (code, count) in enumerate(counts.items())]
            made_up_exports.write(raw / name, [CRIME, *lines])
        lines = [f'{n};"{code}";"2019JJ00";{count}' for n, (code, count) in enumerate(people.items())]
        made_up_exports.write(raw / "inwoners.csv", [PEOPLE, *lines])
        if delivered:
            made_up_exports.write(raw / "levering.csv", [made_up_exports.DELIVERY, *delivered])
        ingest(raw, tmp_path / "processed")
        return tmp_path / "processed"

    return build


def crime(path, code=H) -> Series:
    series = load("woninginbraak", code, folder=path)
    assert isinstance(series, Series)
    return series


@pytest.fixture
def unknown(monkeypatch):
    """Use definitions without this merger (herindeling)."""
    all_regions = regions.regions()
    fewer = all_regions.model_copy(
        update={"mergers": tuple(merger for merger in all_regions.mergers if merger.since < date(2027, 1, 1))}
    )
    monkeypatch.setattr(regions, "regions", lambda: fewer)


@pytest.mark.parametrize("name", ["export.csv", OF_2028])
def test_a_code_that_vanished_went_into_the_one_that_is_left(folder, name):
    series = crime(folder({name: MERGED}))
    assert series.rate(2019) == pytest.approx(1.2) and series.origin(2019) == BACK_CAST


@pytest.mark.parametrize(("name", "counts"), [("export.csv", APART), (OF_2024, APART), (OF_2024, {H: 100})])
def test_a_table_from_before_is_divided_by_the_inhabitants_of_before(folder, name, counts):
    series = crime(folder({name: counts}))
    assert series.rate(2019) == pytest.approx(100 / 90) and series.origin(2019) == OWN
    assert "staan in de grenzen van vóór 1 januari 2027" in " ".join(territory(series))


@pytest.mark.parametrize(("count", "inhabitants"), [(300, 90_000), (360, 100_000)])
def test_a_sum_beside_a_table_with_both_apart_tells(folder, count, inhabitants):
    """A delivery has both municipalities; nothing else shows the borders of the table."""
    both = ["Hilversum;GM0402;E33;x;2019;300", "Wijdemeren;GM1696;E33;x;2019;60"]
    path = folder({}, INHABITANTS | {OTHER: 800_000, "GM0344": 350_000}, both)
    lines = ['"ID";"Overlast";"RegioS";"Perioden";"GeregistreerdeOverlast_1"', f'0;"E33   ";"{H}";"2019JJ00";{count}']
    made_up_exports.write(path.parent / "raw" / "overlast.csv", lines)
    ingest(path.parent / "raw", path)
    series = load("onbegrepen_gedrag", H, folder=path)
    assert series.count(2019) == count and series.inhabitants(2019) == inhabitants


def test_where_nothing_tells_there_is_no_rate_and_the_reason_is_said(folder):
    series = crime(folder({"export.csv": MERGED}, INHABITANTS | {OTHER: 800_000, "GM0344": 350_000}))
    assert series.count(2019) == 120 and series.rate(2019) is None
    text = " ".join(territory(series))
    assert "Niet bekend is" in text and "Wijdemeren" in text and "vintage" in text
    assert series.no_inhabitants(2019).reason == series.unsure


def test_a_herindeling_that_nobody_told_of_shows_in_the_codes(folder, unknown):
    series = crime(folder({"export.csv": MERGED}))
    assert series.count(2019) == 120 and series.rate(2019) is None
    assert "Wijdemeren (GM1696) heeft inwoners, maar staat niet in deze tabel" in (series.unsure or "")


@pytest.mark.parametrize("name", ["export.csv", OF_2024])
def test_an_export_of_some_municipalities_lacks_others_without_meaning(folder, unknown, name):
    people = {H: 90_000} if name == OF_2024 else {H: 90_000, OTHER: 800_000, "GM0344": 350_000}
    assert crime(folder({name: {H: 100}}, people)).rate(2019) == pytest.approx(100 / 90)


def test_a_later_herindeling_does_not_touch_figures_in_the_borders_of_their_year(folder):
    series = load("onbegrepen_gedrag", H, folder=folder({}, delivered=["Hilversum;GM0402;E33;x;2019;90"]))
    assert series.count(2019) == 90 and series.origin(2019) == OWN and series.rate(2019) == pytest.approx(1.0)


def test_rates_of_all_leave_out_whom_other_borders_make_incomparable(folder):
    haarlem = "GM0392"
    path = folder({"export.csv": {H: 120, haarlem: 900}}, INHABITANTS | {haarlem: 160_000})
    everyone = municipality_rates(crime(path, haarlem), load("bevolking_gemiddeld", haarlem, folder=path), 2019)
    assert list(everyone.index) == [haarlem]


def test_a_project_adds_a_herindeling_without_touching_the_program(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "MERGERS", tmp_path / "herindelingen.yml")
    paths.MERGERS.write_text(
        "municipalities: {GM2001: Nieuwstad}\n"
        "mergers: [{into: GM2001, since: 2028-01-01, from: [GM0373, GM0375], source: Staatsblad}]\n"
        "known_until: 2028-12-31\n",
        "utf-8",
    )
    added = regions.regions.__wrapped__()
    assert added.municipalities["GM2001"] == "Nieuwstad" and "GM2001" in added.province_of["PV27"]
    assert added.mergers[-1].gone == ("GM0373", "GM0375") and added.known_until == date(2028, 12, 31)


def test_an_added_herindeling_of_an_unknown_municipality_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "MERGERS", tmp_path / "herindelingen.yml")
    paths.MERGERS.write_text("mergers: [{into: GM2001, since: 2028-01-01, from: [GM0373], source: x}]\n", "utf-8")
    with pytest.raises(DataError, match="GM2001 is niet bekend") as caught:
        regions.regions.__wrapped__()
    assert "herindelingen.yml" in caught.value.file and caught.value.remedy


# Two undated files of one table: Beemster came to Purmerend in 2022, and the second has a year of after that

PURMEREND, BEEMSTER, HAARLEM = "GM0439", "GM0370", "GM0392"


def pair(tmp_path, first, second, code=PURMEREND):
    for name, figures in (("een.csv", first), ("twee.csv", second | {(PURMEREND, 2023): 140})):
        lines = [
            f'{n};"1.1.1 ";"{region}    ";"{year}JJ00";{x}' for n, ((region, year), x) in enumerate(figures.items())
        ]
        made_up_exports.write(tmp_path / "raw" / name, [CRIME, *lines])
    ingest(tmp_path / "raw", tmp_path / "processed")
    return crime(tmp_path / "processed", code)


def test_a_file_of_unknown_borders_does_not_go_on_in_one_of_known(tmp_path):
    """The 100 of 2018 may be Purmerend alone, and the 140 of 2023 are of both, so this is not a rise."""
    series = pair(tmp_path, {(PURMEREND, 2018): 100}, {})
    assert series.count(2018) is None and series.count(2023) == 140
    assert any("een.csv geeft cijfers over woninginbraken in Purmerend" in line for line in caveats(series).sentences)


def test_the_same_figures_in_two_files_show_the_same_borders(tmp_path):
    shared = {(PURMEREND, 2019): 130}
    series = pair(tmp_path, {(PURMEREND, 2018): 100} | shared, shared)
    assert series.unsure is None and series.count(2018) == 100 and series.origin(2018) == BACK_CAST


def test_all_municipalities_beside_each_other_have_one_territory_each(tmp_path):
    """The first file has Beemster separately; in the second it is part of Purmerend."""
    first = {(PURMEREND, 2018): 100, (BEEMSTER, 2018): 20, (HAARLEM, 2018): 900}
    peers = pair(tmp_path, first, {(HAARLEM, 2023): 910}, HAARLEM).peers
    assert peers is not None
    assert peers.frame.loc[PURMEREND].dropna().to_dict() == {2023: 140}
    assert peers.frame.loc[HAARLEM].dropna().to_dict() == {2018: 900, 2023: 910}


# Figures that the publisher does not recalculate

SURVEY = '"ID";"Marges";"RegioS";"Perioden";"VoeltZichWelEensOnveilig_1"'


@pytest.mark.parametrize("region", ["GM0014", "PV26"])
def test_a_survey_of_before_is_not_called_recalculated(tmp_path, region):
    """In 2019 Haren and Ten Boer joined Groningen, and Leerdam and Zederik the province of Utrecht."""
    rows = [f'{n};"MW00000";"{region}";"{year}JJ00";{30 - n}.0' for n, year in enumerate((2015, 2017, 2019))]
    made_up_exports.write(tmp_path / "raw" / "81877NED_x.csv", [SURVEY, *rows])
    ingest(tmp_path / "raw", tmp_path / "processed")
    series = load("voelt_zich_weleens_onveilig", region, folder=tmp_path / "processed")
    assert isinstance(series, Series)
    assert [series.origin(year) for year in series.years] == [OTHER_BORDERS, OTHER_BORDERS, OWN]
    assert same_territory(series, (2015, 2017)) and not same_territory(series, (2017, 2019))
    assert "van 2015 en 2017 gaan over de grenzen van toen." in " ".join(territory(series))


def test_two_sums_that_miss_different_parts_are_not_about_one_area(folder):
    """Grou joined Leeuwarden in 2014, Leeuwarderadeel and a part of Littenseradiel in 2018."""
    both = [("Leeuwarden", "GM0080"), ("Leeuwarderadeel", "GM0081")]
    lines = [f"{name};{code};E33;x;{year};90" for name, code in both for year in (2013, 2016, 2017)]
    series = delivered(folder, *lines, code="GM0080")
    assert {series.origin(year) for year in series.years} == {SUMMED_IN_PART}
    assert same_territory(series, (2016, 2017)) and not same_territory(series, (2013, 2016))


# Provinces: Leerdam and Zederik went from Zuid-Holland to Utrecht in 2019

INHABITANTS_OF = {
    "PV26": {2017: 1_280_000, 2018: 1_290_000, 2022: 1_370_000},
    "PV28": {2017: 3_670_000, 2018: 3_690_000, 2022: 3_750_000},
}


def provinces(tmp_path, *years, name="provincies.csv"):
    """Return the series of both provinces, with 5000 burglaries each year."""
    figures = [f'0;"1.1.1 ";"{code:<10}";"{year}JJ00";5000' for code in INHABITANTS_OF for year in years]
    people = [f'0;"{code}";"{year}JJ00";{x}' for code, counts in INHABITANTS_OF.items() for year, x in counts.items()]
    made_up_exports.write(tmp_path / "raw" / name, [CRIME.replace("WijkenEnBuurten", "RegioS"), *figures])
    made_up_exports.write(tmp_path / "raw" / "inwoners.csv", [PEOPLE, *people])
    ingest(tmp_path / "raw", tmp_path / "processed")
    return {code: crime(tmp_path / "processed", code) for code in INHABITANTS_OF}


def test_a_province_is_not_divided_by_the_inhabitants_of_another_area(tmp_path):
    utrecht, south = provinces(tmp_path, 2018, 2022).values()
    assert utrecht.rate(2018) is None and south.rate(2018) is None
    assert utrecht.rate(2022) == pytest.approx(5000 / 1370) and south.rate(2022) == pytest.approx(5000 / 3750)
    assert "Utrecht heeft zijn huidige grenzen sinds 1 januari 2019." in territory(utrecht)[0]


def test_a_province_of_before_is_divided_by_the_inhabitants_of_before(tmp_path):
    utrecht, south = provinces(tmp_path, 2017, name="47013NED_TypedDataSet_15022018_101500.csv").values()
    assert utrecht.rate(2017) == pytest.approx(5000 / 1280) and south.rate(2017) == pytest.approx(5000 / 3670)


def test_where_nothing_tells_the_borders_of_a_province_there_is_no_rate(tmp_path):
    for series in provinces(tmp_path, 2018).values():
        assert series.rate(2018) is None
        assert "toen gingen Leerdam en Zederik naar een andere provincie" in str(series.unsure)


def test_an_added_herindeling_across_provinces_moves_their_border(tmp_path, monkeypatch):
    """Almere absorbs Gooise Meren: Flevoland grows, Noord-Holland shrinks, Almere stays in its province."""
    monkeypatch.setattr(paths, "MERGERS", tmp_path / "herindelingen.yml")
    paths.MERGERS.write_text(
        "mergers: [{into: GM0034, since: 2028-01-01, from: [GM1942, GM0034], source: x}]\n", "utf-8"
    )
    added = regions.regions.__wrapped__()
    assert [province for province, codes in added.province_of.items() if "GM0034" in codes] == ["PV24"]
    monkeypatch.setattr(regions, "regions", lambda: added)
    moved = {(merger.into, merger.since.year) for merger in regions.province_shifts.__wrapped__()}
    assert moved == {("PV26", 2019), ("PV28", 2019), ("PV24", 2028), ("PV27", 2028)}


# A herindeling during a year, and predecessors that are not there

AMSTERDAM = [f"Amsterdam;GM0363;E33;x;{year};{count}" for year, count in {2021: 3000, 2022: 3100, 2023: 3200}.items()]
WEESP = "Weesp;GM0457;E33;x;2021;60"


def delivered(folder, *lines, code=OTHER):
    return load("onbegrepen_gedrag", code, folder=folder({}, {OTHER: 900_000}, lines))


def test_what_stands_under_the_new_municipality_in_the_year_itself_is_a_figure(folder):
    series = delivered(folder, *AMSTERDAM, WEESP)
    assert [series.count(year) for year in (2021, 2022, 2023)] == [3060, 3100, 3200]
    assert [series.origin(year) for year in (2021, 2022, 2023)] == [SUMMED, OWN, OWN]
    assert "van 2022 staat onder Amsterdam. Van Weesp" in " ".join(territory(series))


def test_what_both_have_in_the_year_itself_is_added(folder):
    assert delivered(folder, *AMSTERDAM, WEESP, "Weesp;GM0457;E33;x;2022;10").count(2022) == 3110


def test_a_missing_predecessor_is_named(folder):
    series = delivered(folder, *AMSTERDAM)
    assert series.count(2021) is None and series.count(2022) == 3100
    assert "ontbreekt Weesp" in series.no_figure(2021).reason
    assert "van Weesp zijn er geen cijfers" in " ".join(territory(series))


def test_a_missing_predecessor_is_named_where_there_is_no_figure_at_all(folder):
    absent = delivered(folder, "Leek;GM0022;E33;x;2017;12", "Marum;GM0025;E33;x;2017;3", code="GM1969")
    assert isinstance(absent, Missing)
    assert "In 2017 ontbreekt een voorganger: Grootegast, Zuidhorn" in absent.reason


def test_amsterdam_stands_among_all_municipalities_before_2023(folder):
    peers = delivered(folder, *AMSTERDAM, WEESP, "Leek;GM0022;E33;x;2017;12").peers.frame
    assert peers.loc[OTHER, [2021, 2022, 2023]].tolist() == [3060, 3100, 3200]
    assert "GM0457" not in peers.index  # it is in the sum


def test_a_zero_of_a_municipality_that_did_not_exist_is_no_figure(folder):
    lines = ["Weesp;GM0457;E33;x;2023;0", "Weesp;GM0457;E33;x;2021;0", "Westerkwartier;GM1969;E33;x;2017;0"]
    path = folder({}, delivered=[*AMSTERDAM, *lines])
    rows = observations.query("onbegrepen_gedrag", ["GM0457", "GM1969"], "Y", path)
    statuses = {(row.region, row.period.year): row.status for row in rows.itertuples()}
    assert statuses[("GM0457", 2023)] == statuses[("GM1969", 2017)] == "not_applicable"
    assert statuses[("GM0457", 2021)] == "final"


@pytest.mark.parametrize(
    ("case", "indicator", "code", "counts", "rates"),
    [
        ("hilversum2027", "woninginbraak", H, {2019: 313, 2023: 176}, {2019: 2.7, 2023: 1.5}),
        ("weesp2022", "onbegrepen_gedrag", OTHER, {2021: 3060, 2022: 3100, 2023: 3100}, {2022: 3.4}),
    ],
)
def test_the_handed_over_cases_give_the_right_rates(tmp_path, case, indicator, code, counts, rates):
    if not CASES.exists():
        pytest.skip("the cases are not here")
    ingest(CASES / case, tmp_path / "processed")
    series = load(indicator, code, folder=tmp_path / "processed")
    assert {year: series.count(year) for year in counts} == counts
    assert {year: round(series.rate(year), 1) for year in rates} == rates


def test_the_handed_over_case_gives_no_rate_when_the_herindeling_is_not_known(tmp_path, unknown):
    if not CASES.exists():
        pytest.skip("the cases are not here")
    ingest(CASES / "hilversum2027", tmp_path / "processed")
    series = load("woninginbraak", H, folder=tmp_path / "processed")
    assert series.rate(2019) is None and "Wijdemeren" in series.unsure
