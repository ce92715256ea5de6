"""Attempts to derive a hidden count from what is published. All figures are made up unless a test says otherwise."""

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

import attacker
from analysis import disclosure, paths
from analysis.definitions import catalogue
from analysis.disclosure import primary, secondary
from analysis.store import observations
from attacker import PROMISED, Attack, Score, deliveries
from disclosure_attacker import Secret, before_and_after, leaks, learnt, secrets
from made_up_observations import SEED, source, table

pytestmark = pytest.mark.slow

WIJKEN = ("WK196900", "WK196901", "WK196902")
MONTHS = tuple(f"2022-{month:02}" for month in range(1, 13))


@pytest.fixture
def primary_only(monkeypatch):
    """Suppress small figures only."""
    monkeypatch.setattr(secondary.Pattern, "close", lambda pattern: pattern.first)
    monkeypatch.setattr(primary, "has_unknown_parts", lambda frame: pd.Series(False, frame.index))


def publish(cells):
    truth = table(cells)
    sources = [source(name, "levering") for name in truth["source"].cat.categories]
    return truth, disclosure.protect(truth, sources, seed=SEED).observations


def derived(cells, revised=0):
    """Return the hidden counts that an attacker derives."""
    truth, published = publish(cells)
    assert published["status"].eq("suppressed").any()
    return {
        cell: count
        for cell, count in learnt(published, truth, truth["source"].unique(), revised=revised).items()
        if not cell[1].startswith("RE")  # hidden for what it gives away, however large
    }


def with_totals(counts):
    """Return a table of wijken by months with every total: of wijken, of months, and of both."""
    cells = {("burenruzie", *key): n for key, n in counts.items()}
    wijken, months = ({key[position] for key in counts} for position in (0, 1))
    cells |= {("burenruzie", "GM1969", month): sum(counts[wijk, month] for wijk in wijken) for month in months}
    cells |= {("burenruzie", wijk, "2022"): sum(counts[wijk, month] for month in months) for wijk in wijken}
    return cells | {("burenruzie", "GM1969", "2022"): sum(counts.values())}


GRONINGEN_2012 = [
    f"GM{number:04}"
    for number in (3, 5, 7, 9, 10, 14, 15, 17, 18, 22, 24, 25, 37, 40, 47, 48, 53, 56, 765, 1651, 1663, 1895, 1987)
]
REVISED = {"a revised total": -2}
LEFT_OVER = {
    "wijken": {("burenruzie", "GM1969", "2022"): 64}
    | {("burenruzie", wijk, "2022"): n for wijk, n in zip(WIJKEN, (3, 21, 40), strict=True)},
    "months": {("burenruzie", "GM1969", month): 30 - 2 * at for at, month in enumerate(MONTHS)}
    | {("burenruzie", "GM1969", "2022"): 228},
    "half-years": {("burenruzie", "GM1969", when): n for when, n in {"2022-H1": 3, "2022-H2": 31, "2022": 34}.items()},
    "predecessors": {
        ("burenruzie", region, "2017"): n
        for region, n in {"GM0015": 2, "GM0022": 20, "GM0025": 30, "GM0056": 40, "GM1969": 92}.items()
    },
    "releases": {("burenruzie", "GM1969", "2022", "jaar"): 64}
    | {("burenruzie", wijk, "2022", "wijken"): n for wijk, n in zip(WIJKEN, (3, 21, 40), strict=True)},
    "nothing happened": {("burenruzie", "GM1969", "2022"): 61}
    | {("burenruzie", wijk, "2022"): n for wijk, n in zip(WIJKEN, (0, 0, 61), strict=True)},
    "New Year": {
        ("jaarwisseling_incidenten", "GM1969", when): n
        for when, n in {"2022-12-30": 20, "2022-12-31": 15, "2023-01-01": 3, "2023-01-02": 12, "2022": 18}.items()
    },
    "police unit": {
        ("burenruzie", region, "2022"): n for region, n in {"RE01": 153, "PV20": 3, "PV21": 70, "PV22": 80}.items()
    },
    "province of then": {("burenruzie", region, "2012"): 2 if region == "GM0015" else 30 for region in GRONINGEN_2012}
    | {("burenruzie", "PV20", "2012"): 2 + 30 * (len(GRONINGEN_2012) - 1)},
    "municipalities of then and of today": {
        ("burenruzie", region, "2012"): 2 if region == "GM0003" else 30 for region in GRONINGEN_2012
    }
    | {("burenruzie", "GM1969", "2012"): 120, ("burenruzie", "PV20", "2012"): 2 + 30 * (len(GRONINGEN_2012) - 1)},
    "a year that is not shown": {("burenruzie", "GM1969", f"2022-H{half}"): n for half, n in ((1, 53), (2, 33))}
    | {("burenruzie", wijk, "2022"): n for wijk, n in zip(WIJKEN, (54, 4, 28), strict=True)},
    "a revised total": {("burenruzie", "GM1969", "2022", "later"): 60}
    | {("burenruzie", wijk, "2022", "wijken"): n for wijk, n in zip(WIJKEN, (3, 21, 38), strict=True)},
    "both ways": with_totals({key: 4 if key == (WIJKEN[0], "2022-03") else 25 for key in product(WIJKEN, MONTHS)}),
}


