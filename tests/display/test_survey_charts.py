"""Charts of surveys and indices. All figures are made up."""

from dataclasses import replace

import made_up_series
from analysis.display.survey_charts import measure_chart
from analysis.store.results import Missing, html


def survey(region, values, margin=None):
    series = made_up_series.yearly("gevoel", region, values)
    data = series.data
    if margin:
        data = data.assign(lower=data["value"] - margin, upper=data["value"] + margin)
    return replace(series, indicator=made_up_series.indicator("gevoel", unit="percent", label="gevoelens"), data=data)


def test_values_and_margins_stand_in_the_table():
    ours, theirs = survey("PV20", {2021: 33.4, 2023: 31.2}, margin=1.5), survey("NL00", {2021: 33.0, 2023: 34.0})
    shown = html(measure_chart(ours, theirs))
    assert "31,9 tot 34,9" in shown
    assert "31,2 Groningen (provincie)" in shown, "there is a municipality of that name as well"
    assert "34,0 Nederland" in shown
    assert shown.count("geen cijfer") == 2, "Nederland has no margins here"


def test_what_is_missing_is_left_out_or_told():
    gap = Missing("gevoelens", "Er is geen cijfer.")
    assert "31,2" in html(measure_chart(gap, survey("NL00", {2021: 33.0, 2023: 31.2})))
    assert measure_chart(gap, gap) is gap
