"""Parsing codes and labels of periods."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.definitions.periods import MONTHS, Period, parse

years = st.integers(1900, 2100)


@pytest.mark.parametrize(
    ("text", "start", "frequency"),
    [
        ("2022JJ00", date(2022, 1, 1), "Y"),
        ("2022MM03", date(2022, 3, 1), "M"),
        ("2021KW02", date(2021, 4, 1), "Q"),
        ("2022", date(2022, 1, 1), "Y"),
        ("2022 maart", date(2022, 3, 1), "M"),
        ("2022 Maart", date(2022, 3, 1), "M"),
        ("2021 2e kwartaal", date(2021, 4, 1), "Q"),
        ("2021 2e halfjaar", date(2021, 7, 1), "H"),
        (" 2022JJ00 ", date(2022, 1, 1), "Y"),
        ("31-12-2020", date(2020, 12, 31), "D"),
        ("2021-01-01", date(2021, 1, 1), "D"),
        ("2021-01-01 00:00:00", date(2021, 1, 1), "D"),  # a date in a workbook
    ],
)
def test_codes_and_labels_stand_for_the_same_period(text, start, frequency):
    assert parse(text) == Period(start, frequency)


@pytest.mark.parametrize("text", ["2024*", "2024**", "2024 januari*"])
def test_asterisk_means_provisional(text):
    assert parse(text).provisional


@pytest.mark.parametrize(
    "text",
    [
        "",
        "22",
        "2022MM13",
        "2022MM00",
        "2022KW05",
        "2021 3e halfjaar",
        "totaal",
        "2022 mrt",
        "31-02-2020",
        "2020-13-01",
    ],
)
def test_text_that_is_not_a_period_is_refused(text):
    with pytest.raises(ValueError, match="geen periode"):
        parse(text)


def test_a_day_has_its_date_as_label():
    assert parse("31-12-2020").label == "31 december 2020"


@given(years, st.integers(1, 12))
def test_a_month_reads_the_same_as_code_and_as_label(year, month):
    assert parse(f"{year}MM{month:02}") == parse(f"{year} {MONTHS[month - 1]}")


@given(years, st.sampled_from([("JJ00", "Y"), ("MM07", "M"), ("KW03", "Q")]))
def test_label_of_a_code_parses_to_the_same_period(year, kind):
    period = parse(f"{year}{kind[0]}")
    if period.frequency == "M":
        month, _, number = period.label.partition(" ")
        assert parse(f"{number} {month}") == period
    else:
        assert parse(period.label) == period