@pytest.mark.parametrize("name", LEFT_OVER)
def test_remainder_of_a_sum_cannot_be_derived(name):
    assert not derived(LEFT_OVER[name], REVISED.get(name, 0))


@pytest.mark.parametrize("name", LEFT_OVER)
def test_attack_succeeds_with_primary_suppression_only(name, primary_only):
    assert derived(LEFT_OVER[name], REVISED.get(name, 0))


counts = st.one_of(st.integers(0, 12), st.integers(0, 40))


@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # each example is slow to shrink
@given(st.lists(counts, min_size=12, max_size=12), st.data())
def test_no_random_table_gives_a_hidden_count_away(values, data):
    months = ("2022-01", "2022-02", "2022-07", "2022-08")
    cells = with_totals(dict(zip(product(WIJKEN, months), values, strict=True)))
    cells |= {
        ("burenruzie", "GM1969", f"2022-H{half}"): sum(
            cells["burenruzie", "GM1969", month] for month in months[at : at + 2]
        )
        for half, at in ((1, 0), (2, 2))
    }
    totals = sorted(cell for cell in cells if cell[1] == "GM1969" or cell[2] == "2022")
    dropped = data.draw(st.sets(st.sampled_from(totals), max_size=6))
    truth, published = publish({key: n for key, n in cells.items() if key not in dropped})
    assume(published["status"].eq("suppressed").any())
    assert not learnt(published, truth, ["levering"])


@settings(max_examples=25)
@given(st.lists(counts, min_size=4, max_size=4))
def test_every_hidden_count_keeps_three_values_by_enumeration(values):
    """Try every table of four wijken and their total that would look the same when published."""
    wijken = (*WIJKEN, "WK196903")
    cells = {("burenruzie", wijk, "2022"): n for wijk, n in zip(wijken, values, strict=True)}
    _, published = publish(cells | {("burenruzie", "GM1969", "2022"): sum(values)})
    shown, upper = list(published["value"]), list(published["upper"])
    possible = []
    for at in range(4):
        hidden = range(10) if upper[at] == 9 else range(10, sum(values) + 10)
        possible.append(hidden if pd.isna(shown[at]) else [int(shown[at])])
    total = range(10) if upper[4] == 9 else range(10, 5 * 50) if pd.isna(shown[4]) else [int(shown[4])]
    tables = [candidate for candidate in product(*possible) if sum(candidate) in total]
    for at in range(4):
        if pd.isna(shown[at]):
            assert len({table[at] for table in tables}) >= 3


