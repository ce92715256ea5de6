"""`analysis.refresh.plausibility`: which changes stop a publication. All figures are made up."""

import shutil

import pytest

from analysis.definitions import catalogue, regions
from analysis.ingest.pipeline import ingest
from analysis.refresh import plausibility
from analysis.refresh.plausibility import Doubt
from analysis.store import observations
from conftest import REALDATA
from made_up_observations import frame, rows, source

OURS = ["GM1969"]
TABLES = {"inwoners": "70072ned", "wijken": "47018NED"}
LIMITS = catalogue.thresholds().refresh


def processed(folder, *groups, vintage=None, status="final"):
    """Write processed data with these rows; a file belongs to table 47013NED unless its name is in TABLES."""
    data = frame(*groups)
    data["status"] = data["status"].astype(object).where(data["value"].isna(), status)
    data.loc[data["value"].isna(), "status"] = "suppressed"
    data["status"] = data["status"].astype("category")
    files = [source(name, table=TABLES.get(name, "47013NED")) for name in data["source"].unique()]
    observations.write(folder, data, files, frame())
    return folder


@pytest.fixture
def doubts(tmp_path):
    """Return the doubts between two sets of rows, all with the same status."""

    def compare(old, new, status="final"):
        folders = [processed(tmp_path / str(i), *groups, status=status) for i, groups in enumerate((old, new))]
        return plausibility.doubts(*folders, OURS)

    return compare


def homes(counts, region="GM1969", indicator="woninginbraak", **more):
    return rows("a", indicator, region, counts, **more)


def test_the_same_figures_are_no_reason_to_wait(doubts):
    same = [homes({2021: 80, 2022: 81})]
    assert doubts(same, same) == []


@pytest.mark.parametrize(
    ("year", "before", "now", "limit"),
    [
        (2020, 200, 210, None),
        (2020, 200, 211, LIMITS.revised),
        (2020, 200, 189, LIMITS.revised),
        (2022, 100, 130, None),
        (2022, 100, 131, LIMITS.moved),
        (2022, 100, 69, LIMITS.moved),
        (2022, 60, 0, LIMITS.moved),
        (2022, 0, 60, LIMITS.moved),
        (2020, 30, 49, None),  # too small for a percentage
        (2020, 30, 50, LIMITS.revised),
        (2020, 100, 109, None),  # fewer than ten registrations apart
    ],
)
@pytest.mark.parametrize("status", ["final", "provisional"])
def test_a_closed_year_may_move_less_than_an_open_one(doubts, year, before, now, limit, status):
    """The status that its publisher gives does not matter: the police calls every year final."""
    old, new = ({2020: 70, 2021: 70, 2022: 70} | {year: count} for count in (before, now))
    reported = doubts([homes(old)], [homes(new)], status)
    assert [(doubt.year, doubt.old, doubt.new, doubt.limit) for doubt in reported] == (
        [(year, before, now, limit)] if limit else []
    )


def test_a_table_that_ends_early_has_its_own_open_years(doubts):
    late = rows("inwoners", "inwoners_gemiddeld", "GM1969", {2026: 100})
    assert doubts([homes({2022: 100}), late], [homes({2022: 120}), late]) == []


@pytest.mark.parametrize("frequency", ["Y", "M"])
def test_a_table_that_a_report_takes_in_the_place_of_another_is_held_beside_that_one(doubts, frequency):
    """Neither table changed, but which of them covers most years did."""
    old = homes({2019: 80, 2020: 80, 2021: 80, 2022: 80}, frequency=frequency)

    def with_another(counts):
        return doubts([old], [old, rows("wijken", "woninginbraak", "GM1969", counts, frequency=frequency)])

    more = dict.fromkeys(range(2017, 2023), 80)
    assert with_another(more) == [] == with_another({2019: 80, 2022: 800})  # the same; fewer years, so not taken
    reported = with_another(more | {2020: 90, 2022: 800})
    assert [(doubt.year, doubt.old, doubt.new, doubt.file) for doubt in reported] == [
        (2022, 80, 800, "wijken.csv"),
        (2020, 80, 90, "wijken.csv"),
    ]


def test_what_a_municipality_was_made_of_is_looked_at_too(doubts):
    assert doubts([homes({2015: 100}, "GM0015")], [homes({2015: 200}, "GM0015")])


