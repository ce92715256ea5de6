"""Suppression of small counts that are not public. All figures are made up."""

import pandas as pd
import pytest

import made_up_exports
from analysis import disclosure, paths
from analysis.definitions import catalogue
from analysis.disclosure import primary
from analysis.disclosure.primary import is_open
from analysis.display import reservations
from analysis.display.yearly_charts import chart
from analysis.errors import DataError
from analysis.ingest.pipeline import ingest
from analysis.ingest.table_recognition import plain
from analysis.store import observations
from analysis.store.loading import load
from conftest import REALDATA
from made_up_observations import SEED, source, table
from made_up_series import yearly

MONTHS = [f"2022-{month:02}" for month in range(1, 13)]


@pytest.fixture(autouse=True)
def _nothing_extra(monkeypatch):
    """Hide no more than needed, so that a test can say how much that is."""
    with_threshold(monkeypatch, extra=0)


def with_threshold(monkeypatch, **numbers):
    rule = catalogue.thresholds().disclosure.model_copy(update=numbers)
    changed = catalogue.thresholds().model_copy(update={"disclosure": rule})
    monkeypatch.setattr(catalogue, "thresholds", lambda: changed)


def protect(cells, tables=None, seed=SEED):
    """Return what is shown of each cell: the count, ``<5``, or ``afgeschermd``."""
    before = table(cells)
    names = before["source"].cat.categories
    files = [source(name, (tables or {}).get(name, "levering")) for name in names]
    after = disclosure.protect(before, files, seed=seed).observations
    observations.SCHEMA.validate(after, lazy=True)
    assert (after["value"].isna() == after["status"].isin(["suppressed", "missing"])).all()
    assert (after["value"] == before["value"])[after["value"].notna()].all()
    shown = [
        reservations.hidden_count(row["upper"]) if row["status"] == "suppressed" else row["value"]
        for row in after.to_dict("records")
    ]
    return dict(zip(cells, shown, strict=True))


@pytest.mark.parametrize(
    ("indicator", "table", "frequency", "below", "expected"),
    [
        ("onbegrepen_gedrag", "levering", "Y", False, True),  # 47021NED publishes it for every municipality
        ("onbegrepen_gedrag", "levering", "Y", True, False),
        ("onbegrepen_gedrag", "47024NED", "M", True, False),  # open at its publisher, but too sensitive
        ("burenruzie", "levering", "Y", False, False),
        ("poging_tot_zelfdoding", "levering", "Y", False, False),
        ("woninginbraak", "levering", "M", False, True),
        ("zedenmisdrijf", "levering", "Y", False, True),
        ("zedenmisdrijf", "levering", "M", False, False),  # withheld by month
        ("jeugdoverlast", "47024NED", "M", True, True),
        ("woninginbraak", "47018NED", "Y", True, True),
    ],
)
def test_openness_follows_from_the_tables(indicator, table, frequency, below, expected):
    assert is_open(catalogue.tables()[table], catalogue.indicator(indicator), frequency, below) is expected


def test_small_counts_and_zeros_are_hidden():
    shown = protect(
        {("burenruzie", region, "2022"): n for region, n in {"GM0015": 0, "GM0022": 4, "GM0025": 5}.items()}
    )
    assert list(shown.values()) == ["<5", "<5", 5]


def test_months_and_neighbourhoods_have_a_higher_limit():
    cells = {("burenruzie", "GM1969", "2022-03"): 9, ("burenruzie", "GM1969", "2023-03"): 10}
    cells |= {("burenruzie", "WK196900", "2021"): 9, ("burenruzie", "BU19690101", "2020"): 10}
    assert list(protect(cells).values()) == ["<10", 10, "<10", 10]


def test_open_figures_stay_as_they_are():
    cells = {("onbegrepen_gedrag", "GM0015", "2016"): 2, ("woninginbraak", "WK196901", "2022", "open"): 0}
    assert list(protect(cells, {"open": "47018NED"}).values()) == [2, 0]


def test_missing_figures_stay_missing():
    cells = {("burenruzie", "GM0015", "2022"): None, ("burenruzie", "GM0022", "2022"): 2}
    assert list(protect(cells).values())[1] == "<5"
    after = disclosure.protect(table(cells), [source("levering", "levering")], seed=SEED).observations
    assert list(after["status"]) == ["missing", "suppressed"]


