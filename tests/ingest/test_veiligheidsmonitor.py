"""The Veiligheidsmonitor: many topics and their margins in one file. Figures made up unless a test says otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest

import made_up_exports
from analysis.errors import DataError
from analysis.ingest import grids, statline, veiligheidsmonitor
from analysis.ingest.data_package import Resource
from analysis.ingest.pipeline import ingest
from analysis.store.loading import load
from analysis.store.results import Missing
from analysis.store.series import Series
from conftest import REALDATA

UNSAFE, GRADE = "VoeltZichWeleensOnveilig", "RapportcijferVeiligheidInBuurt"
LIST = [
    '"Marges";"Perioden";"Regio\'s";"(On)veiligheidsbeleving /Algemeen/Voelt zich wel eens onveilig (%)";'
    '"(On)veiligheidsbeleving /Buurt/Rapportcijfer veiligheid in buurt  (rapportcijfer)";"Buurt/Iets anders (%)"',
    '"Waarde";"2013";"Nederland";36,7;7,1;99',
    '"Ondergrens 95%-interval";"2013";"Nederland";36,2;7;98',
    '"Bovengrens 95%-interval";"2013";"Nederland";37,2;7,2;100',
    '"Waarde";"2014*";"Groningen (PV)";.;7,3;99',
]


def read(path: Path, **fields) -> tuple[str, pd.DataFrame]:
    resource = Resource(name=path.stem, path=path.name, **fields)
    rows = grids.peek(path)
    assert veiligheidsmonitor.recognises(rows, resource) and not statline.recognises(rows, resource)
    table, figures = veiligheidsmonitor.read(path, resource)
    return table.id, figures.set_index(["code", "region"])


def refused(path: Path, problem: str, line: int | None, column: str | None) -> None:
    with pytest.raises(DataError, match=problem) as caught:
        read(path)
    assert path.name in caught.value.file and caught.value.remedy
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_list_gives_values_with_their_margins(tmp_path):
    table, rows = read(made_up_exports.write(tmp_path / "lijst.csv", LIST))
    assert table == "81877NED" and len(rows) == 4
    assert rows.loc[(UNSAFE, "NL00"), ["value", "lower", "upper"]].tolist() == [36.7, 36.2, 37.2]
    assert rows.loc[(GRADE, "NL00"), ["value", "lower", "upper"]].tolist() == [7.1, 7.0, 7.2]
    province = rows.loc[(GRADE, "PV20")]
    assert province["status"] == "provisional" and pd.isna(province["lower"])
    assert rows.loc[(UNSAFE, "PV20"), "status"] == "missing"


@pytest.mark.parametrize("number", [43, 47])
def test_a_data_set_is_read_by_name_whatever_the_number(tmp_path, number):
    head = f'"ID";"Marges";"RegioS";"Perioden";"Slachtoffers_68";"{UNSAFE}_{number}";"Slachtoffers_132"'
    lines = [
        f'{n};"{m}";"NL01  ";"2021JJ00";1;{v};2' for n, (m, v) in enumerate([("MW00000", 33), ("MOG0095", "32.6")])
    ]
    table, rows = read(made_up_exports.write(tmp_path / "typed.csv", [head, *lines]))
    assert table == "85146NED"
    assert list(rows.index) == [(UNSAFE, "NL00")]  # a name under several headings says nothing
    assert rows["lower"].tolist() == [32.6] and rows["upper"].isna().all()


def test_odata(tmp_path):
    record = {"ID": 0, "Marges": "MW00000", "RegioS": "PV20  ", "Perioden": "2023JJ00", f"{UNSAFE}_43": 35.1}
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"odata.metadata": "proef", "value": [record]}), "utf-8")
    assert read(path)[1]["value"].tolist() == [35.1]


def test_victims_are_told_apart_by_the_heading_above_them(tmp_path):
    names = [
        "Traditionele criminaliteit/Slachtoffers",
        "Online criminaliteit/Slachtoffers",
        "Online criminaliteit/x/Slachtoffers",
    ]
    head = '"Marges";"Perioden";"Regio\'s";' + ";".join(f'"Slachtofferschap/{name} (%)"' for name in names)
    _, rows = read(made_up_exports.write(tmp_path / "lijst.csv", [head, '"Waarde";"2021";"Nederland";17,1;16,9;9']))
    values = rows["value"].droplevel("region").to_dict()
    assert values == {"Traditionele criminaliteit/Slachtoffers": 17.1, "Online criminaliteit/Slachtoffers": 16.9}


def test_what_a_publisher_answered_names_the_headings_too(tmp_path):
    """Headings are numbered as in the real description of 47018NED; two of them are nested here."""
    about = [
        {"ID": 3, "ParentID": None, "Type": "TopicGroup", "Key": "", "Title": "Slachtofferschap"},
        {"ID": 4, "ParentID": 3, "Type": "TopicGroup", "Key": "", "Title": "Traditionele criminaliteit"},
        {"ID": 5, "ParentID": 4, "Type": "Topic", "Key": "Slachtoffers_68", "Title": "Slachtoffers"},
        {"ID": 6, "ParentID": 7, "Type": "TopicGroup", "Key": "", "Title": "Online criminaliteit"},
        {"ID": 7, "ParentID": 6, "Type": "TopicGroup", "Key": "", "Title": "Gevoelens"},
        {"ID": 8, "ParentID": 6, "Type": "Topic", "Key": "Slachtoffers_132", "Title": "Slachtoffers"},
        {"ID": 9, "ParentID": None, "Type": "Topic", "Key": "Slachtoffers_200", "Title": "Slachtoffers"},
    ]
    figures = {"Slachtoffers_68": 17.1, "Slachtoffers_132": 16.9, "Slachtoffers_200": 40}
    record = {"Marges": "MW00000", "RegioS": "NL01  ", "Perioden": "2021JJ00", **figures}
    path = tmp_path / "beleving.zip"
    with ZipFile(path, "w") as packed:
        packed.writestr("DataProperties.json", json.dumps({"value": about}))
        packed.writestr("TypedDataSet-01-0001.json", json.dumps({"value": [record]}))
    _, rows = read(path)
    values = rows["value"].droplevel("region").to_dict()
    assert values == {"Traditionele criminaliteit/Slachtoffers": 17.1, "Online criminaliteit/Slachtoffers": 16.9}


def test_a_table_by_person_is_not_one_by_region(tmp_path):
    path = made_up_exports.write(
        tmp_path / "x.csv", [f"Marges;Persoonskenmerken;Perioden;{UNSAFE}_43", "MW00000;x;2021JJ00;33"]
    )
    assert not veiligheidsmonitor.recognises(grids.peek(path), Resource(name="x", path="x"))


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ('"Waarde";"2013";"Drenthe (PV)";367;7,1;99', 1, "'367' is geen percentage: dat ligt tussen 0 en 100"),
        ('"Waarde";"2013";"Drenthe (PV)";36.7;7,1;99', 1, "geen getal"),
        ('"Waarde";"2013";"Drenthe (PV)";36,7;71;99', 2, "'71' is geen rapportcijfer"),
        ('"Waarde";"2013";"Drenthe (PV)";veel;7,1;99', 1, "geen getal"),
        ('"Waarde";"2013";"GM19690";36,7;7,1;99', "regio", "'GM19690' is onbekend"),
        ('"Misschien";"2013";"Drenthe (PV)";36,7;7,1;99', "Marges", "geen waarde en geen marge"),
        ('"Waarde";"2013";"Drenthe (PV)"', None, "3 velden"),
        ('"Waarde";"2013";"Nederland";36,7;7,1;99', None, "twee keer"),
    ],
)
def test_bad_lines_are_named(tmp_path, line, column, problem):
    headings = [name.strip('"') for name in LIST[0].split(";")[3:5]]
    shown = headings[column - 1] if isinstance(column, int) else column
    refused(made_up_exports.write(tmp_path / "lijst.csv", [*LIST, line]), problem, 6, shown)


def test_a_value_outside_its_margins_is_refused(tmp_path):
    lines = [*LIST[:2], LIST[2].replace("36,2", "36,9")]
    refused(made_up_exports.write(tmp_path / "lijst.csv", lines), "ligt buiten haar marge", 2, None)


def test_margins_without_values_are_no_figures(tmp_path):
    refused(made_up_exports.write(tmp_path / "lijst.csv", [LIST[0], *LIST[2:4]]), "alleen marges", None, None)


def test_two_columns_of_one_topic_are_refused(tmp_path):
    lines = [";".join([row, *row.split(";")[3:4]]) for row in LIST[:2]]
    refused(made_up_exports.write(tmp_path / "x.csv", lines), "meer dan één kolom", 1, LIST[0].split(";")[3].strip('"'))


def test_without_margins_it_must_be_said_what_the_figures_are(tmp_path):
    lines = [row.partition(";")[2] for row in LIST[:2]]
    path = made_up_exports.write(tmp_path / "lijst.csv", lines)
    refused(path, "deze kolom ontbreekt", 1, "Marges")
    _, rows = read(path, selection={"Marges": "Waarde"})
    assert rows.loc[(UNSAFE, "NL00"), "value"] == 36.7


def test_years_before_and_after_the_redesign_never_stand_in_one_file(tmp_path):
    path = made_up_exports.write(tmp_path / "lijst.csv", [*LIST, '"Waarde";"2021";"Nederland";33;7,4;99'])
    refused(path, "Toen is de enquête vernieuwd", None, "Perioden")


def test_a_file_that_was_cut_off_is_refused(tmp_path):
    path = made_up_exports.write(tmp_path / "lijst.csv", LIST)
    path.write_bytes(path.read_bytes()[:-1])
    refused(path, "midden in deze regel", 5, None)


def test_a_small_municipality_is_not_in_it_and_that_is_said(tmp_path):
    made_up_exports.write(tmp_path / "raw" / "lijst.csv", LIST)
    ingest(tmp_path / "raw", tmp_path / "processed")
    answer = load("voelt_zich_weleens_onveilig", "GM1969", folder=tmp_path / "processed")
    country = load("voelt_zich_weleens_onveilig", "NL00", folder=tmp_path / "processed")
    assert (
        isinstance(answer, Missing)
        and "geen cijfers over mensen die zich weleens onveilig voelen in Westerkwartier" in answer.reason
    )
    assert isinstance(country, Series) and country.value(2013) == 36.7 and country.indicator.unit == "percent"


def test_a_series_never_crosses_the_redesign(tmp_path):
    made_up_exports.write(tmp_path / "raw" / "oud.csv", LIST)
    made_up_exports.write(
        tmp_path / "raw" / "nieuw.csv", [LIST[0], *(f'"Waarde";"{year}";"Nederland";33;7;9' for year in (2021, 2023))]
    )
    ingest(tmp_path / "raw", tmp_path / "processed")
    series = load("voelt_zich_weleens_onveilig", "NL00", folder=tmp_path / "processed")
    assert isinstance(series, Series) and (series.first_year, series.last_year) == (2021, 2023)


@pytest.mark.realdata
def test_the_real_list():
    """Published in CBS 81877NED. The available list has no margins."""
    table, rows = read(REALDATA / "cbs" / "81877NED_statline_lijst_2012_2017.csv")
    assert table == "81877NED" and len(rows) == 4 * 13 * 5
    country = rows.loc[(UNSAFE, "NL00")].set_index("period")["value"]
    assert country.iloc[0] == 36.7 and country.iloc[-1] == 34.1
    assert rows.loc[(GRADE, "PV20"), "value"].tolist() == [7.3, 7.3, 7.3, 7.4, 7.4]
    assert rows["lower"].isna().all()