def test_an_indicator_that_has_no_name_any_more_is_told_by_its_id():
    gone = Doubt("fietsdiefstal_oud", "GM1969", 2022, 80, None, "a.csv")
    assert "fietsdiefstal_oud, Westerkwartier: cijfers die er waren, ontbreken nu" in str(gone)


def test_a_figure_of_ours_that_is_no_more_is_told(doubts):
    years = homes({2021: 80, 2022: 80})
    months = homes({2022: 60}, frequency="M")
    assert [doubt.year for doubt in doubts([years], [homes({2021: 80})])] == [2022]
    assert [doubt.year for doubt in doubts([years, months], [years])] == [2022]
    assert [doubt.year for doubt in doubts([homes({2022: 80})], [homes({2022: None})])] == [
        2022
    ]  # too large to be hidden


def test_months_are_held_beside_the_same_months(doubts):
    """The current year has more months at every refresh."""
    old = [homes({2022: 60}, frequency="M")]
    more = rows("a", "woninginbraak", "GM1969", {2022: 60}, frequency="M")
    (indicator, region, when, frequency, _, *rest) = more[0]
    february = (indicator, region, when.replace(month=2), frequency, 300, *rest)
    assert doubts(old, [more, [february]]) == []


def test_a_new_year_a_new_region_and_a_new_indicator_are_welcome(doubts):
    new = [homes({2021: 80, 2022: 240}), homes({2022: 90}, "GM0014"), homes({2022: 90}, indicator="fietsdiefstal")]
    assert doubts([homes({2021: 80})], new) == []


def test_a_region_that_has_no_figures_any_more_is_told_wherever_it_is(doubts):
    kept = homes({2022: 80})
    (doubt,) = doubts([kept, homes({2021: 7, 2022: 9}, "GM0014")], [kept])
    assert (doubt.region, doubt.year, doubt.old, doubt.new) == ("GM0014", 2022, 9, None)
    assert "ontbreken nu, zoals over 2022. Ze stonden in a.csv" in str(doubt) and "Groningen" in str(doubt)


def test_a_figure_that_is_hidden_has_not_vanished(doubts):
    assert doubts([homes({2022: 7})], [homes({2022: None})]) == []


def test_neighbourhoods_get_other_codes_every_year(doubts):
    kept = homes({2022: 80})
    assert doubts([kept, homes({2022: 60}, "WK196904")], [kept, homes({2022: 60}, "WK196999")]) == []


def test_another_municipality_may_be_revised(doubts):
    """Among 342 municipalities and 58 kinds of crime some count is always revised by more."""
    ours, others = homes({2022: 80}), homes({2022: 500}, "GM0014")
    old, new = ([ours, others, homes({2022: count}, "GM0363")] for count in (60, 90))
    assert doubts(old, new) == []
    for region in ("NL00", "PV20"):
        assert doubts([ours, homes({2022: 60}, region)], [ours, homes({2022: 90}, region)])


def test_all_other_municipalities_together_may_not(doubts):
    """Comparisons are based on them. A municipality that is added does not change the others."""
    ours, new = homes({2022: 80}), homes({2022: 900}, "GM0518")
    old, tenfold = (
        [ours, *(homes({2022: n * k}, code) for n, code in ((50, "GM0014"), (60, "GM0363")))] for k in (1, 10)
    )
    assert doubts(old, [*old, new]) == []
    (doubt,) = doubts(old, tenfold)
    assert (doubt.old, doubt.new) == (110, 1100) and "alle andere gemeenten samen, 2022: van 110 naar 1.100" in str(
        doubt
    )


@pytest.mark.parametrize(("count", "held"), [(240, False), (241, True), (27, False), (26, True)])
def test_a_new_year_is_held_beside_the_year_before(doubts, count, held):
    reported = doubts([homes({2021: 80})], [homes({2021: 80, 2022: count})])
    assert [(doubt.year, doubt.old, doubt.new) for doubt in reported] == ([(2022, 80, count)] if held else [])
    assert all(
        "een jaar eerder 80" in str(doubt) and "Tot 3 keer zo veel of zo weinig" in str(doubt) for doubt in reported
    )


def test_a_year_that_had_no_figure_is_a_new_one_and_a_small_one_says_nothing(doubts):
    assert doubts([homes({2021: 80, 2022: None})], [homes({2021: 80, 2022: 900})])
    assert doubts([homes({2021: 5})], [homes({2021: 5, 2022: 40})]) == []