def test_another_part_is_hidden_with_a_remaining_part():
    wijken = {"WK196900": 3, "WK196901": 21, "WK196902": 40}
    cells = {("burenruzie", region, "2022"): n for region, n in {"GM1969": 64, **wijken}.items()}
    shown = [tuple(protect(cells, seed=bytes([seed])).values()) for seed in range(20)]
    assert set(shown) == {(64, "<10", "afgeschermd", 40), (64, "<10", 21, "afgeschermd")}
    assert shown == [tuple(protect(cells, seed=bytes([seed])).values()) for seed in range(20)]


def test_choice_stays_the_same_when_other_figures_come():
    wijken = {"GM1969": 64, "WK196900": 3, "WK196901": 21, "WK196902": 40}
    old = {("burenruzie", region, "2022"): n for region, n in wijken.items()}
    new = {("burenruzie", region, "2023"): n + 1 for region, n in wijken.items()}
    for seed in range(10):
        assert protect(old, seed=bytes([seed])).items() <= protect(new | old, seed=bytes([seed])).items()


@pytest.mark.parametrize("seed", range(8))
def test_which_figures_are_hidden_does_not_depend_on_their_values(seed):
    # The small ones are given; otherwise any table leads to the same choice, as long as enough room is left.
    first, second = (
        protect({("burenruzie", region, "2022"): n for region, n in wijken.items()}, seed=bytes([seed]))
        for wijken in (
            {"WK196900": 9, "WK196901": 21, "WK196902": 20, "WK196903": 90, "GM1969": 140},
            {"WK196900": 0, "WK196901": 90, "WK196902": 60, "WK196903": 25, "GM1969": 175},
        )
    )
    texts = ([shown if isinstance(shown, str) else "" for shown in cells.values()] for cells in (first, second))
    assert next(texts) == next(texts)


def test_what_is_hidden_together_has_a_sufficient_sum():
    # 1 + 4 = 5 leaves six values, but is itself a number that we would not show.
    wijken = {"WK196900": 1, "WK196901": 4, "WK196902": 40, "GM1969": 45}
    cells = {("burenruzie", region, "2022"): n for region, n in wijken.items()}
    assert list(protect(cells).values()) == ["<10", "<10", "afgeschermd", 45]


def test_more_than_needed_is_hidden_now_and_then(monkeypatch):
    with_threshold(monkeypatch, extra=0.3)
    cells = {("burenruzie", region, "2022"): n for region, n in {"WK196900": 3, "WK196901": 21, "WK196902": 40}.items()}
    cells[("burenruzie", "GM1969", "2022")] = 64
    numbers = {list(protect(cells, seed=bytes([seed])).values()).count("afgeschermd") for seed in range(40)}
    assert numbers == {1, 2, 3}


def test_without_a_total_nothing_more_is_hidden():
    wijken = {"WK196900": 3, "WK196901": 21, "WK196902": 40}
    assert list(protect({("burenruzie", region, "2022"): n for region, n in wijken.items()}).values()) == [
        "<10",
        21,
        40,
    ]


def test_a_figure_just_above_its_limit_gives_too_little_room():
    # 0 + 10 + 30 = 40: with 10 hidden, everyone knows it is 10 or more, so that the other must be 0.
    wijken = {"WK196900": 0, "WK196901": 10, "WK196902": 30}
    cells = {("burenruzie", region, "2022"): n for region, n in {"GM1969": 40, **wijken}.items()}
    assert list(protect(cells).values()) == [40, "<10", 10, "afgeschermd"]


def test_a_hidden_figure_that_must_be_at_its_limit_is_not_enough():
    # Everyone knows that the second wijk is 10 or more: with the total shown, the first must be 0.
    wijken = {"WK196900": 0, "WK196901": 10}
    cells = {("burenruzie", region, "2022-01"): n for region, n in {**wijken, "GM1969": 10}.items()}
    assert list(protect(cells).values()) == ["<10", "afgeschermd", "afgeschermd"]


def test_new_years_eve_counts_for_the_year_in_which_it_begins():
    days = {"2022-01-01": 30, "2022-12-31": 4, "2023-01-01": 20, "2022": 24}
    shown = protect({("jaarwisseling_incidenten", "GM1969", when): n for when, n in days.items()})
    assert list(shown.values()) == [30, "<10", "afgeschermd", 24]


