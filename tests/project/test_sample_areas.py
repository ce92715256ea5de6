"""The sample exports of wijken, accidents and deliveries: reproducible, consistent, marked as made up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.ingest.pipeline import ingest
from analysis.store.loading import load, load_wijken
from samples import counts, deliveries, meldingen, published, register, verkeer, wijken
from samples.calibration import load as calibration
from samples.register import Resource

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def resources() -> list[Resource]:
    return _resources()


@pytest.fixture(scope="module")
def processed(resources, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("voorbeeld")
    real = [resource for resource in published.exports() if resource.path.startswith(("geo/", "cbs/85984"))]
    register.write([*resources, *real], folder / "raw")
    assert ingest(folder / "raw", folder / "processed").left_out == {}
    return folder / "processed"


def _resources() -> list[Resource]:
    held = calibration()
    crimes = counts.draw(held, "misdrijven")
    incidents = [resource for resource in deliveries.exports(held) if "brand" in resource.path]
    return [*wijken.exports(held, crimes), *verkeer.exports(held), *meldingen.exports(held), *incidents]


def values(indicator: str, region: str, folder: Path) -> dict[int, int]:
    series = load(indicator, region, folder=folder).data["value"].dropna()
    return {period.year: int(value) for period, value in series.items()}


def test_generating_again_gives_the_same_bytes(resources):
    assert [resource.data for resource in _resources()] == [resource.data for resource in resources]
    assert sum(len(resource.data) for resource in resources) < 700_000


def test_everything_is_marked_as_made_up(resources):
    assert all(resource.entry()["synthetic"] is True for resource in resources)


def test_crimes_of_wijken_and_buurten_add_up_and_fit_in_the_municipality(resources, processed):
    rows = pd.read_parquet(processed / "observations.parquet").astype({"region": str, "indicator": str})
    rows = rows[rows["indicator"].isin(["woninginbraak", "misdrijven_totaal"])].assign(kind=rows["region"].str[:2])
    sums = rows.groupby(["indicator", "period", "kind"])["value"].sum().unstack()
    assert (sums["WK"] == sums["BU"]).all() and set(sums) == {"WK", "BU"}
    whole = counts.draw(calibration(), "misdrijven").annual("0.0.0", "GM1969")
    for period, total in sums.loc["misdrijven_totaal", "WK"].items():
        assert 0.95 * whole[period.year] < total <= whole[period.year]


def test_a_wijk_has_the_inhabitants_of_its_buurten(processed):
    assert values("bevolking_1_januari", "WK196900", processed).keys() == {2024}
    people = published.population_of_buurten("GM1969")
    leek = sum(count for code, count in people.items() if code.startswith("BU196904"))
    assert len(people) == 80 and leek == 11_730
    assert values("bevolking_1_januari", "WK196904", processed) == {2024: leek}


def test_every_wijk_with_crimes_has_real_borders(processed):
    assert len(wijken.wijken()) == 18
    found = load_wijken("woninginbraak", "GM1969", folder=processed)
    assert set(found.counts) == set(found.borders) == set(wijken.wijken())
    assert [source.synthetic for source in found.border_sources] == [False]


def test_what_the_council_says_of_traffic_can_be_judged(processed):
    total, injured = (values(name, "GM1969", processed) for name in ("verkeersongevallen", "letselongevallen"))
    assert total[2022] < total[2019] and injured[2022] > injured[2019]
    assert values("dodelijke_ongevallen", "GM1969", processed)[2022] == 3
    assert values("halt_verwijzingen", "GM1969", processed)[2022] < 45
    assert values("brandmelding", "GM1969", processed)[2022] > values("brandmelding", "GM1969", processed)[2019]
    new_years = values("jaarwisseling_incidenten", "GM1969", processed)
    assert new_years[2021] < new_years[2020]
