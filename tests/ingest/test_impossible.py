"""Impossible figures: every reader refuses them with file, line and remedy. All figures are made up."""

from __future__ import annotations

import json
from datetime import date
from zipfile import ZipFile

import pandas as pd
import pytest
from pydantic import ValidationError
from test_complete import FILES, RECORD, outcome, split, write

import made_up_council
import made_up_exports
from analysis.definitions import catalogue, periods
from analysis.definitions.catalogue import FREQUENCIES
from analysis.documents.council import Plan
from analysis.errors import DataError
from analysis.ingest import accident_counts, bron, grids, region_texts, sheets, star, tidy
from analysis.ingest.pipeline import ingest
from analysis.ingest.text_columns import Rejected
from analysis.store import observations
from made_up_exports import DELIVERY

pytestmark = pytest.mark.no_cover  # see test_complete
ARABIC, SUPERSCRIPT, FULLWIDTH = "٢٠٢٢", "²⁰²²", "２０２２"
HEAD = "VKL_NUMMER,JAAR_VKL,MND_NUMMER,AP3_CODE,ANTL_DOD,GME_ID,GME_NAAM"
FIGURE = {  # where a figure stands, by the file and the heading
    "typed.csv": "GeregistreerdeMisdrijven_1", "lijst.csv": "Misdrijven/Geregisteerde misdrijven (aantal)",
    "levering.csv": "Aantal", "halt.csv": "Verwijzingen", "brandweer.csv": "Aantal", "jaarwisseling.csv": "Aantal",
    "buurten_2024.csv": "AantalInwoners_5", "turflijst.csv": "stemmen",
}  # fmt: skip


def with_figure(tmp_path, name, figure, column=None):
    rows = split(FILES[name](tmp_path))
    rows[1][rows[0].index(column or FIGURE[name])] = figure
    return outcome(write(tmp_path / name, rows))[0]


