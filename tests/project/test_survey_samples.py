"""The sample exports of CBS crime, the Veiligheidsmonitor and the indices: small, reproducible, read completely."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.ingest import Summary
from analysis.ingest.pipeline import ingest
from analysis.statistics.survey import SurveyChange, SurveyComparison, compare_survey, survey_change
from analysis.store.loading import load
from analysis.store.results import Missing
from analysis.store.series import Series
from samples import cbs, monitor, nvi, register
from samples.calibration import load as calibration
from samples.register import Resource

pytestmark = pytest.mark.slow

OURS = "GM1969"


@pytest.fixture(scope="module")
def resources() -> list[Resource]:
    levels = calibration()
    return [*cbs.exports(levels), *monitor.exports(levels), *nvi.exports(levels)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("samples")


@pytest.fixture(scope="module")
def summary(resources, folder) -> Summary:
    register.write(resources, folder / "raw")
    return ingest(folder / "raw", folder / "processed")


@pytest.fixture(scope="module")
def series(summary, folder):
    def load_series(indicator: str, region: str) -> Series:
        answer = load(indicator, region, folder=folder / "processed")
        assert isinstance(answer, Series)
        return answer

    return load_series


def test_small_synthetic_and_the_same_every_time(resources):
    levels = calibration()
    again = [*cbs.exports(levels), *monitor.exports(levels), *nvi.exports(levels)]
    assert [resource.data for resource in again] == [resource.data for resource in resources]
    assert sum(len(resource.data) for resource in resources) <= 150_000
    assert all(resource.synthetic for resource in resources)


def test_every_figure_has_an_indicator(summary):
    assert len(summary.read) == 5 and summary.left_out == {} and summary.skipped == {}


def test_crime_of_cbs_as_published(series):
    """Values as published in CBS 83648NED, also for the predecessors."""
    crime = series("misdrijven_cbs_totaal", OURS)
    values = {year: crime.value(year) for year in (2010, 2012, 2018, 2019, 2020, 2022)}
    assert values == {2010: 2070, 2012: 1835, 2018: 1090, 2019: 1325, 2020: 1505, 2022: 1415}
    assert list(crime.data["status"].tail(3)) == ["final", "provisional", "provisional"]
    assert (crime.data["value"] % 5 == 0).all()


def test_kinds_of_crime_fit_in_the_total(series):
    kinds = [
        "cbs_vermogensmisdrijven",
        "cbs_vernieling",
        "cbs_geweld",
        "cbs_rijden_onder_invloed",
        "cbs_drugsmisdrijven",
    ]
    total = series("misdrijven_cbs_totaal", OURS).data["value"]
    assert (sum(series(kind, OURS).data["value"] for kind in kinds) < total).all()
    assert (series("cbs_mishandeling", "NL00").data["value"] < series("cbs_geweld", "NL00").data["value"]).all()


def test_the_survey_has_margins_and_no_small_municipality(series, folder):
    feelings = series("voelt_zich_weleens_onveilig", "PV20")
    assert (feelings.data["upper"] - feelings.data["lower"]).round(1).eq(3.6).all()
    assert series("slachtoffer_online", "NL00").first_year == 2021
    assert isinstance(load("voelt_zich_weleens_onveilig", OURS, folder=folder / "processed"), Missing)


def test_what_the_policy_text_says_of_the_indices_can_be_judged(series, folder):
    feelings = compare_survey(
        series("nvi_onveiligheidsgevoelens", OURS), series("nvi_onveiligheidsgevoelens", "NL00"), 2019, 2022
    )
    assert isinstance(feelings, SurveyComparison) and feelings.upper is not None and feelings.upper < 0
    for index in ("nvi_vermijdingsgedrag", "nvi_onveiligheidsperceptie"):
        for first in (2012, 2019):
            rise = survey_change(series(index, OURS), first, 2022)
            assert isinstance(rise, SurveyChange) and rise.lower is not None and rise.lower > 0
    peers = load("nvi_overlast", OURS, folder=folder / "processed").peers.frame[2022]
    assert len(peers) == 60 and peers.rank()[OURS] <= 3