def score(deliveries):
    attacker._publish.cache_clear()
    total, random = Score(), np.random.default_rng(1)
    for tables in deliveries:
        total.add(Attack(tables, attacker.publish(tables, SEED)), random)
    return total


@pytest.mark.parametrize("editions", [1, 2])
def test_whoever_knows_the_method_learns_nothing_more(editions):
    """A part of ``benchmarks/attacker.py``: with the code and every edition, but not the secret."""
    total = score(deliveries(15, editions))
    assert total.hidden > 40 and total.by_code == total.hidden
    assert total.narrow == total.pencil_narrow == 0


REVISED_SMALL = [{"00": 9, "01": 14, "02": 30}, {"00": 11, "01": 14, "02": 30}]  # from small to not small by 2


def test_a_revision_of_a_hidden_count_is_hidden_with_it():
    """With both totals shown, the first count would be 8 or 9: small before, and not when 2 came to it."""
    tables = [
        attacker.with_totals({(f"WK1969{wijk}", attacker.YEAR): count for wijk, count in wijken.items()})
        for wijken in REVISED_SMALL
    ]
    first, second = attacker.publish(tables, SEED)
    assert (attacker.WHOLE, attacker.YEAR) in second - first
    assert score([tables]).narrow == 0


def test_a_revision_that_is_hidden_alone_gives_its_count_away(monkeypatch):
    """The attacker of the test before has to find it."""
    tables = [
        attacker.with_totals({(f"WK1969{wijk}", attacker.YEAR): count for wijk, count in wijken.items()})
        for wijken in REVISED_SMALL
    ]
    monkeypatch.setattr(secondary.Pattern, "_is_revised", lambda pattern, key: False)
    monkeypatch.setattr(secondary.Pattern, "_around_narrow", lambda pattern, hidden: set())
    assert score([tables]).narrow > 0


def hidden_cells(*names):
    """Return cells of the wijken 0 to 9 or of the municipality (W), in the year (Y) or a half of it (1 and 2)."""
    when = {"Y": attacker.YEAR, "1": attacker.HALVES[0], "2": attacker.HALVES[1]}
    return frozenset((attacker.WHOLE if name[0] == "W" else f"WK19690{name[0]}", when[name[1]]) for name in names)


def test_the_attacker_looks_at_what_two_editions_have_in_common():
    """Half of one wijk is revised. The total was 56, and the wijk went from 9 at most to 10 at least, by 9 at most."""
    later = dict(zip(product(attacker.WIJKEN, attacker.HALVES), (12, 3, 7, 0, 9, 27, 16, 20, 10, 6, 4, 7), strict=True))
    tables = [attacker.with_totals(later | {("WK196905", attacker.HALVES[0]): 2}), attacker.with_totals(later)]
    wijken = hidden_cells(*(wijk + when for wijk in "01245" for when in "Y12"))
    attack = Attack(tables, (wijken, wijken | hidden_cells("WY", "W1")))
    total = attack.unknown[1, (attacker.WHOLE, attacker.HALVES[0])]
    assert attack.program.range(total) == (56 + 1, 56 + 9)
    assert len(attack.values(total, replay=False, random=np.random.default_rng(1))) == PROMISED


def test_the_attacker_finds_exactly_the_values_that_fit():
    wijken = {("WK196900", attacker.YEAR): 9, ("WK196901", attacker.YEAR): 3, ("WK196902", attacker.YEAR): 14}
    attack = Attack([attacker.with_totals(wijken)], (hidden_cells("0Y", "1Y", "2Y"),))
    fitting = [each for each in product(range(10), range(10), range(10, 75)) if sum(each) == 9 + 3 + 14]
    for at, cell in enumerate(sorted(wijken)):
        number = attack.unknown[0, cell]
        found = {value for value in range(75) if attack.program.near(number, value, np.ones(3)) is not None}
        assert found >= {each[at] for each in fitting}
        low, high = attack.program.range(number)
        assert {value for value in found if low <= value <= high} == {each[at] for each in fitting}