@pytest.mark.parametrize(
    "figure",
    [
        "9" * 40, "1" + "0" * 400, "25000001", "nan", "NaN", "inf", "-inf", "Infinity", "-5", "-0", "1e400", "7.43E+05",
        "7,43E+05", "7.43e+05", "1E+05", "1e-05", "0x10", "1_000", "12%", "5.5", "5,5", "1 000", "1'000", "+5", "#N/B",
        "#REF!", "#DEEL/0!", ARABIC, SUPERSCRIPT, FULLWIDTH, "½", "Ⅻ", "5 stuks", "--", "1.23.456", "٣", "²",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", FIGURE)
def test_a_figure_that_cannot_be_is_refused_with_its_line(tmp_path, name, figure):
    result = with_figure(tmp_path, name, figure)
    assert result.startswith("refused") and result.endswith(" 2"), result


@pytest.mark.parametrize("name", ["typed.csv", "lijst.csv", "levering.csv"])
def test_a_figure_that_excel_rounded_says_how_to_get_the_whole_one(tmp_path, name):
    result = with_figure(tmp_path, name, "7.43E+05")
    assert "afgerond" in result
    with pytest.raises(Rejected) as caught:
        tidy.parse_count("7.43E+05", comma=False)
    assert "opmaak 'Getal'" in caught.value.remedy


def test_what_r_writes_of_a_round_number_is_exact():
    assert tidy.parse_count("1e+05", comma=False) == (100000, "final")


@pytest.mark.parametrize(
    "year", ["1600", "2300", "0000", "9999", "1899", str(date.today().year + 1), ARABIC, FULLWIDTH]
)
@pytest.mark.parametrize(
    ("name", "column", "form"),
    [
        ("typed.csv", "Perioden", "{}JJ00"),
        ("typed.csv", "Perioden", "{}MM01"),
        ("lijst.csv", "Perioden", "{}"),
        ("lijst.csv", "Perioden", "{} januari"),
        ("monitor.csv", "Perioden", "{}"),
        ("halt.csv", "Jaar", "{}"),
        ("brandweer.csv", "Jaar", "{}"),
        ("jaarwisseling.csv", "Datum", "31-12-{}"),
        ("levering.csv", "Jaar", "{}"),
    ],
)
def test_a_period_that_no_figure_can_be_about_is_refused(tmp_path, name, column, form, year):
    result = with_figure(tmp_path, name, form.format(year), column)
    assert result.startswith("refused") and result.endswith(" 2"), result


def test_this_year_can_be_in_a_file(tmp_path):
    assert f"{date.today().year}-01-01" in with_figure(tmp_path, "typed.csv", f"{date.today().year}JJ00", "Perioden")


@pytest.mark.parametrize("digits", ["٣", "²", "３", "३"])
@pytest.mark.parametrize(
    ("parse", "form"),
    [
        (lambda text: tidy.parse_count(text, comma=True), "{}"),
        (lambda text: tidy.parse_count(text, comma=False), "{}"),
        (periods.parse, "202{}"),
        (periods.parse, "2022MM0{}"),
        (periods.parse, "{}-1-2022"),
        (periods.parse, "2022 {}e kwartaal"),
        (region_texts.region, "GM196{}"),
        (accident_counts.parse_year, "202{}"),
        (bron._municipality, "196{}|Westerkwartier"),
        (bron._month, "{}"),
        (star._number, "{}"),
    ],
)
def test_digits_of_another_script_are_no_digits(parse, form, digits):
    with pytest.raises(ValueError):
        parse(form.format(digits))


@pytest.mark.parametrize("amount", ["9" * 300, "1000000001", "1e9", ARABIC, "inf", "nan"])
def test_an_amount_that_cannot_be_is_refused(tmp_path, amount):
    lines = ["maatregel;stand;datum;besteed;toelichting", f"sloten;loopt;1-7-2024;{amount};"]
    read = {"plan": Plan.model_validate(made_up_council.PLAN)}
    with pytest.raises(DataError) as caught:
        sheets.read(made_up_exports.write(tmp_path / "voortgang.csv", lines), "voortgang", read)
    assert caught.value.line == 2 and caught.value.column == "besteed"


def test_how_far_a_measure_is_cannot_be_known_beforehand(tmp_path):
    day = f"1-1-{date.today().year + 1}"
    lines = ["maatregel;stand;datum;besteed;toelichting", f"sloten;klaar;{day};;"]
    with pytest.raises(DataError, match="moet nog komen") as caught:
        sheets.read(
            made_up_exports.write(tmp_path / "voortgang.csv", lines),
            "voortgang",
            {"plan": Plan.model_validate(made_up_council.PLAN)},
        )
    assert caught.value.line == 2 and caught.value.column == "datum"


@pytest.mark.parametrize("field", ["total", "capacity", "external"])
def test_a_plan_has_no_amount_below_nothing(field):
    with pytest.raises(ValidationError):
        Plan.model_validate({**made_up_council.PLAN, field: -5000})


def test_an_amount_that_can_be_is_read(tmp_path):
    limit = catalogue.thresholds().plausible.largest_amount
    path = made_up_exports.write(tmp_path / "x.csv", ["besteed", f"{limit:.0f}"])
    assert next(sheets.sheet_rows(path, ("besteed",))).euros("besteed") == limit


@pytest.mark.parametrize("name", ["typed.csv", "untyped.csv", "r.csv"])
def test_a_thousand_with_a_dot_is_not_one_in_a_data_set(tmp_path, name):
    rows = split(FILES[name](tmp_path))
    column = next(number for number, heading in enumerate(rows[0]) if heading.startswith("GeregistreerdeMisdrijven"))
    rows[1][column] = "40.000"
    result = outcome(write(tmp_path / name, rows))[0]
    assert result.startswith("refused") and "40.000" in result


@pytest.mark.parametrize("name", ["lijst.csv", "levering.csv", "halt.csv", "brandweer.csv", "jaarwisseling.csv"])
def test_a_thousand_with_a_comma_is_not_one_in_a_dutch_table(tmp_path, name):
    result = with_figure(tmp_path, name, "1,000")
    assert result.startswith("refused") and "1,000" in result


@pytest.mark.parametrize(("text", "comma", "value"), [("1.000", True, 1000), ("41,0", True, 41), ("41.0", False, 41)])
def test_a_whole_number_that_can_be_read_in_one_way_is_read(text, comma, value):
    assert tidy.parse_count(text, comma) == (value, "final")


def test_a_code_of_ours_in_small_letters_is_a_slip():
    with pytest.raises(Rejected, match="gm1969"):
        region_texts.region("gm1969")


# Periods that were not over when the file was made


RUNNING = {("1.1.1", "GM1969", period): 8 for period in ("2021JJ00", "2022JJ00", "2022MM06", "2022MM07", "2022KW02")}


def statuses(raw, indicator, region="GM1969"):
    summary = ingest(raw, raw.parent / "processed")
    frames = [observations.query(indicator, [region], kind, raw.parent / "processed") for kind in FREQUENCIES]
    rows = pd.concat([frame for frame in frames if len(frame)])
    moments = zip(rows["period"].dt.strftime("%Y-%m"), rows["frequency"], strict=True)
    return dict(zip(moments, rows["status"], strict=True)), summary.remarks


def test_a_period_that_was_not_over_at_the_export_has_no_figure_yet(tmp_path):
    made_up_exports.typed(tmp_path / "raw" / "47013NED_TypedDataSet_15072022_101500.csv", RUNNING)
    status_by_period, remarks = statuses(tmp_path / "raw", "woninginbraak")
    assert status_by_period == {
        ("2021-01", "Y"): "final", ("2022-01", "Y"): "missing", ("2022-06", "M"): "final",
        ("2022-07", "M"): "missing", ("2022-04", "Q"): "final",
    }  # fmt: skip
    ((remark,),) = remarks.values()
    assert "nog niet voorbij" in remark and "(15-7-2022): 2022, juli 2022." in remark


def test_a_period_ends_on_the_day_of_an_export_on_the_next(tmp_path):
    grid = {("1.1.1", "GM1969", period): 8 for period in ("2021JJ00", "2021MM12", "2022MM01")}
    made_up_exports.typed(tmp_path / "raw" / "47013NED_TypedDataSet_01012022_101500.csv", grid)
    status_by_period, _ = statuses(tmp_path / "raw", "woninginbraak")
    assert [status_by_period[key] for key in sorted(status_by_period)] == ["final", "final", "missing"]


def test_a_delivery_without_a_date_has_no_figure_of_this_year(tmp_path):
    this, last = date.today().year, date.today().year - 1
    lines = [DELIVERY, *(f"Westerkwartier;GM1969;burenruzie;x;{year};40" for year in (last, this))]
    made_up_exports.write(tmp_path / "raw" / "levering.csv", lines)
    status_by_period, remarks = statuses(tmp_path / "raw", "burenruzie")
    assert status_by_period == {(f"{last}-01", "Y"): "final", (f"{this}-01", "Y"): "missing"}
    assert str(this) in remarks["levering.csv"][0]


def test_inhabitants_of_a_year_do_not_wait_for_its_end(tmp_path):
    lines = ["WijkenEnBuurten;AantalInwoners_5", "WK196901;2500"]
    made_up_exports.write(tmp_path / "raw" / f"buurten_{date.today().year}.csv", lines)
    status_by_period, remarks = statuses(tmp_path / "raw", "bevolking_1_januari", "WK196901")
    assert list(status_by_period.values()) == ["final"] and not remarks


# Inhabitants and indices that are many times those of the year before


@pytest.mark.parametrize("people", [6400, 640000, 0])
def test_inhabitants_that_lost_or_won_a_digit_are_refused(tmp_path, people):
    head = '"ID";"RegioS";"Perioden";"GemiddeldAantalInwoners_51"'
    lines = [head, '0;"GM1969";"2021JJ00";64000', f'1;"GM1969";"2022JJ00";{people}']
    made_up_exports.write(tmp_path / "raw" / "70072ned.csv", lines)
    with pytest.raises(DataError, match=f"{people} voor Westerkwartier in 2022 .* naast 64000 in 2021") as caught:
        ingest(tmp_path / "raw", tmp_path / "processed")
    assert caught.value.line == 3


def test_an_index_that_lost_its_comma_is_refused(tmp_path):
    lines = ['"Gemeenten";"Index overlast (2012=100)|2012";"Index overlast (2012=100)|2013"', '"Leek";"100";"963"']
    made_up_exports.write(tmp_path / "raw" / "index.csv", lines)
    with pytest.raises(DataError, match="963 voor Leek in 2013 kan niet kloppen"):
        ingest(tmp_path / "raw", tmp_path / "processed")


def test_a_buurt_may_grow_from_nothing(tmp_path):
    for year, people in ((2021, 10), (2022, 900)):
        lines = ["WijkenEnBuurten;AantalInwoners_5", f"BU19690101;{people}"]
        made_up_exports.write(tmp_path / "raw" / f"buurten_{year}.csv", lines)
    ingest(tmp_path / "raw", tmp_path / "processed")
    rows = observations.query("bevolking_1_januari", ["BU19690101"], "Y", tmp_path / "processed")
    assert sorted(rows["value"]) == [10, 900]


# Zeros of years in which a municipality did not exist


@pytest.mark.parametrize(("year", "count"), [(2018, 0), (2012, 0)])
def test_a_zero_of_a_year_before_a_municipality_existed_is_no_figure(tmp_path, year, count):
    lines = [
        f"Westerkwartier;GM1969;E33;x;{year};{count}",
        "Westerkwartier;GM1969;E33;x;2019;0",
        "Leek;GM0022;E33;x;2018;0",
    ]
    made_up_exports.write(tmp_path / "raw" / "levering.csv", [DELIVERY, *lines])
    summary = ingest(tmp_path / "raw", tmp_path / "processed")
    rows = observations.query("onbegrepen_gedrag", ["GM1969", "GM0022"], "Y", tmp_path / "processed")
    status = rows.set_index(["region", rows["period"].dt.year])["status"]
    assert status["GM1969", year] == "not_applicable"
    assert status["GM1969", 2019] == status["GM0022", 2018] == "final"
    remark = "een 0 in een jaar waarin de gemeente niet bestond, telt niet mee: Westerkwartier."
    assert summary.remarks["levering.csv"] == [remark]


def test_a_zero_of_a_year_after_a_municipality_ended_is_no_figure(tmp_path):
    lines = ["Leek;GM0022;E33;x;2018;9", "Leek;GM0022;E33;x;2019;0"]
    made_up_exports.write(tmp_path / "raw" / "levering.csv", [DELIVERY, *lines])
    ingest(tmp_path / "raw", tmp_path / "processed")
    rows = observations.query("onbegrepen_gedrag", ["GM0022"], "Y", tmp_path / "processed")
    assert dict(zip(rows["period"].dt.year, rows["status"], strict=True)) == {2018: "final", 2019: "not_applicable"}


def test_where_a_delivery_was_recalculated_a_zero_is_a_zero(tmp_path):
    lines = [f"GM1969;2018;{month};{kind}" for month in (1, 2) for kind in ("alarmering;7", "grote_brand;0")]
    made_up_exports.write(tmp_path / "raw" / "levering.csv", ["Gemeentecode;Jaar;Maand;Soort;Aantal", *lines])
    assert not ingest(tmp_path / "raw", tmp_path / "processed").remarks


def test_where_the_publisher_recalculates_to_borders_of_now_a_zero_is_a_zero(tmp_path):
    made_up_exports.typed(tmp_path / "raw" / "47013NED.csv", {("1.1.1", "GM1969", "2013JJ00"): 0})
    summary = ingest(tmp_path / "raw", tmp_path / "processed")
    rows = observations.query("woninginbraak", ["GM1969"], "Y", tmp_path / "processed")
    assert list(rows["value"]) == [0] and not summary.remarks


# Days that are no turn of the year


def test_a_day_in_summer_is_no_turn_of_the_year(tmp_path):
    rows = split(FILES["jaarwisseling.csv"](tmp_path))
    before, _ = outcome(write(tmp_path / "jaarwisseling.csv", rows))
    summer = ["GM1969", "1-7-2021", "vernieling", "9"]
    result, remarks = outcome(write(tmp_path / "jaarwisseling.csv", [*rows, summer]))
    assert result == before and "1-7-2021" in remarks and "dagen buiten december en januari" in remarks
    result, _ = outcome(write(tmp_path / "jaarwisseling.csv", [rows[0], summer]))
    assert result.startswith("refused") and "1-7-2021" in result


# Zip files


def accidents(path, members):
    with ZipFile(path, "w") as archive:
        for name, lines in members.items():
            archive.writestr(name, "\n".join([HEAD, *lines]))
    return path


ONE, TWO = "2022001,2022,1,UMS,0,1969,Westerkwartier", "2022002,2022,2,LET,0,1969,Westerkwartier"


def test_an_accident_in_two_files_of_a_zip_counts_once(tmp_path):
    both = accidents(tmp_path / "bron.zip", {"a/ongevallen.txt": [ONE, TWO], "b/ongevallen.txt": [ONE]})
    result, remarks = outcome(both)
    alone, _ = outcome(accidents(tmp_path / "alleen.zip", {"a/ongevallen.txt": [ONE, TWO]}))
    assert result == alone and "één keer tellen: 1." in remarks


def test_an_accident_that_differs_between_two_files_is_refused(tmp_path):
    differing = ONE.replace("UMS", "DOD")
    result, _ = outcome(accidents(tmp_path / "bron.zip", {"a/ongevallen.txt": [ONE], "b/ongevallen.txt": [differing]}))
    assert result.startswith("refused") and "2022001" in result


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_in_a_zip_are_refused(tmp_path):
    with ZipFile(tmp_path / "bron.zip", "w") as archive:
        for line in (ONE, TWO):
            archive.writestr("ongevallen.txt", f"{HEAD}\n{line}\n")
    with pytest.raises(DataError, match="twee keer in het zipbestand"):
        grids.peek(tmp_path / "bron.zip")


@pytest.mark.parametrize("cell", ["x" * 200_000, '"x' + "y" * 200_000])
def test_a_field_without_end_is_refused(tmp_path, cell):
    result, _ = outcome(accidents(tmp_path / "bron.zip", {"ongevallen.txt": [ONE, f"{cell},2022,1,UMS,0,1969,x"]}))
    assert result.startswith("refused") and result.endswith(" 3"), result[:200]


@pytest.mark.parametrize(
    ("about", "lacks"),
    [
        ([{"x": 1}], "Type"),
        ([{"Type": "Topic", "ID": "1"}], "Key"),
        ([{"Type": "Topic", "Key": "A_1", "ID": 2, "ParentID": 1}, {"Type": "TopicGroup", "ID": 1}], "Title"),
    ],
)
def test_a_description_that_lacks_something_is_refused(tmp_path, about, lacks):
    with ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("TypedDataSet-01-0001.json", json.dumps({"value": [RECORD]}))
        archive.writestr("DataProperties.json", json.dumps({"value": about}))
    with pytest.raises(DataError) as caught:
        grids.peek(tmp_path / "t.zip")
    assert f"'{lacks}'" in str(caught.value) and "DataProperties.json" in caught.value.file


def test_fetched_pages_of_which_the_last_is_missing_are_refused(tmp_path):
    with ZipFile(tmp_path / "t.zip", "w") as archive:
        for number in (1, 2):
            page = {"value": [{**RECORD, "Perioden": f"202{number}JJ00"}], "odata.nextLink": "http://x"}
            archive.writestr(f"TypedDataSet-01-000{number}.json", json.dumps(page))
    with pytest.raises(DataError) as caught:
        grids.read(tmp_path / "t.zip")
    assert "TypedDataSet-01-0002.json" in caught.value.file and "niet compleet" in caught.value.problem


def test_the_files_of_this_test_are_read_when_nothing_is_wrong(tmp_path):
    for name in FIGURE:
        rows = split(FILES[name](tmp_path))
        assert not outcome(write(tmp_path / name, rows))[0].startswith("refused")