def test_month_cannot_be_derived_from_half_year_and_year():
    months = dict.fromkeys(MONTHS, 20) | {"2022-02": 4}
    halves = {"2022-H1": 104, "2022-H2": 120}
    cells = {("burenruzie", "GM1969", when): n for when, n in {**months, **halves, "2022": 224}.items()}
    shown = {when: text for (_, _, when), text in protect(cells).items()}
    assert shown["2022-02"] == "<10"
    assert [shown[when] for when in MONTHS[:6]].count("afgeschermd") == 1  # another month of the same half-year
    assert [shown[when] for when in MONTHS[6:]] == [20] * 6 and shown["2022"] == 224


def test_half_years_protect_each_other():
    cells = {("burenruzie", "GM1969", when): n for when, n in {"2022-H1": 3, "2022-H2": 31, "2022": 34}.items()}
    first, *rest = protect(cells).values()
    assert first == "<10" and "afgeschermd" in rest


def test_a_total_of_kinds_does_not_give_a_kind_away():
    # In a wijk, registrations of onbegrepen gedrag are hidden, although the police publishes them.
    cells = {("onbegrepen_gedrag", "WK196900", "2022"): 2, ("jeugdoverlast", "WK196900", "2022"): 7}
    cells |= {("overlast_zwervers", "WK196900", "2022"): 15, ("overlast_totaal", "WK196900", "2022"): 24}
    shown = protect({(*key, "open"): n for key, n in cells.items()}, {"open": "47024NED"})
    assert list(shown.values()) == ["<10", 7, "afgeschermd", 24]  # 2 + 15 may be seen, 2 + 7 may not


def test_predecessors_do_not_give_each_other_away():
    parts = {"GM0015": 2, "GM0022": 20, "GM0025": 30, "GM0056": 40, "GM1969": 92}
    shown = protect({("burenruzie", region, "2017"): n for region, n in parts.items()})
    first, *parts, whole = shown.values()
    assert (first, whole) == ("<5", 92) and parts.count("afgeschermd") == 1


def test_continuing_code_is_another_area_in_earlier_borders():
    # The Groningen of 2017 is a part of the municipality that has had that name since 2019.
    then = {("burenruzie", region, "2017"): n for region, n in {"GM0014": 50, "GM0017": 20, "GM0009": 1}.items()}
    assert list(protect(then).values()) == [50, 20, "<5"]
    assert primary._borders("GM0014", 2017) and not primary._borders("GM0014", 2019)


def test_implied_intermediate_totals_are_taken_into_account():
    # No yearly figure of a wijk and no monthly figure of the municipality is shown; still only one figure is unknown.
    months = {("burenruzie", wijk, month): 15 for wijk in ("WK196900", "WK196901") for month in MONTHS}
    months[("burenruzie", "WK196900", "2022-05")] = 6
    shown = protect(months | {("burenruzie", "GM1969", "2022"): 351})
    assert list(shown.values()).count("afgeschermd") == 1


def test_parts_that_add_up_once_are_not_assumed_complete(monkeypatch):
    kinds = ("poging_tot_zelfdoding", "woningbranden")
    extended = {
        **catalogue.indicators(),
        "burenruzie": catalogue.indicator("burenruzie").model_copy(update={"parts": kinds}),
    }
    monkeypatch.setattr(catalogue, "indicators", lambda: extended)
    primary.containers.cache_clear()
    counts = {"burenruzie": (60, 70, 24), kinds[0]: (20, 22, 3), kinds[1]: (10, 10, 20)}
    cells = {
        (kind, "GM1969", f"{2020 + year}"): count
        for kind, three_years in counts.items()
        for year, count in enumerate(three_years)
    }
    try:
        assert list(protect(cells).values()) == [60, 70, 24, 20, 22, "<5", 10, 10, 20]  # at most 4, so 0 to 4
    finally:
        primary.containers.cache_clear()


def test_figure_hidden_in_one_release_is_hidden_in_all():
    old = {("burenruzie", region, "2022", "oud"): n for region, n in {"GM0015": 3, "GM0022": 20}.items()}
    new = {("burenruzie", region, "2022", "nieuw"): n for region, n in {"GM0015": 5, "GM0022": 20}.items()}
    assert list(protect(old | new).values()) == ["<5", 20, "afgeschermd", 20]


