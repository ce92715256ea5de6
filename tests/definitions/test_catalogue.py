"""Reading the catalogue of indicators, breaks and thresholds."""

import shutil

import pytest

from analysis import paths
from analysis.definitions import catalogue
from analysis.definitions.catalogue import Break, Thresholds, read_yaml
from analysis.errors import DataError


def test_every_police_code_has_an_indicator():
    assert len(catalogue.kinds("misdrijven")) == 58
    assert len(catalogue.kinds("overlast")) == 8
    assert catalogue.indicator_of()["misdrijven", "1.1.1"] == "woninginbraak"
    assert catalogue.indicator_of()["overlast", "E33"] == "onbegrepen_gedrag"


def test_no_code_stands_for_two_indicators():
    pairs = [(source.subject, source.code) for item in catalogue.indicators().values() for source in item.sources]
    assert len(pairs) == len(set(pairs))


def test_breaks_name_indicators_and_regions_that_exist():
    for declared in catalogue.breaks().values():
        if declared.indicators != "all":
            assert set(declared.indicators) <= catalogue.indicators().keys(), declared.id
        assert declared.until is None or declared.until > declared.date


def test_break_affects_only_its_own_indicators_and_regions():
    march = catalogue.breaks()["registratie_overlast_2020"]
    assert march.touches("onbegrepen_gedrag", "GM1969")
    assert not march.touches("woninginbraak", "GM1969")
    local = catalogue.breaks()["herindeling_westerkwartier_2019"]
    assert local.touches("woninginbraak", "GM1969")
    assert not local.touches("woninginbraak", "GM0014")


def test_title_capitalises_only_the_first_letter():
    assert catalogue.indicator("halt_verwijzingen").title == "Verwijzingen naar Halt"


def test_unknown_indicator_error_suggests_similar_ids():
    with pytest.raises(DataError, match="woninginbraak"):
        catalogue.indicator("woninginbraken")


@pytest.mark.parametrize(
    ("text", "location", "problem"),
    [
        ("small_counts: {interval_from: 10}", "small_counts › percentage_from", "ontbreekt"),
        ("a: b: c", "regel 1", "geen geldige YAML"),
        ("grens: 3", "small_counts", "ontbreekt"),
    ],
)
def test_mistake_in_definition_is_reported_with_its_location(tmp_path, text, location, problem):
    path = tmp_path / "thresholds.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=problem) as caught:
        read_yaml(path, Thresholds)
    assert location in str(caught.value)
    assert "thresholds.yml" in str(caught.value)


def test_an_unknown_field_is_refused(tmp_path):
    path = tmp_path / "breaks.yml"
    path.write_text(
        "x: {date: 2020-01-01, kind: law, label: l, text: t, certainty: certain, indicators: all, source: s, extra: 1}"
    )
    with pytest.raises(DataError, match="bestaat niet"):
        read_yaml(path, dict[str, Break])


def test_indicator_with_subject_of_no_table_is_refused(tmp_path, monkeypatch):
    definitions = shutil.copytree(paths.DEFINITIONS, tmp_path / "definitions")
    monkeypatch.setattr(paths, "DEFINITIONS", definitions)
    text = (definitions / "indicators.yml").read_text(encoding="utf-8")
    (definitions / "indicators.yml").write_text(
        text.replace('{subject: misdrijven, code: "1.1.1"}', '{subject: misdaden, code: "1.1.1"}'), encoding="utf-8"
    )
    with pytest.raises(DataError, match="het onderwerp 'misdaden'") as caught:
        catalogue.indicators.__wrapped__()
    assert "woninginbraak › sources › subject" in str(caught.value)
