"""A change without a declared break."""

from __future__ import annotations

from datetime import date

import pytest

from analysis.definitions import catalogue
from analysis.definitions.catalogue import Break
from analysis.statistics.change import change
from analysis.statistics.scenarios import scenarios, without_break
from analysis.store.results import Missing
from made_up_series import yearly


def a_break(**fields):
    words = {"label": "proef", "text": "proef", "certainty": "probable", "indicators": ("proef",), "source": "proef"}
    return Break(**{**words, "id": "ruimer", "kind": "registration", "date": date(2020, 3, 1), **fields})


def rise(first=2019, last=2022, counts=(242, 395)):
    """Return a change after eight years that were as the first."""
    before, after = counts
    years = dict.fromkeys(range(first - 7, first + 1), before) | {last: after}
    return change(yearly("proef", "GM1969", years), first, last)


def test_the_change_is_divided_by_what_the_break_may_have_done():
    """242 and 395 follow from the IVB 2024-2027; a factor of 1,12 to 1,20 is that of breaks.yml."""
    result = without_break(rise(), a_break(factor=(1.12, 1.20)))
    assert (round(result.lower_pct), round(result.upper_pct)) == (36, 46)
    least, most = rise().ordinary  # about 242
    assert result.margin_pct == pytest.approx((100 * (395 / most / 1.20 - 1), 100 * (395 / least / 1.12 - 1)))
    smallest, largest = result.records()
    assert (smallest.id, smallest.value) == ("proef.without.ruimer.smallest_pct", pytest.approx(result.lower_pct))
    assert smallest.lower < smallest.value < largest.value < largest.upper


@pytest.mark.parametrize(
    ("declared", "rise_in_counts", "word"),
    [
        (a_break(), rise(), "niet bekend"),
        (a_break(factor=(1.1, 1.2)), rise(2020, 2022), "niet tussen"),
        (a_break(factor=(1.1, 1.2), date=date(2022, 6, 1)), rise(), "niet tussen"),
        (a_break(factor=(1.1, 1.2)), rise(counts=(6, 9)), "te klein"),
        (
            a_break(factor=(1.1, 1.2)),
            change(yearly("proef", "GM1969", {2019: 242, 2022: 395}), 2019, 2022),
            "te weinig",
        ),
    ],
    ids=["size unknown", "within the first year", "within the last year", "small counts", "nothing to learn from"],
)
def test_no_scenario_where_it_would_mislead(declared, rise_in_counts, word):
    scenario = without_break(rise_in_counts, declared)
    assert isinstance(scenario, Missing)
    assert word in scenario.reason


def test_a_change_carries_the_scenarios_of_its_breaks(monkeypatch):
    declared = {"a": a_break(factor=(1.12, 1.20)), "b": a_break(id="b")}
    monkeypatch.setattr(catalogue, "breaks", lambda: declared)
    (result,) = scenarios(rise())
    assert result.without.factor == (1.12, 1.20)
    assert "proef.without.ruimer.largest_pct" in {record.id for record in rise().records()}
