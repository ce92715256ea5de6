"""Dutch formats of numbers, percentages, intervals, dates and lists."""

from datetime import date

import numpy as np
import pytest

from analysis.display import dutch

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234.5, 1, "1.234,5"), (-3.14159, 2, "−3,14"), (0, 0, "0"), (-0.2, 0, "0"), (1000000, 0, "1.000.000")],
)
def test_numbers_are_written_in_dutch(value, decimals, text):
    assert dutch.number(value, decimals) == text


def test_percentages_keep_their_sign_and_stay_on_one_line():
    assert dutch.signed_percent(63.2) == f"+63{NBSP}%"
    assert dutch.signed_percent(-56.6) == f"−57{NBSP}%"
    assert dutch.signed_percent(-0.2) == f"0{NBSP}%"


@pytest.mark.parametrize(
    ("value", "words"), [(63.2, f"63{NBSP}% meer"), (-56.6, f"57{NBSP}% minder"), (0.3, "vrijwel evenveel")]
)
def test_a_change_in_words(value, words):
    assert dutch.more_or_less(value) == words


def test_an_interval_says_on_which_side_of_zero_it_lies():
    assert dutch.between(39, 92) == f"tussen 39{NBSP}% en 92{NBSP}% meer"
    assert dutch.between(-71, -36) == f"tussen 36{NBSP}% en 71{NBSP}% minder"
    assert dutch.between(-4, 11) == f"tussen 4{NBSP}% minder en 11{NBSP}% meer"


def test_dates_and_lists():
    assert dutch.day(date(2026, 11, 22)) == "22 november 2026"
    assert dutch.listed(["Leek", "Marum", "Zuidhorn"]) == "Leek, Marum en Zuidhorn"
    assert dutch.listed(["Leek"]) == "Leek"
    assert dutch.listed([]) == ""


@pytest.mark.parametrize(
    "write", [dutch.number, dutch.percent, dutch.signed_percent, dutch.euros, dutch.fte, dutch.plain]
)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), np.float64("nan")])
def test_what_is_no_number_is_never_written(write, value):
    """'Wij vonden nan', 'besteed: inf': whoever may have no number says so in words."""
    with pytest.raises(ValueError, match="no number"):
        write(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), (3.0, "3"), (2.5, "2,5"), (0.1 + 0.2, "0,3"), (1234567, "1.234.567"), (0.0625, "0,0625"), (-2, "−2")],
)
def test_a_number_from_a_document_keeps_its_own_decimals(value, text):
    assert dutch.plain(value) == text
