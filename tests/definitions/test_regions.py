"""Codes and labels of regions, and the territory of municipalities before a herindeling."""

from functools import partial

import pytest

from analysis.definitions import regions
from analysis.errors import DataError
from analysis.policy import evidence
from analysis.store import loading


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NL01  ", "NL00"),
        ("NL00      ", "NL00"),
        ("Nederland", "NL00"),
        ("GM1969", "GM1969"),
        ("Westerkwartier", "GM1969"),
        ("Groningen", "GM0014"),
        ("Groningen (gemeente)", "GM0014"),
        ("Groningen (PV)", "PV20"),
        ("Friesland (PV)", "PV21"),
        ("Limburg (RE)", "RE10"),
        ("BU19690000", "BU19690000"),
        ("Atlantis", None),
    ],
)
def test_codes_and_labels_find_their_region(text, code):
    assert regions.code(text) == code


def test_every_former_municipality_has_successors():
    former = set(regions.regions().municipalities) - set(regions.current_municipalities())
    assert all(
        regions.last_year(code) and set(regions.successors(code)) <= set(regions.current_municipalities())
        for code in former
    )
    assert not any(regions.last_year(code) or regions.successors(code) for code in regions.current_municipalities())


def test_successors_are_present_municipalities_after_several_mergers():
    """Gaasterlân-Sleat became De Friese Meren in 2014, and that De Fryske Marren a year later."""
    assert regions.successors("GM0653") == ["GM1940"]
    assert regions.last_year("GM0653") == 2013
    assert regions.last_year("GM0457") == 2022  # Weesp, in March: it counts for the whole year


@pytest.mark.parametrize("region", ["GM1969", "GM0022", "NL00", "PV20", "RE01", "LD01", "WK196901", "BU19690000"])
def test_existing_region_is_accepted(region):
    regions.must_exist(region)


@pytest.mark.parametrize("region", ["Westerkwartier", "gm1969", "1969", "GM9999", "WK999901", ""])
def test_misspelt_region_is_refused_instead_of_having_no_figures(region):
    with pytest.raises(DataError, match="is geen code van een regio"):
        loading.load("woninginbraak", region)
    for ask in (
        loading.voting,
        partial(loading.load_wijken, "woninginbraak"),
        partial(loading.load_kinds, "misdrijven"),
        partial(evidence.document, "goals"),
    ):
        with pytest.raises(DataError, match="is geen code van een regio"):
            ask(region)


def test_westerkwartier_was_four_municipalities_and_part_of_a_fifth():
    before = regions.territory("GM1969", 2017)
    assert set(before.wholes) == {"GM0015", "GM0022", "GM0025", "GM0056"}
    assert before.parts == {"GM0053": "Ezinge, Feerwerd en Garnwerd"}
    assert regions.territory("GM1969", 2019).wholes == ("GM1969",)


def test_continuing_code_is_among_its_own_predecessors():
    assert set(regions.territory("GM0014", 2018).wholes) == {"GM0014", "GM0009", "GM0017"}
    assert regions.territory("GM0014", 2019).wholes == ("GM0014",)


def test_merger_during_a_year_counts_from_the_next_year():
    assert set(regions.territory("GM0363", 2022).wholes) == {"GM0363", "GM0457"}
    assert regions.territory("GM0363", 2023).wholes == ("GM0363",)
    assert regions.first_year("GM0363") == 2023


def test_successive_mergers_are_followed_back_to_the_year():
    """Súdwest-Fryslân absorbed a part of Littenseradiel in 2018, after earlier mergers of its own."""
    for municipality in regions.regions().municipalities:
        for year in regions.regions().counts:
            made_of = regions.territory(municipality, year)
            assert len(set(made_of.wholes)) == len(made_of.wholes)
            assert made_of.wholes


def test_every_present_municipality_lies_in_one_province():
    members = [code for codes in regions.regions().province_of.values() for code in codes]
    assert len(members) == len(set(members)) == 342