def test_small_years_that_all_become_zero_are_held_together(doubts):
    years = (2019, 2020, 2021, 2022)
    (doubt,) = doubts([homes(dict.fromkeys(years, 49))], [homes(dict.fromkeys(years, 0))])
    assert (doubt.old, doubt.new) == (196, 0) and "alle jaren samen: van 196 naar 0" in str(doubt)


def test_a_table_that_another_takes_the_place_of_is_no_loss(doubts):
    counts = {2021: 80, 2022: 80}
    assert doubts([homes(counts)], [rows("wijken", "woninginbraak", "GM1969", counts)]) == []


def test_of_months_and_their_year_one_is_told(doubts):
    old, new = ([homes({2022: n}), homes({2022: n - 5}, frequency="M")] for n in (80, 180))
    assert [(doubt.old, doubt.new) for doubt in doubts(old, new)] == [(80, 180)]


def test_percentages_have_no_total(doubts):
    felt = next(id for id, indicator in catalogue.indicators().items() if indicator.unit == "percent")
    old, new = (homes({2022: value}, indicator=felt, unit="percent") for value in (60, 90))
    assert doubts([old], [new]) == []


def test_the_newest_of_two_exports_counts(tmp_path):
    import pandas as pd

    early, late = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-01-01")
    before = processed(tmp_path / "0", homes({2022: 100}, vintage=early))
    now = processed(
        tmp_path / "1",
        rows("b", "woninginbraak", "GM1969", {2022: 150}, vintage=late),
        rows("a", "woninginbraak", "GM1969", {2022: 100}, vintage=early),
    )
    (doubt,) = plausibility.doubts(before, now, OURS)
    assert (doubt.new, doubt.file) == (150, "b.csv")


def test_limits_are_wider_than_what_real_editions_differ(tmp_path):
    """Provinces in the release of 2019, against the sum of their municipalities in that of 2026."""
    if not REALDATA.exists():
        pytest.skip("the real exports are not here")
    before = real(tmp_path / "2019", "47013NED_statline_lijst_provincies_2013_2018.csv")
    now = real(tmp_path / "2026", "47018NED_TypedDataSet_rebuilt.csv")
    keys = ["indicator", "region", "year"]
    now["region"] = [regions.province(code) for code in now["region"]]
    both = before.merge(now.groupby(keys, as_index=False)["value"].sum(), on=keys, suffixes=("_old", "_new"))
    both = both[both[["value_old", "value_new"]].max(axis=1) >= catalogue.thresholds().small_counts.percentage_from]
    apart = (both["value_new"] / both["value_old"] - 1).abs()
    assert (len(both), sum(apart > LIMITS.revised)) == (286, 5) and apart.max() < 0.09 < LIMITS.moved


def real(folder, name):
    """Return the yearly figures of one real file."""
    (folder / "raw").mkdir(parents=True)
    shutil.copyfile(REALDATA / "politie" / name, folder / "raw" / name)
    ingest(folder / "raw", folder / "processed")
    figures = plausibility.figures(folder / "processed")
    return figures[figures["frequency"] == "Y"]


def test_the_message_names_the_largest_first_and_how_many_more(tmp_path):
    """Doubts about the report's own municipality come first; a municipality without figures is listed once."""
    codes = [f"GM{number:04}" for number in range(200, 302)]
    gone = [
        homes({2022: 100 + i}, code, kind)
        for i, code in enumerate(codes)
        for kind in ("fietsdiefstal", "winkeldiefstal")
    ]
    before = processed(tmp_path / "0", homes({2022: 80}), *gone)
    refusal = plausibility.refusal(plausibility.doubts(before, processed(tmp_path / "1", homes({2022: 10})), OURS))
    first, *shown = str(refusal).splitlines()[:-1]
    assert "moet eerst iemand naar kijken" in first and len(shown) == 101 and shown[-1] == "  en nog 3"
    assert "Westerkwartier" in shown[0]


def test_the_message_says_what_moved_and_what_is_ordinary(doubts):
    (doubt,) = doubts([homes({2022: 1000})], [homes({2022: 1500})])
    expected = (
        "woninginbraken, Westerkwartier, 2022: van 1.000 naar 1.500 (+50,0\u00a0%) in a.csv. "
        "Een verschil tot 30\u00a0% is gewoon."
    )
    assert str(doubt) == expected