def test_revised_total_of_another_release_counts_as_a_total():
    wijken = {"WK196900": 3, "WK196901": 121, "WK196902": 140}
    parts = {("burenruzie", region, "2022", "wijken"): n for region, n in wijken.items()}
    shown = protect(parts | {("burenruzie", "GM1969", "2022", "later"): 265})
    assert list(shown.values()) in (["<10", "afgeschermd", 140, 265], ["<10", 121, "afgeschermd", 265])


FOUR = {"WK196900": 3, "WK196901": 21, "WK196902": 40, "GM1969": 64}


def editions(*counts, remember=True, seeds=(b"", b"")):
    """Return what each of some editions of a delivery shows of each wijk and the municipality."""
    released, shown = None, []
    for regions, seed in zip(counts, seeds, strict=True):
        frame = table({("burenruzie", region, "2022"): n for region, n in regions.items()})
        files = [source("levering", "levering")]
        safe = disclosure.protect(frame, files, seed=seed, released=released if remember else None)
        released = safe.released
        shown.append(dict(zip(regions, safe.observations["value"].fillna(-1), strict=True)))
    return shown


def hidden(shown):
    return {region for region, count in shown.items() if count == -1}


@pytest.mark.parametrize("seed", range(8))
def test_what_an_earlier_edition_hid_stays_hidden(seed):
    """Even with the secret lost: with 3 and 21 hidden in one edition, and 3 and 40 in the next, nothing is hidden."""
    first, second = editions(FOUR, FOUR, seeds=(b"a", bytes([seed])))
    assert first == second
    assert editions(FOUR, FOUR, seeds=(b"a", b"a"), remember=False)[1] == first


def test_without_the_record_another_secret_gives_a_count_away():
    assert any(
        hidden(first) & hidden(second) == {"WK196900"}
        for first, second in (editions(FOUR, FOUR, seeds=(b"a", bytes([seed])), remember=False) for seed in range(8))
    )


@pytest.mark.parametrize("seed", range(8))
def test_a_revised_count_is_not_protected_by_what_everybody_knows(seed):
    """The first edition showed everything. When the first wijk is revised to 3, only the new total can protect it."""
    before = {**FOUR, "WK196900": 30, "GM1969": 91}
    first, second = editions(before, FOUR, seeds=(b"a", bytes([seed])))
    assert not hidden(first) and hidden(second) == {"WK196900", "GM1969"}


@pytest.mark.parametrize("seed", range(8))
def test_a_count_that_grows_does_not_give_its_old_value_away(seed):
    """The first wijk was 3 and is 12 now. What it was follows from the old total, if the second wijk were shown."""
    first, second = editions(FOUR, {**FOUR, "WK196900": 12, "GM1969": 73}, seeds=(b"a", bytes([seed])))
    assert len(hidden(first)) == 2 and hidden(second) >= hidden(first)


def test_record_of_what_was_released_holds_each_figure_once():
    cells = {("burenruzie", region, "2022"): n for region, n in FOUR.items()}
    frame = table(cells | {("woninginbraak", "GM1969", "2022"): 9})
    files, released = [source("levering", "levering")], None
    for _ in range(3):
        released = disclosure.protect(frame, files, seed=b"", released=released).released
    assert sorted(released["value"]) == [3, 21, 40, 64] and released["hidden"].sum() == 2


def test_protected_figures_of_police_units_are_hidden_however_large():
    units = {("burenruzie", region, "2022"): n for region, n in {"RE01": 153, "LD01": 3, "PV20": 70}.items()}
    assert list(protect(units).values()) == ["afgeschermd", "<5", 70]
    assert list(protect({("zedenmisdrijf", "RE01", "2022", "open"): 3}, {"open": "47013NED"}).values()) == [3]


def test_open_figures_of_a_municipality_are_never_hidden():
    cells = {("onbegrepen_gedrag", "WK196900", "2022"): 1, ("onbegrepen_gedrag", "GM1969", "2022"): 1}
    assert list(protect(cells).values()) == ["<10", 1]


