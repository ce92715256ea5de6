"""The five verdicts and the rule that decides between them."""

from __future__ import annotations

from datetime import date

import pytest
from statsmodels.stats.multitest import multipletests

from analysis.definitions import catalogue
from analysis.definitions.catalogue import Break
from analysis.statistics.verdicts import Verdict, breaks_between, holm, same_territory, too_few, verdict_from_interval
from analysis.store.series import BACK_CAST, OWN, SUMMED_IN_PART
from made_up_series import yearly


def test_there_are_five_words():
    assert [str(word) for word in Verdict] == [
        "bevestigd",
        "bevestigd met kanttekening",
        "niet te onderscheiden van toeval",
        "weersproken",
        "niet toetsbaar",
    ]


@pytest.mark.parametrize(
    ("lower", "upper", "p", "options", "expected"),
    [
        (1.4, 1.9, 0.001, {}, Verdict.CONFIRMED),
        (0.3, 0.6, 0.001, {}, Verdict.CONFIRMED),
        (1.3, None, 0.02, {}, Verdict.CONFIRMED),
        (1.4, 1.9, 0.001, {"caveats": True}, Verdict.CONFIRMED_WITH_CAVEAT),
        (0.9, 1.9, 0.2, {"caveats": True}, Verdict.CHANCE),
        (1.01, 1.9, 0.2, {}, Verdict.CHANCE),  # lost after correction for the number of statements
        (0.99, 1.9, 0.04, {}, Verdict.CHANCE),
        (1.4, 1.9, 0.001, {"claimed": "up"}, Verdict.CONFIRMED),
        (0.3, 0.6, 0.001, {"claimed": "up"}, Verdict.CONTRADICTED),
        (1.4, 1.9, 0.001, {"claimed": "down", "caveats": True}, Verdict.CONTRADICTED),
        (0.9, 1.9, 0.2, {"claimed": "up"}, Verdict.CHANCE),
        (None, None, None, {}, Verdict.NOT_TESTABLE),
    ],
)
def test_verdict_on_a_ratio(lower, upper, p, options, expected):
    assert verdict_from_interval(lower, upper, p, **options) is expected


@pytest.mark.parametrize("p_values", [[0.03], [0.001, 0.04, 0.04, 0.9], [0.5, 0.01, 0.02, 0.03, 0.2]])
def test_holm_is_that_of_statsmodels(p_values):
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_too_few_when_even_all_on_one_side_could_be_chance():
    assert [too_few(total) for total in (0, 5, 6, 13)] == [True, True, False, False]


def a_break(id: str, start: date, kind: str, until: date | None = None, **fields) -> Break:
    words = {"label": id, "text": id, "certainty": "certain", "indicators": ("proef",), "source": "proef"}
    return Break(**{**words, "date": start, "kind": kind, "until": until, "id": id, **fields})


@pytest.fixture
def declared(monkeypatch):
    """Declare breaks that replace those in the definitions."""
    breaks: dict[str, Break] = {}
    monkeypatch.setattr(catalogue, "breaks", lambda: breaks)

    def declare(*given: Break) -> None:
        breaks.update({declared.id: declared for declared in given})

    return declare


@pytest.mark.parametrize(
    ("start", "years", "touched"),
    [
        (date(2020, 3, 1), (2019, 2022), True),
        (date(2020, 3, 1), (2020, 2022), True),  # during the first year: part of it was counted the old way
        (date(2020, 3, 1), (2021, 2022), False),
        (date(2020, 3, 1), (2018, 2019), False),
        (date(2019, 1, 1), (2019, 2022), False),  # holds for all of 2019 and all of 2022
        (date(2022, 12, 31), (2019, 2022), True),
        (date(2020, 3, 1), (2022, 2019), True),
    ],
)
def test_a_registration_break_counts_when_it_falls_between(declared, start, years, touched):
    declared(a_break("registratie", start, "registration"))
    series = yearly("proef", "GM1969", {2019: 10, 2022: 20})
    assert bool(breaks_between(series, years)) is touched


@pytest.mark.parametrize(
    ("years", "touched"),
    [
        ((2019, 2022), True),  # until March 2022
        ((2019, 2023), False),  # between the compared years only
        ((2018, 2019), False),
        (range(2019, 2024), True),  # a trend looks at every year
    ],
)
def test_a_period_counts_when_it_overlaps_a_compared_year(declared, years, touched):
    declared(a_break("corona", date(2020, 3, 1), "period", date(2022, 3, 31)))
    assert bool(breaks_between(yearly("proef", "GM1969", {2019: 10}), years)) is touched


def test_breaks_of_other_indicators_and_regions_stay_out_and_the_rest_is_in_order(declared):
    declared(
        a_break("later", date(2021, 1, 1), "law"),
        a_break("eerder", date(2020, 3, 1), "registration", indicators="all"),
        a_break("ander", date(2020, 3, 1), "registration", indicators=("anders",)),
        a_break("elders", date(2020, 3, 1), "registration", regions=("GM0014",)),
    )
    touching = breaks_between(yearly("proef", "GM1969", {2019: 10, 2022: 20}), (2019, 2022))
    assert [touched.id for touched in touching] == ["eerder", "later"]


@pytest.mark.parametrize(("origin", "touched"), [(SUMMED_IN_PART, True), (BACK_CAST, False), (OWN, False)])
def test_territory_counts_only_when_the_years_stand_for_different_areas(declared, origin, touched):
    declared(a_break("herindeling", date(2019, 1, 1), "territory"))
    series = yearly("proef", "GM1969", {2017: 135, 2022: 395}, origins={2017: origin})
    assert bool(breaks_between(series, (2017, 2022))) is touched
    assert same_territory(series, (2017, 2022)) is not touched
