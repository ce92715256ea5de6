"""Selecting and loading exactly one series. All figures are made up."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.definitions import catalogue
from analysis.errors import DataError
from analysis.store import observations
from analysis.store.loading import load, voting
from analysis.store.panel import municipality_panel
from analysis.store.results import Missing
from analysis.store.series import BACK_CAST, OWN, SUMMED, SUMMED_IN_PART, Series, Voting
from made_up_observations import frame, rows, source


@pytest.fixture
def folder(tmp_path):
    def build(*groups, sources):
        observations.write(tmp_path, frame(*groups), list(sources), pd.DataFrame({"village": []}))
        return tmp_path

    return build


def test_a_back_cast_series_says_so(folder):
    path = folder(rows("a", "woninginbraak", "GM1969", {2018: 76, 2019: 83}), sources=[source("a")])
    series = load("woninginbraak", "GM1969", folder=path)
    assert [series.count(year) for year in (2018, 2019)] == [76, 83]
    assert [series.origin(year) for year in (2018, 2019)] == [BACK_CAST, OWN]


def test_predecessors_are_added_only_when_all_wholes_are_there(folder):
    parts = {"GM0015": 46, "GM0022": 30, "GM0025": 15, "GM0056": 44}
    delivery = [row for code, n in parts.items() for row in rows("lev", "onbegrepen_gedrag", code, {2016: 10, 2017: n})]
    incomplete = rows("lev", "onbegrepen_gedrag", "GM0015", {2015: 20})
    path = folder(delivery, incomplete, sources=[source("lev", "levering")])
    series = load("onbegrepen_gedrag", "GM1969", folder=path)
    assert series.years == [2016, 2017]
    assert series.count(2017) == 135
    assert series.origin(2017) == SUMMED_IN_PART  # part of Winsum is not in it


def test_population_of_part_of_the_territory_is_no_population(folder):
    people = [
        row
        for code in ("GM0015", "GM0022", "GM0025", "GM0056")
        for row in rows("bev", "bevolking_gemiddeld", code, {2018: 10000}, unit="persons")
    ]
    own = rows("bev", "bevolking_gemiddeld", "GM1969", {2019: 50000}, unit="persons")
    counts = rows("a", "woninginbraak", "GM1969", {2018: 76, 2019: 100})
    path = folder(people, own, counts, sources=[source("a"), source("bev", "70072ned")])
    series = load("woninginbraak", "GM1969", folder=path)
    assert series.rate(2018) is None
    assert series.rate(2019) == pytest.approx(2.0)


def test_figures_about_young_people_have_no_rate_per_inhabitant(folder):
    people = rows("bev", "bevolking_gemiddeld", "GM1969", {2022: 50000}, unit="persons")
    sent, counts = (
        rows("h", "halt_verwijzingen", "GM1969", {2022: 100}),
        rows("a", "woninginbraak", "GM1969", {2022: 100}),
    )
    files = [source("a"), source("bev", "70072ned"), source("h", "verwijzingen")]
    path = folder(people, sent, counts, sources=files)
    halt = load("halt_verwijzingen", "GM1969", folder=path)
    assert halt.count(2022) == 100 and halt.rate(2022) is None and not halt.population_sources
    assert load("woninginbraak", "GM1969", folder=path).rate(2022) == pytest.approx(2.0)


def test_whole_predecessors_make_a_population(folder):
    people = [
        row
        for code in ("GM0014", "GM0009", "GM0017")
        for row in rows("bev", "bevolking_gemiddeld", code, {2018: 10000}, unit="persons")
    ]
    counts = rows("a", "woninginbraak", "GM0014", {2018: 60})
    path = folder(people, counts, sources=[source("a"), source("bev", "70072ned")])
    series = load("woninginbraak", "GM0014", folder=path)
    assert series.rate(2018) == pytest.approx(2.0)
    assert load("bevolking_gemiddeld", "GM0014", folder=path).origin(2018) == SUMMED


def test_country_is_summed_only_when_all_municipalities_are_present(folder, monkeypatch):
    from analysis.definitions import regions

    people = [
        row
        for code in ("GM0014", "GM1969")
        for row in rows("bev", "bevolking_gemiddeld", code, {2019: 1000, 2020: 1000}, unit="persons")
    ]
    few = regions.regions().model_copy(update={"counts": regions.regions().counts | {2019: 2, 2020: 3}})
    monkeypatch.setattr(regions, "regions", lambda: few)
    path = folder(people, sources=[source("bev", "70072ned")])
    assert load("bevolking_gemiddeld", "NL00", folder=path).years == [2019]


def test_years_and_months_never_mix(folder):
    path = folder(
        rows("a", "woninginbraak", "GM1969", {2022: 36}),
        rows("a", "woninginbraak", "GM1969", {2022: 3}, frequency="M"),
        sources=[source("a")],
    )
    assert load("woninginbraak", "GM1969", folder=path).data["value"].tolist() == [36]
    assert load("woninginbraak", "GM1969", frequency="M", folder=path).data["value"].tolist() == [3]


def test_one_export_is_selected_and_the_other_set_aside(folder):
    path = folder(
        rows("long", "misdrijven_totaal", "NL00", {2021: 742992, 2022: 799895}),
        rows("short", "misdrijven_totaal", "NL00", {2022: 800027}),
        sources=[source("long"), source("short", vintage="2026-01-01")],
    )
    series = load("misdrijven_totaal", "NL00", folder=path)
    assert series.count(2022) == 799895
    assert [file.name for file in series.set_aside] == ["short"]


def test_newest_of_two_equally_long_exports_is_selected(folder):
    path = folder(
        rows("old", "misdrijven_totaal", "NL00", {2022: 799895}, vintage=pd.Timestamp("2024-01-01")),
        rows("new", "misdrijven_totaal", "NL00", {2022: 800027}, vintage=pd.Timestamp("2026-01-01")),
        sources=[source("old"), source("new")],
    )
    assert load("misdrijven_totaal", "NL00", folder=path).count(2022) == 800027


def test_files_that_complete_each_other_make_one_series(folder):
    path = folder(
        rows("first", "woninginbraak", "GM1969", {2017: 1, 2018: 2}),
        rows("second", "woninginbraak", "GM1969", {2019: 3, 2020: 4, 2021: 5}),
        sources=[source("first"), source("second")],
    )
    series = load("woninginbraak", "GM1969", folder=path)
    assert series.data["value"].tolist() == [1, 2, 3, 4, 5]
    assert {file.name for file in series.sources} == {"first", "second"}


def test_open_tables_are_preferred_to_supplied_files(folder):
    path = folder(
        rows("lev", "onbegrepen_gedrag", "NL00", {2016: 5, 2017: 6, 2018: 7}),
        rows("open", "onbegrepen_gedrag", "NL00", {2017: 8}),
        sources=[source("lev", "levering"), source("open", "47021NED")],
    )
    assert load("onbegrepen_gedrag", "NL00", folder=path).count(2017) == 8


def test_only_requested_years_are_returned(folder):
    path = folder(rows("a", "woninginbraak", "GM1969", {2018: 1, 2019: 2, 2020: 3}), sources=[source("a")])
    assert load("woninginbraak", "GM1969", 2019, 2019, folder=path).years == [2019]


def test_missing_series_has_a_reason(folder):
    path = folder(rows("a", "woninginbraak", "GM1969", {2018: 1}), sources=[source("a")])
    absent = load("straatroof", "GM1969", folder=path)
    assert isinstance(absent, Missing)
    with pytest.raises(AttributeError, match=f"'data' is er niet. {absent.reason}"):  # what an analyst reads
        absent.data  # noqa: B018
    assert "straatroven in Westerkwartier" in absent.reason
    assert "per maand" in load("woninginbraak", "GM1969", frequency="M", folder=path).reason


def test_an_unknown_indicator_is_an_error(folder):
    path = folder(rows("a", "woninginbraak", "GM1969", {2018: 1}), sources=[source("a")])
    with pytest.raises(DataError, match="bestaat niet"):
        load("inbraak", "GM1969", folder=path)


def test_error_without_processed_data_has_a_remedy(tmp_path):
    with pytest.raises(DataError, match="veiligheid ingest"):
        load("woninginbraak", "GM1969", folder=tmp_path)


def test_a_sum_with_a_missing_part_is_missing(folder):
    people = [
        row
        for code, value in {"GM0014": 1000.0, "GM0009": 1000.0}.items()
        for row in rows("bev", "bevolking_gemiddeld", code, {2018: value}, unit="persons")
    ]
    hidden = [
        (
            *rows("bev", "bevolking_gemiddeld", "GM0017", {2018: None}, unit="persons")[0][:6],
            "missing",
            None,
            None,
            "bev",
            None,
        )
    ]
    path = folder(people, hidden, sources=[source("bev", "70072ned")])
    assert isinstance(load("bevolking_gemiddeld", "GM0014", folder=path), Missing)


def test_completely_suppressed_series_is_missing(folder):
    hidden = [(*rows("a", "zedenmisdrijf", "GM1969", {2022: None})[0][:6], "suppressed", None, None, "a", None)]
    path = folder(hidden, sources=[source("a")])
    assert isinstance(load("zedenmisdrijf", "GM1969", folder=path), Missing)


def test_a_monthly_series_has_no_yearly_count(folder):
    path = folder(rows("a", "woninginbraak", "GM1969", {2022: 3}, frequency="M"), sources=[source("a")])
    with pytest.raises(ValueError, match="frequency='Y'"):
        load("woninginbraak", "GM1969", frequency="M", folder=path).count(2022)


def test_yearly_count_has_its_months_and_the_other_municipalities(folder):
    path = folder(
        rows("a", "woninginbraak", "GM1969", {2021: 30, 2022: 36}),
        rows("a", "woninginbraak", "GM0014", {2021: 300, 2022: 360}),
        rows("a", "woninginbraak", "NL00", {2021: 3000, 2022: 3600}),
        rows("a", "woninginbraak", "GM1969", {2022: 3}, frequency="M"),
        sources=[source("a")],
    )
    series = load("woninginbraak", "GM1969", folder=path)
    assert series.months.data["value"].tolist() == [3]
    assert series.peers.frame.to_dict() == {2021: {"GM0014": 300, "GM1969": 30}, 2022: {"GM0014": 360, "GM1969": 36}}
    assert series.between(2022, 2022).peers is series.peers
    country = load("woninginbraak", "NL00", folder=path)
    assert (country.months, country.peers) == (None, None)
    rest = country.minus(series)
    assert (rest.months, rest.peers) == (None, None)
    assert load("woninginbraak", "GM1969", frequency="M", folder=path).months is None


def test_rest_of_the_country_has_months_too(folder):
    path = folder(
        *(
            rows("a", "woninginbraak", region, {2022: count}, frequency=frequency)
            for region, frequency, count in [
                ("GM1969", "Y", 36),
                ("GM1969", "M", 3),
                ("NL00", "Y", 3600),
                ("NL00", "M", 310),
            ]
        ),
        sources=[source("a")],
    )
    municipality, country = (load("woninginbraak", region, folder=path) for region in ("GM1969", "NL00"))
    assert country.minus(municipality).months.data["value"].tolist() == [307]


def test_figures_in_other_borders_are_not_those_of_a_municipality(folder):
    path = folder(
        rows("lev", "onbegrepen_gedrag", "GM0014", {2017: 900, 2018: 1000, 2019: 1500}),  # grew in 2019
        rows("lev", "onbegrepen_gedrag", "GM0034", {2017: 4000, 2018: 5000, 2019: 6000}),
        sources=[source("lev", "levering")],
    )
    peers = load("onbegrepen_gedrag", "GM0034", folder=path).peers.frame
    assert peers.loc["GM0014"].isna().tolist() == [True, True, False]
    assert peers.loc["GM0034"].tolist() == [4000, 5000, 6000]


def test_newest_export_is_used_for_the_other_municipalities(folder):
    hidden = [(*rows("new", "woninginbraak", "GM0014", {2022: None})[0][:6], "suppressed", None, None, "new", None)]
    old, new = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-01-01")
    path = folder(
        rows("new", "woninginbraak", "GM1969", {2022: 36}, vintage=new),
        [(*row[:-1], new) for row in hidden],
        rows("old", "woninginbraak", "GM1969", {2021: 30, 2022: 35}, vintage=old),
        rows("old", "woninginbraak", "GM0014", {2022: 360}, vintage=old),
        rows("unknown", "woninginbraak", "GM1969", {2021: 29}),
        rows("unknown", "woninginbraak", "NL00", {2020: 9000}),  # no municipality: no year of its own
        sources=[source("new"), source("old"), source("unknown")],
    )
    series = load("woninginbraak", "GM1969", folder=path)
    assert series.peers.years == (2021, 2022)
    assert series.peers.frame.loc["GM1969"].tolist() == [30, 36]
    assert (
        series.peers.frame.loc["GM0014"].isna().all()
    )  # suppressed in the newest export, so an older one does not count
    assert [used.name for used in series.peer_sources] == ["new", "old"]


@pytest.mark.parametrize(("status", "value"), [("provisional", 10.0), ("suppressed", None), ("missing", None)])
def test_sum_has_the_status_of_its_parts(folder, status, value):
    parts = [row for code in ("GM0009", "GM0017") for row in rows("lev", "onbegrepen_gedrag", code, {2017: 5, 2018: 6})]
    last = [
        (*row[:4], value, row[5], status, *row[7:]) for row in rows("lev", "onbegrepen_gedrag", "GM0014", {2018: 1})
    ]
    whole = rows("lev", "onbegrepen_gedrag", "GM0014", {2017: 4})
    series = load("onbegrepen_gedrag", "GM0014", folder=folder(parts, last, whole, sources=[source("lev", "levering")]))
    assert series.data["status"].tolist() == ["final", status]
    assert series.count(2017) == 14 and series.count(2018) == (22 if value else None)


def test_the_order_of_the_rows_does_not_matter(folder):
    delivery = [
        row
        for code in ("GM0009", "GM0014", "GM0017", "GM0034")
        for row in rows("lev", "onbegrepen_gedrag", code, {2016: 1, 2017: 2, 2018: 3, 2019: 4})
    ]
    total = rows("lev", "overlast_totaal", "GM0014", {2018: 99})
    path = folder(reversed([*delivery, *total]), sources=[source("lev", "levering")])
    series = load("onbegrepen_gedrag", "GM0014", folder=path)
    assert series.data["value"].to_dict() == {pd.Timestamp(f"{2016 + n}-01-01"): v for n, v in enumerate([3, 6, 9, 4])}
    assert series.data["origin"].tolist() == [SUMMED] * 3 + [OWN]
    assert series.peers.frame.loc["GM0034"].tolist() == [1, 2, 3, 4]
    assert load("onbegrepen_gedrag", "GM0034", folder=path).data["value"].tolist() == [1, 2, 3, 4]


def test_changing_a_series_does_not_change_later_ones(folder):
    path = folder(rows("a", "woninginbraak", "GM1969", {2021: 30, 2022: 36}), sources=[source("a")])
    data = load("woninginbraak", "GM1969", folder=path).data
    data.loc[:, "value"] = 0.0
    assert load("woninginbraak", "GM1969", folder=path).data["value"].tolist() == [30, 36]


def real(name, *table):
    return replace(source(name, *table), synthetic=False)


def test_a_series_is_real_or_made_up_and_never_both(folder):
    invented = rows("a", "woninginbraak", "GM1969", {2018: 76, 2019: 83, 2020: 70})
    published = rows("b", "woninginbraak", "GM1969", {2019: 83, 2020: 70})
    path = folder(invented, published, sources=[source("a"), real("b")])
    series = load("woninginbraak", "GM1969", folder=path)
    assert (series.years, series.synthetic) == ([2019, 2020], False)
    assert [file.name for file in series.set_aside] == ["a"]


def test_real_figures_go_before_those_of_a_table_that_is_made_up_and_longer(folder):
    invented = rows("a", "woninginbraak", "GM1969", {2018: 76, 2019: 83, 2020: 70})
    published = rows("b", "woninginbraak", "GM1969", {2019: 80, 2020: 71})
    path = folder(invented, published, sources=[source("a", "47013NED"), real("b", "47018NED")])
    assert load("woninginbraak", "GM1969", folder=path).years == [2019, 2020]


def test_no_row_of_the_panel_is_both(folder):
    figures = [
        rows("a", "woninginbraak", "GM0014", {2018: 1, 2019: 2}), rows("a", "woninginbraak", "GM0037", {2018: 3}),
        rows("b", "woninginbraak", "GM0014", {2019: 4}),
    ]  # fmt: skip
    path = folder(*figures, sources=[source("a"), real("b")])
    panel = municipality_panel("woninginbraak", "misdrijven", *observations.version(path)).frame
    assert panel.loc["GM0014"].dropna().to_dict() == {2019: 4} and panel.loc["GM0037"].dropna().to_dict() == {2018: 3}


@pytest.mark.slow
def test_no_series_of_the_sample_mixes_real_and_made_up_figures(processed):
    asked = [*catalogue.kinds("misdrijven"), *catalogue.kinds("overlast"), "misdrijven_totaal", "bevolking_gemiddeld"]
    found = [
        series
        for indicator in asked
        for region in ("GM1969", "GM0014", "GM0363", "PV20", "NL00", "WK196904")
        for frequency in ("Y", "M")
        if isinstance(series := load(indicator, region, folder=processed, frequency=frequency), Series)
    ]
    assert {series.synthetic for series in found} == {True, False} and len(found) > 300
    for series in found:
        assert len({file.synthetic for file in series.sources}) == 1, (series.indicator.id, series.region)


def test_what_very_few_people_voted_is_not_loaded(monkeypatch, processed):
    found = voting("GM1969", processed)
    assert isinstance(found, Voting) and found.turnout == 690
    limits = catalogue.thresholds()
    disclosure = limits.disclosure.model_copy(update={"voters": 691})
    monkeypatch.setattr(catalogue, "thresholds", lambda: limits.model_copy(update={"disclosure": disclosure}))
    hidden = voting("GM1969", processed)
    assert isinstance(hidden, Missing) and hidden.hidden
    assert hidden.reason == "In Westerkwartier stemden minder dan 691 mensen. De uitslag zou verraden wat zij kozen."
