"""Reading the catalogue of indicators, breaks and thresholds."""

import re
import shutil
from itertools import takewhile
from typing import Any, get_args

import pytest

from analysis import paths
from analysis.definitions import catalogue
from analysis.definitions.catalogue import Break, Indicator, Table, Thresholds, read_yaml
from analysis.errors import DataError


@pytest.mark.parametrize(("subject", "table"), [("misdrijven", "47013NED"), ("overlast", "47021NED")])
def test_every_police_code_of_the_samples_has_an_indicator(subject, table):
    """An indicator may be added; none of these may be lost."""
    files = sorted((paths.RAW / "politie").glob(f"{table}_TypedDataSet_*.csv"))
    codes = {
        line.split(";")[1].strip('" ')
        for file in files
        for line in file.read_text(encoding="utf-8-sig").splitlines()[1:]
    }
    assert len(codes) > 5
    assert codes <= {code for about, code in catalogue.indicator_of() if about == subject}


def test_police_codes_have_the_indicator_they_mean():
    assert catalogue.indicator_of()["misdrijven", "1.1.1"] == "woninginbraak"
    assert catalogue.indicator_of()["overlast", "E33"] == "onbegrepen_gedrag"


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


@pytest.fixture
def indicators_with(tmp_path, monkeypatch):
    """Read the indicators after replacing a text in their file."""
    definitions = shutil.copytree(paths.DEFINITIONS, tmp_path / "definitions")
    monkeypatch.setattr(paths, "DEFINITIONS", definitions)

    def read(old, new):
        text = (definitions / "indicators.yml").read_text(encoding="utf-8")
        (definitions / "indicators.yml").write_text(text.replace(old, new), encoding="utf-8")
        return catalogue.indicators.__wrapped__()

    return read


def test_indicator_with_subject_of_no_table_is_refused(indicators_with):
    with pytest.raises(DataError, match="het onderwerp 'misdaden'") as caught:
        indicators_with('{subject: misdrijven, code: "1.1.1"}', '{subject: misdaden, code: "1.1.1"}')
    assert "woninginbraak › sources › subject" in str(caught.value)


def test_two_indicators_for_one_code_are_refused(indicators_with):
    """The last one would take the figures of the other, which then has none."""
    with pytest.raises(DataError, match=r"'woninginbraak'.*'misdrijven'.*'1\.1\.1'") as caught:
        indicators_with('{subject: misdrijven, code: "1.1.2"}', '{subject: misdrijven, code: "1.1.1"}')
    assert "indicators.yml" in str(caught.value) and "schuurinbraak › sources" in str(caught.value)


DESCRIBED = [("indicators.yml", Indicator), ("tables.yml", Table), ("breaks.yml", Break)]


def header(name: str) -> str:
    """The comment at the top of a definitions file, as one line."""
    lines = (paths.DEFINITIONS / name).read_text(encoding="utf-8").splitlines()
    return " ".join(line.removeprefix("#").strip() for line in takewhile(lambda line: line.startswith("#"), lines))


@pytest.mark.parametrize(("name", "kind"), DESCRIBED)
def test_the_header_of_a_definitions_file_explains_every_field(name, kind):
    explained = {*re.findall(r"`(\w+)(?:: [^`]*)?`", header(name))}
    assert not kind.model_fields.keys() - {"id"} - explained


@pytest.mark.parametrize(("name", "kind"), DESCRIBED)
def test_the_header_of_a_definitions_file_says_which_fields_are_required(name, kind):
    said = re.search(r"Verplicht: ([^.]*)\.", header(name))
    assert said is not None
    required = {field for field, described in kind.model_fields.items() if described.is_required()}
    assert {*re.findall(r"`(\w+)`", said[1])} == required


@pytest.mark.parametrize(("name", "kind"), DESCRIBED)
def test_the_header_of_a_definitions_file_gives_every_value_of_a_choice(name, kind):
    words = {*re.findall(r"\w+", header(name))}
    for field, described in kind.model_fields.items():
        assert not choices(described.annotation) - words, field


def choices(annotation: Any) -> set[str]:
    """The words that a type chooses from."""
    return {part for part in get_args(annotation) if isinstance(part, str)}.union(
        *(choices(part) for part in get_args(annotation))
    )