def test_a_rate_is_shown_only_beside_its_count(monkeypatch):
    rate = catalogue.indicator("burenruzie").model_copy(update={"id": "tempo", "derived_from": "burenruzie"})
    rate = rate.model_copy(update={"unit": "per_1000"})
    extended = {**catalogue.indicators(), "tempo": rate}
    monkeypatch.setattr(catalogue, "indicators", lambda: extended)
    cells = {("burenruzie", "GM0015", "2022"): 3, ("burenruzie", "GM0022", "2022"): 30}
    cells |= {("tempo", region, "2022"): 0.7 for region in ("GM0015", "GM0022", "GM0025")}
    assert list(protect(cells).values()) == ["<5", 30, "afgeschermd", 0.7, "afgeschermd"]


def test_parts_that_do_not_add_up_still_set_a_ceiling(monkeypatch):
    whole = catalogue.indicator("burenruzie").model_copy(update={"parts": ("poging_tot_zelfdoding",)})
    extended = {**catalogue.indicators(), "burenruzie": whole}
    monkeypatch.setattr(catalogue, "indicators", lambda: extended)
    primary.containers.cache_clear()
    cells = {("burenruzie", "GM1969", "2022"): 6, ("poging_tot_zelfdoding", "GM1969", "2022"): 1}
    try:
        assert list(protect(cells).values()) == [6, "<5"]  # anything from 0 to 4 is possible
    finally:
        primary.containers.cache_clear()


def test_threshold_can_be_raised(monkeypatch):
    with_threshold(monkeypatch, year_of_municipality=20)
    assert list(protect({("burenruzie", "GM1969", "2022"): 19}).values()) == ["<20"]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("disclosure", "possible_values: 3", "possible_values: 6"),
        ("disclosure", "room: 9", "room: 8"),
        ("verdict", "hint: 0.2", "hint: 0.05"),
        ("verdict", "alpha: 0.05", "alpha: 5"),
        ("monitoring", "month: 0.995", "month: 99.5"),
        ("signals", "notice: 0.95", "notice: 95"),
        ("small_counts", "interval_from: 10", "interval_from: -10"),
    ],
)
def test_thresholds_that_make_no_sense_are_refused(tmp_path, part, old, new):
    text = (paths.DEFINITIONS / "thresholds.yml").read_text("utf-8")
    assert f"  {old}\n" in text
    (tmp_path / "thresholds.yml").write_text(text.replace(f"  {old}\n", f"  {new}\n"), "utf-8")
    with pytest.raises(DataError, match=part):
        catalogue.read_yaml(tmp_path / "thresholds.yml", catalogue.Thresholds)


def test_ingest_writes_no_hidden_figure(tmp_path):
    lines = [f"Marum;GM0025;E14;Poging;{year};{count}" for year, count in ((2016, 3), (2017, 17))]
    made_up_exports.write(tmp_path / "raw" / "politie" / "levering.csv", [made_up_exports.DELIVERY, *lines])
    ingest(tmp_path / "raw", tmp_path / "processed")
    rows = observations.query("poging_tot_zelfdoding", ["GM0025"], "Y", tmp_path / "processed")
    assert list(rows["value"].fillna(-1)) == [-1, 17] and list(rows["status"]) == ["suppressed", "final"]
    series = load("poging_tot_zelfdoding", "GM0025", folder=tmp_path / "processed")
    assert series.hidden(2016) and reservations.hidden_by_year(series) == {2016: "<5"}


def test_a_chart_leaves_a_gap_and_says_why():
    series = yearly("proef", "GM1969", {2019: 12, 2020: None, 2021: None, 2022: 20})
    series.data.loc["2020-01-01", ["status", "upper"]] = ["suppressed", 4.0]
    series.data.loc["2021-01-01", "status"] = "suppressed"
    shown = chart(series)
    assert [row[:2] for row in shown.table.cells] == [
        ("2019", "12"), ("2020", "<5"), ("2021", "afgeschermd"), ("2022", "20"),
    ]  # fmt: skip
    assert "tonen wij niet (<5)" in shown.description and "2020 en 2021" in shown.source
    assert not {"2020", "2021"} & {record.period for record in shown.numbers}


@pytest.mark.realdata
def test_nothing_open_is_hidden_in_real_data(tmp_path):
    ingest(REALDATA, tmp_path)
    frame = pd.read_parquet(tmp_path / observations.OBSERVATIONS)
    supplied = frame["source"].astype(str).map(plain).str.contains("levering")
    assert supplied.any() and frame.loc[supplied, "value"].lt(5).any()  # 47021NED publishes them at this level
    assert not (frame["status"].eq("suppressed") & frame["upper"].notna()).any()