def test_a_count_that_takes_too_long_is_given_up_and_not_called_safe(monkeypatch):
    tables = next(deliveries(1, 1))
    before = score([tables])
    monkeypatch.setattr(attacker, "RUNS", 0)
    after = score([tables])
    assert before.hidden > 0 and before.given_up == 0
    assert after.hidden == 0 and after.given_up == before.hidden


def test_the_smallest_that_suffices_gives_a_count_away(monkeypatch):
    """The method as it was. With 20 hidden beside 9 and 21 shown, only 8 + 21 could look the same."""
    wijken = dict(zip(attacker.WIJKEN, (9, 20, 21, 40), strict=False))
    tables = [attacker.with_totals({(wijk, attacker.YEAR): count for wijk, count in wijken.items()})]
    assert score([tables]).narrow == 0
    monkeypatch.setattr(secondary.Pattern, "_random", _by_size)
    assert score([tables]).narrow > 0


def _by_size(pattern, about, purpose):
    """Rank figures by their value, and hide nothing extra."""
    return pattern.figures.values[min(pattern.figures.numbers(about))] / 1e6 if purpose == b"rank" else 0.0


@pytest.mark.parametrize(("room", "narrow"), [(9, False), (3, True)])
def test_more_room_is_asked_than_is_promised(monkeypatch, room, narrow):
    """Halves of 10 and 1 and their year are hidden: whoever takes that for no chance knows there was little room."""
    rule = catalogue.thresholds().disclosure.model_copy(update={"extra": 0, "room": room})
    changed = catalogue.thresholds().model_copy(update={"disclosure": rule})
    monkeypatch.setattr(catalogue, "thresholds", lambda: changed)
    halves = {(attacker.WHOLE, when): count for when, count in zip(attacker.HALVES, (10, 1), strict=True)}
    tables = [attacker.with_totals(halves)]
    assert len(attacker.publish(tables, SEED)[0]) == len(tables[0])
    assert (score([tables]).narrow > 0) is narrow


def test_that_one_sum_needed_more_does_not_tell_that_others_did_not():
    """Of a year of 27 the first wijk had 10. With 11 to 16 it needs more, too, but so does the wijk with 7."""
    counts = dict(zip(product(attacker.WIJKEN[:3], attacker.HALVES), (10, 0, 8, 2, 5, 2), strict=True))
    tables = [attacker.with_totals(counts)]
    total, random = Score(), np.random.default_rng(1)
    total.add(Attack(tables, attacker.publish(tables, b"secret of the machine")), random)
    assert total.hidden > 0 and total.narrow == 0


@pytest.mark.parametrize("total", [5, 6, 7])
def test_a_year_of_small_parts_is_shown_only_where_hiding_it_leaves_three_values(total):
    """With room for 8 values it would be shown from 7 on, so a hidden one would be 5 or 6."""
    wijken = {(wijk, attacker.YEAR): count for wijk, count in zip(attacker.WIJKEN, (total - 4, 3, 1, 0), strict=False)}
    tables = [attacker.with_totals(wijken)]
    assert (attacker.WHOLE, attacker.YEAR) in attacker.publish(tables, SEED)[0]
    assert score([tables]).narrow == 0


@pytest.fixture(scope="module")
def sample_frames(tmp_path_factory):
    """Return the observations of the sample before and after suppression, and their sources."""
    return before_and_after(paths.RAW, tmp_path_factory.mktemp("processed"))


def test_hidden_counts_of_the_sample_cannot_be_derived(sample_frames):
    truth, published, sources = sample_frames
    tables = catalogue.tables()
    supplied = [source.name for source in sources if source.table in tables and not tables[source.table].public]
    hidden = truth["value"].notna() & published["value"].isna()
    assert hidden.any() and set(truth.loc[hidden, "source"]) <= set(supplied)
    years = published["period"].dt.year
    for indicator, year in list({*zip(published.loc[hidden, "indicator"], years[hidden], strict=True)})[:8]:
        about = (published["indicator"] == indicator) & (years == year)
        assert not learnt(published[about], truth[about], supplied)


def test_processed_sample_has_no_hidden_count(sample_frames, processed):
    truth, published, _ = sample_frames
    written = pd.read_parquet(processed / observations.OBSERVATIONS)
    figure = ["indicator", "region", "period", "frequency", "source"]  # the file has its own order of rows
    values = [
        frame.astype({"indicator": str, "region": str, "frequency": str, "source": str})
        for frame in (written, published)
    ]
    first, second = (frame.set_index(figure)["value"].sort_index() for frame in values)
    assert first.equals(second)
    assert secrets(truth, published)


RECORD = {"label": "burenruzies", "region": "GM1969", "period": "2022", "lower": None, "upper": None}
SECRET = Secret("burenruzies", "GM1969", "2022", 3)


@pytest.mark.parametrize(
    ("name", "content", "leaking"),
    [
        ("a.html", "<p>Burenruzies in Westerkwartier: 3 in 2022.</p>", True),
        ("a.html", "<p>Burenruzies in Westerkwartier: &lt;5 in 2022.</p>", False),
        ("a.html", "<p>Burenruzies in Westerkwartier: 23 in 2022 en 3 % meer.</p>", False),
        ("a.html", "<p>Burenruzies in Leek: 3 in 2022.</p>", False),
        (
            "b.html",
            "<table><caption>Burenruzies per jaar</caption><thead><tr><th>Jaar</th><th>Westerkwartier, aantal</th></tr>"
            "</thead><tbody><tr><th>2021</th><td>8</td></tr><tr><th>2022</th><td>3</td></tr></tbody></table>",
            True,
        ),
        ("c.html", "<svg><desc>Westerkwartier, burenruzies: eindigt op 3 in 2022.</desc></svg>", True),
        (
            "results.json",
            json.dumps([{**RECORD, "value": 3.0}]),
            True,
        ),
        (
            "results.json",
            json.dumps([{**RECORD, "value": None}]),
            False,
        ),
        (
            "n.ipynb",
            json.dumps(
                {"cells": [{"outputs": [{"data": {"text/html": "<p>Westerkwartier burenruzies 2022: 3</p>"}}]}]}
            ),
            True,
        ),
        ("t.csv", "jaar,burenruzies Westerkwartier\n2022,3\n", True),
    ],
)
def test_a_leak_in_a_report_is_found(tmp_path, name, content, leaking):
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert bool(leaks(tmp_path, [SECRET])) is leaking


@pytest.mark.parametrize(
    ("content", "leaking"),
    [
        ("<p>Burenruzies in Westerkwartier: 3 in maart 2022.</p>", True),
        ("<p>Burenruzies in Westerkwartier: 3 in 2022.</p>", False),
        ("<p>Burenruzies in Westerkwartier: 3 in april 2022.</p>", False),
        ("<p>Burenruzies: 3 in maart 2022.</p>", True),  # the report is about Westerkwartier
        (
            "<table><caption>Burenruzies</caption><thead><tr><th>Waar</th><th>mei 2022</th><th>maart 2022</th></tr>"
            "</thead><tbody><tr><th>Westerkwartier</th><td>17</td><td>3</td></tr></tbody></table>",
            True,
        ),
    ],
)
def test_a_leak_of_a_month_is_found(tmp_path, content, leaking):
    report = tmp_path / "GM1969" / "2019-2022"
    report.mkdir(parents=True)
    (report / "a.html").write_text(content, encoding="utf-8")
    assert bool(leaks(report, [Secret("burenruzies", "GM1969", "2022-03", 3)])) is leaking
    assert not leaks(report, [Secret("burenruzies", "GM1969", "2022", 3)]) or "3 in 2022" in content


def test_secrets_are_the_suppressed_counts():
    truth, published = publish({("burenruzie", "GM1969", "2022"): 3, ("burenruzie", "GM1969", "2023"): 30})
    assert secrets(truth, published) == [SECRET]
