"""StatLine exports in every layout and file format, and their pitfalls. All figures here are made up."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

import made_up_exports
from analysis.errors import DataError, DataWarning
from analysis.ingest import grids, region_texts, statline
from analysis.ingest.data_package import Resource
from analysis.ingest.pipeline import ingest

YEARS = ("2021JJ00", "2022JJ00")
WK = ("1.1.1", "GM1969", "2022JJ00")
SMALL: made_up_exports.Grid = {
    (code, region, period): number * 700 + (number == 1)
    for number, (code, region, period) in enumerate(
        (c, r, p) for c in ("0.0.0", "1.1.1", "2.6.10") for r in made_up_exports.PLACES for p in YEARS
    )
}
FIRST = {key: count for key, count in SMALL.items() if key[0] == "0.0.0"}
LOCAL = {key: count for key, count in SMALL.items() if key[1] == "GM1969"}
WHOLE = {
    "typed": made_up_exports.typed,
    "untyped": made_up_exports.untyped,
    "list": made_up_exports.listing,
    "titles": made_up_exports.titles,
    "dump": made_up_exports.dump,
    "odata": made_up_exports.odata,
}


def resource(path: Path, **fields) -> Resource:
    return Resource(name=path.stem, path=path.name, **fields)


def read(path: Path, **fields) -> pd.DataFrame:
    entry = resource(path, **fields)
    assert statline.recognises(grids.peek(path), entry)
    return statline.read(path, entry)[1]


def table_of(path: Path, **fields) -> str:
    return statline.read(path, resource(path, **fields))[0].id


def figures(rows: pd.DataFrame) -> dict:
    suffix = {"Y": "JJ00", "M": "MM"}
    keys = [
        (row.code, row.region, f"{row.period.year}{suffix[row.frequency]}{row.period.month:02}"[:8])
        for row in rows.itertuples()
    ]
    return dict(zip(keys, [None if pd.isna(value) else int(value) for value in rows["value"]], strict=True))


def path_for(folder: Path, flavour: str) -> Path:
    return folder / f"export.{'json' if flavour == 'odata' else 'csv'}"


def refused(path: Path, *parts: str, **fields) -> DataError:
    with pytest.raises(DataError) as caught:
        read(path, **fields)
    for part in (path.name, *parts):
        assert part in str(caught.value)
    return caught.value


# The flavours


@pytest.mark.parametrize("flavour", WHOLE)
def test_every_flavour_gives_the_same_figures(tmp_path, flavour):
    rows = read(WHOLE[flavour](path_for(tmp_path, flavour), SMALL))
    assert figures(rows) == SMALL
    assert set(rows["status"]) == {"final"}


@pytest.mark.parametrize("down", [False, True])
def test_a_table_gives_its_code_for_every_region_and_leaves_other_measures_alone(tmp_path, down):
    assert figures(read(made_up_exports.table(tmp_path / "tabel.csv", FIRST, down=down))) == FIRST


def test_an_excel_table_of_one_region(tmp_path):
    rows = read(made_up_exports.excel(tmp_path / "excel.csv", LOCAL, provisional=("2022JJ00",)))
    assert figures(rows) == LOCAL
    assert set(rows.loc[rows["period"].dt.year == 2022, "status"]) == {"provisional"}
    assert set(rows.loc[rows["period"].dt.year == 2021, "status"]) == {"final"}


def test_a_workbook_with_the_same_cells_reads_the_same(tmp_path):
    book = Workbook()
    for _, cells in grids.records(made_up_exports.table(tmp_path / "tabel.csv", FIRST)):
        book.active.append([int(cell) if cell.isdigit() else cell for cell in cells])
    book.save(tmp_path / "tabel.xlsx")
    assert figures(read(tmp_path / "tabel.xlsx")) == FIRST


def test_a_workbook_without_titles_or_footer_reads_too(tmp_path):
    book = Workbook()
    for row in (["Regio's: Westerkwartier"], [None, 2021, "2022*"], ["Soort misdrijf", "aantal", "aantal"]):
        book.active.append(row)
    book.active.append([made_up_exports.TITLES["1.1.1"], 21, 36])
    book.save(tmp_path / "excel.xlsx")
    assert figures(read(tmp_path / "excel.xlsx")) == {WK: 36, ("1.1.1", "GM1969", "2021JJ00"): 21}


counts = st.one_of(st.none(), st.integers(0, 2_000_000), st.just(100_000))
grids_of_counts = st.tuples(
    st.lists(st.sampled_from(["0.0.0", "1.1.1", "2.6.10"]), min_size=1, unique=True),
    st.lists(st.sampled_from(list(made_up_exports.PLACES)), min_size=1, unique=True),
    st.lists(st.sampled_from(["2012JJ00", "2022JJ00", "2022MM01", "2022MM12"]), min_size=1, unique=True),
).flatmap(lambda axes: st.fixed_dictionaries({(c, r, p): counts for c in axes[0] for r in axes[1] for p in axes[2]}))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grid=grids_of_counts)
def test_any_grid_survives_every_flavour(tmp_path, grid):
    code, region = next(iter(grid))[:2]
    first = {key: count for key, count in grid.items() if key[0] == code}
    local = {key: count for key, count in grid.items() if key[1] == region}
    for flavour, build in WHOLE.items():
        assert figures(read(build(path_for(tmp_path, flavour), grid))) == grid, flavour
    for down in (False, True):
        assert figures(read(made_up_exports.table(tmp_path / "tabel.csv", first, down=down))) == first
    top = f"Regio's: {made_up_exports.PLACES[region]}"
    assert figures(read(made_up_exports.excel(tmp_path / "excel.csv", local, top=top))) == local


# Which table


@pytest.mark.parametrize(
    ("dimension", "region_dimension", "measure", "period", "expected"),
    [
        ("SoortMisdrijf", "RegioS", "GeregistreerdeMisdrijven_1", "2022JJ00", "47013NED"),
        ("SoortMisdrijf", "WijkenEnBuurten", "GeregistreerdeMisdrijven_1", "2022JJ00", "47018NED"),
        ("SoortMisdrijf", "WijkenEnBuurten", "GeregistreerdeMisdrijven_4", "2022MM01", "47022NED"),
        ("Overlast", "RegioS", "GeregistreerdeOverlast_1", "2022JJ00", "47021NED"),
        ("Overlast", "WijkenEnBuurten", "GeregistreerdeOverlast_2", "2022MM01", "47024NED"),
    ],
)
def test_a_table_is_known_by_its_dimensions_and_measure(
    tmp_path, dimension, region_dimension, measure, period, expected
):
    lines = [f"ID;{dimension};{region_dimension};Perioden;{measure}", f'0;"0.0.0 ";"GM1969    ";{period};5']
    assert table_of(made_up_exports.write(tmp_path / "naamloos.csv", lines)) == expected


def test_the_name_of_the_file_says_nothing(tmp_path):
    assert table_of(made_up_exports.typed(tmp_path / "47021NED_overlast.csv", SMALL)) == "47013NED"


@pytest.mark.parametrize(
    "header",
    [
        "Overlast;Regio's;Perioden;Geregistreerde overlast (aantal)",
        '"overlast";"REGIO\'S";"perioden";"Overlast/Totaal/Geregistreerde overlast (aantal)"',
    ],
)
def test_headers_may_be_spelled_otherwise(tmp_path, header):
    path = made_up_exports.write(
        tmp_path / "lijst.csv", [header, "Overlast door verward persoon;Westerkwartier;2022;395"]
    )
    assert figures(read(path)) == {("E33", "GM1969", "2022JJ00"): 395}


def test_population_has_one_code_and_totals_are_taken_from_details(tmp_path):
    header = "ID;Geslacht;Leeftijd;BurgerlijkeStaat;RegioS;Perioden;BevolkingOp1Januari_1;GemiddeldeBevolking_2"
    total, men = "T001038;10000   ;T001019;GM1969;2022JJ00", "3000   ;10000   ;T001019;GM1969;2022JJ00"
    path = made_up_exports.write(tmp_path / "cbs.csv", [header, f"0;{total};64306;64626.5", f"1;{men};32000;32100"])
    assert table_of(path) == "03759ned"
    assert figures(read(path)) == {("BevolkingOp1Januari", "GM1969", "2022JJ00"): 64306}


@pytest.mark.parametrize(
    "lines",
    [
        ["ID;SoortMisdrijf;RegioS;Perioden;RegistratiesVanVerdachten_6", "0;T001161;GM1969;2022JJ00;415"],
        [";2021;2022*", "Soort misdrijf;aantal;aantal", "Fraude;60540;63930"],
        ['"Marges";"Perioden";"Regio\'s";"Voelt zich wel eens onveilig (%)"', '"Waarde";"2013";"Nederland";36,7'],
        ["Naam;Straat", "x;y"],
    ],
)
def test_other_tables_are_not_ours(tmp_path, lines):
    path = made_up_exports.write(tmp_path / "anders.csv", lines)
    assert not statline.recognises(grids.peek(path), resource(path))


# What is not there


def test_a_mark_for_no_figure_is_never_zero(tmp_path):
    marks = [".", "-", "x", "", "null", "0"]
    lines = [f'"Totaal misdrijven";"{2012 + n}";"Nederland";{mark}' for n, mark in enumerate(marks)]
    head = '"Soort misdrijf";"Perioden";"Regio\'s";"Geregistreerde misdrijven (aantal)"'
    rows = read(made_up_exports.write(tmp_path / "lijst.csv", [head, *lines]))
    assert list(rows["status"]) == ["missing", "missing", "suppressed", "not_applicable", "missing", "final"]
    assert list(rows["value"].isna()) == [True, True, True, True, True, False]


def test_null_in_odata_is_missing(tmp_path):
    rows = read(made_up_exports.odata(tmp_path / "x.json", {("1.1.1", "GM1969", "2022JJ00"): None}))
    assert list(rows["status"]) == ["missing"]


def test_withheld_codes_are_suppressed_by_month_but_not_by_year(tmp_path):
    grid = {("1.4.1", "GM1969", period): count for period, count in
            [("2022MM01", 0), ("2022JJ00", 0), ("2021JJ00", 31)]} | {("1.1.1", "GM1969", "2022MM01"): 0}  # fmt: skip
    rows = read(made_up_exports.typed(tmp_path / "x.csv", grid)).set_index(["code", "period", "frequency"])["status"]
    assert rows["1.4.1", pd.Timestamp("2022-01-01"), "M"] == "suppressed"
    assert rows["1.4.1", pd.Timestamp("2022-01-01"), "Y"] == "final"
    assert rows["1.1.1", pd.Timestamp("2022-01-01"), "M"] == "final"


def test_wijken_and_buurten_are_kept_and_withheld_codes_suppressed_there(tmp_path):
    areas = ["NL00      ", "GM1969    ", "WK196904  ", "BU19690402", "GM0000    ", "WK000000  ", "BU00000000"]
    head = "ID;SoortMisdrijf;WijkenEnBuurten;Perioden;GeregistreerdeMisdrijven_1;Gemeentenaam_2;SoortRegio_3"
    blank = '"                              ";"        "'  # zero rows carry no names
    lines = [f'0;"{code}";"{area}";"2023JJ00";0;{blank}' for area in areas for code in ("1.1.1 ", "3.2.1 ")]
    rows = read(made_up_exports.write(tmp_path / "x.csv", [head, *lines]))
    assert sorted(set(rows["region"])) == ["BU19690402", "GM1969", "NL00", "WK196904"]
    withheld = rows[rows["code"] == "3.2.1"].set_index("region")["status"]
    assert withheld["WK196904"] == withheld["BU19690402"] == "suppressed"
    assert set(rows.loc[rows["code"] == "1.1.1", "status"]) == {"final"}


def test_names_of_wijken_are_refused_because_leek_is_also_a_buurt(tmp_path):
    head = "ID;SoortMisdrijf;WijkenEnBuurten;Perioden;GeregistreerdeMisdrijven_1"
    path = made_up_exports.write(tmp_path / "x.csv", [head, "0;Totaal misdrijven;Leek;2023;12"])
    refused(path, "regel 2", "'Leek'", "niet uniek", "codes")


# Periods


def test_years_and_months_stay_apart(tmp_path):
    grid = {("1.1.1", "GM1969", "2022JJ00"): 36, ("1.1.1", "GM1969", "2022MM01"): 4}
    rows = read(made_up_exports.listing(tmp_path / "x.csv", grid))
    assert sorted(zip(rows["frequency"], rows["value"], strict=True)) == [("M", 4), ("Y", 36)]


@pytest.mark.parametrize("mark", ["2024*", "2024**", "2024 januari*"])
def test_a_marked_period_is_provisional(tmp_path, mark):
    path = made_up_exports.listing(tmp_path / "x.csv", {WK: 5, ("1.1.1", "GM1969", "2021JJ00"): None})
    path.write_text(path.read_text("utf-8").replace('"2022"', f'"{mark}"').replace('"2021"', '"2023*"'), "utf-8")
    assert list(read(path)["status"]) == ["provisional", "missing"]


def test_a_code_list_beside_the_file_says_which_periods_are_provisional(tmp_path):
    codes = [
        "Key,Title,Description,Status",
        "2021JJ00,2021,,Definitief",
        "2022JJ00,2022*,,NaderVoorlopig",
        "2020X000,x,,Voorlopig",
    ]
    made_up_exports.write(tmp_path / "Perioden.csv", codes)
    rows = read(made_up_exports.typed(tmp_path / "x.csv", LOCAL))
    assert dict(zip(rows["period"].dt.year, rows["status"], strict=True)) == {2021: "final", 2022: "provisional"}


def test_an_unknown_period_is_refused(tmp_path):
    path = made_up_exports.listing(tmp_path / "x.csv", SMALL)
    path.write_text(path.read_text("utf-8").replace('"2022"', '"2022 13e maand"', 1), "utf-8")
    refused(path, "regel 3", "2022 13e maand", "geen periode")


# Regions


def test_both_keys_of_the_country_are_one_region(tmp_path):
    head = "ID;SoortMisdrijf;RegioS;Perioden;GeregistreerdeMisdrijven_1"
    lines = [head, '0;"1.1.1 ";"NL01  ";"2022JJ00";5', '1;"1.1.1 ";"NL00      ";"2021JJ00";6']
    assert set(read(made_up_exports.write(tmp_path / "x.csv", lines))["region"]) == {"NL00"}


def test_groupings_and_unassigned_rows_are_left_out_without_fuss(tmp_path):
    unused_regions = [
        "LD01  ",
        "GM0000",
        "RE99  ",
        "Noord-Nederland (LD)",
        "Buitenland",
        "Niet in te delen (RE)",
        "CR01",
    ]
    lines = [f'"Totaal misdrijven";"2022";"{name}";.' for name in [*unused_regions, "Noord-Nederland (RE)", "Leek"]]
    head = '"Soort misdrijf";"Perioden";"Regio\'s";"Geregistreerde misdrijven (aantal)"'
    assert list(read(made_up_exports.write(tmp_path / "x.csv", [head, *lines]))["region"]) == ["RE01", "GM0022"]


@pytest.mark.parametrize("name", ["Westerkwartjer", "GM9999", "GM19690", "1969", "WK9999AA", "PV77"])
def test_a_region_that_must_be_a_slip_is_refused(tmp_path, name):
    path = made_up_exports.listing(tmp_path / "x.csv", SMALL)
    path.write_text(path.read_text("utf-8").replace("Westerkwartier", name), "utf-8")
    refused(path, "regel 8", "regio", name, "onbekend")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("LDG4  ", region_texts.GROUPING),
        ("Groningen (PD)", region_texts.GROUPING),
        ("BT0101", region_texts.GROUPING),
        ("GM0305", region_texts.FORMER),
        ("BU03050000", region_texts.FORMER),
        ("Abcoude", region_texts.UNKNOWN),
        ("Venhuizen", region_texts.UNKNOWN),  # almost Enkhuizen, but a municipality until 2006
        ("ZZ01", region_texts.UNKNOWN),
        ("GM2001", region_texts.NEWER),
        ("Gemeente onbekend", region_texts.UNASSIGNED),
    ],
)
def test_a_region_without_use_costs_only_its_own_rows(tmp_path, name, what):
    head = "ID;SoortMisdrijf;RegioS;Perioden;GeregistreerdeMisdrijven_1"
    path = made_up_exports.write(
        tmp_path / "x.csv", [head, "0;0.0.0 ;GM1969;2023JJ00;5", f"1;0.0.0 ;{name};2023JJ00;7"]
    )
    with pytest.warns(DataWarning, match=re.escape(f"niet gebruikt: 1 cijfer over {what} ({name.strip()}).")):
        rows = read(path)
    assert rows[["region", "value"]].to_numpy().tolist() == [["GM1969", 5]]


@pytest.mark.parametrize("name", ["2010X000", "2012SJ00", "2012/2013", "2010 tot 2014", "2011/'12*"])
def test_a_period_without_use_costs_only_its_own_rows(tmp_path, name):
    path = made_up_exports.listing(tmp_path / "x.csv", SMALL)
    whole = len(read(path))
    path.write_text(path.read_text("utf-8").replace('"2022"', f'"{name}"', 1), "utf-8")
    with pytest.warns(DataWarning, match=re.escape(f"1 cijfer over perioden van een andere soort ({name}).")):
        assert len(read(path)) == whole - 1


def test_many_texts_without_use_are_counted_and_some_named(tmp_path):
    head = "ID;SoortMisdrijf;RegioS;Perioden;GeregistreerdeMisdrijven_1"
    lines = [f"{number};0.0.0 ;CR{number:02};2023JJ00;7" for number in range(9)]
    path = made_up_exports.write(tmp_path / "x.csv", [head, "0;0.0.0 ;GM1969;2023JJ00;5", *lines])
    with pytest.warns(DataWarning, match="9 cijfers over .* \\(CR00, CR01, CR02, CR03, CR04 en nog 4\\)"):
        read(path)


def test_labels_with_and_without_an_addition_are_different_regions(tmp_path):
    lines = [
        f"Totaal misdrijven;2022;{name};5" for name in ("Groningen (PV)", "Groningen (gemeente)", "Friesland (PV)")
    ]
    head = "Soort misdrijf;Perioden;Regio's;Geregistreerde misdrijven (aantal)"
    assert list(read(made_up_exports.write(tmp_path / "x.csv", [head, *lines]))["region"]) == ["PV20", "GM0014", "PV21"]


# Numbers and text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(tmp_path, encoding):
    head = "Soort misdrijf;Perioden;Regio's;Geregistreerde misdrijven (aantal)"
    path = made_up_exports.write(tmp_path / "x.csv", [head, "Totaal misdrijven;2022;Fryslân (PV);5"], encoding)
    assert list(read(path)["region"]) == ["PV21"]


def test_thousands_dots_are_thousands_in_dutch_files_only(tmp_path):
    head = "Soort misdrijf;Perioden;Regio's;Geregistreerde misdrijven (aantal)"
    dutch = made_up_exports.write(tmp_path / "lijst.csv", [head, "Totaal misdrijven;2022;Nederland;800.027"])
    assert list(read(dutch)["value"]) == [800027]
    data = made_up_exports.typed(tmp_path / "typed.csv", {WK: 5})
    data.write_text(data.read_text("utf-8").replace(";5\n", ";1.425\n"), "utf-8")
    refused(data, "regel 2", "1.425", "geen geheel getal")


@pytest.mark.parametrize(
    ("text", "problem"),
    [("-3", "negatief"), ("veel", "geen getal"), ("12.5", "geen geheel getal"), ("#N/B", "geen getal")],
)
def test_a_bad_count_is_refused_with_its_line(tmp_path, text, problem):
    path = made_up_exports.typed(tmp_path / "x.csv", SMALL)
    lines = path.read_text("utf-8").splitlines()
    lines[4] = lines[4].rsplit(";", 1)[0] + f";{text}"
    refused(made_up_exports.write(path, lines, "utf-8"), "regel 5", text, problem)


def test_the_same_figure_twice_is_refused_even_when_equal(tmp_path):
    path = made_up_exports.typed(tmp_path / "x.csv", SMALL)
    lines = path.read_text("utf-8").splitlines()
    error = refused(
        made_up_exports.write(path, [*lines, lines[3]], "utf-8"), "twee keer", "regel 4 en regel 26", "2021"
    )
    assert error.line == 26


def test_an_unknown_category_costs_only_its_own_rows(tmp_path):
    path = made_up_exports.listing(tmp_path / "x.csv", SMALL)
    expected_rows = len(read(path).query("code != '1.1.1'"))
    path.write_text(path.read_text("utf-8").replace("1.1.1 Diefstal/inbraak woning", "Diefstal uit woning"), "utf-8")
    with pytest.warns(DataWarning, match="over soorten die niet van de politie bekend zijn .Diefstal uit woning"):
        rows = read(path)
    assert len(rows) == expected_rows and "1.1.1" not in set(rows["code"])


def test_a_file_in_which_nothing_is_known_is_refused(tmp_path):
    """The name of its only municipality may be misspelled."""
    head = "ID;SoortMisdrijf;RegioS;Perioden;GeregistreerdeMisdrijven_1"
    refused(made_up_exports.write(tmp_path / "x.csv", [head, "0;0.0.0 ;MG1969;2023JJ00;5"]), "MG1969", "onbekend")


# A dimension that is not there


@pytest.mark.parametrize(
    ("header", "row", "missing"),
    [
        ("ID;SoortMisdrijf;RegioS;GeregistreerdeMisdrijven_1", "0;1.1.1;GM1969;5", "Perioden"),
        ("Soort misdrijf;Perioden;Geregistreerde misdrijven (aantal)", "Totaal misdrijven;2022;5", "Regio's"),
        ("ID;RegioS;Perioden;GeregistreerdeMisdrijven_1", "0;GM1969;2022JJ00;5", "Soort misdrijf"),
        ("ID;RegioS;Perioden;BevolkingOp1Januari_1", "0;GM1969;2022JJ00;5", "Geslacht"),
    ],
)
def test_a_missing_column_is_refused_with_the_remedy(tmp_path, header, row, missing):
    refused(made_up_exports.write(tmp_path / "x.csv", [header, row]), f"'{missing}' ontbreekt", '"selection"')


def test_a_missing_region_in_an_excel_table_can_be_said_on_top_or_in_the_register(tmp_path):
    path = made_up_exports.excel(tmp_path / "x.csv", LOCAL, top="")
    refused(path, "'Regio's' ontbreekt", "Regio's: …", '{"RegioS": "GM1969"}')
    assert figures(read(path, selection={"RegioS": "GM1969"})) == LOCAL
    assert figures(read(made_up_exports.excel(path, LOCAL, top="Regio's: Westerkwartier"))) == LOCAL


def test_a_selection_gives_periods_too(tmp_path):
    path = made_up_exports.write(
        tmp_path / "x.csv", ["ID;SoortMisdrijf;RegioS;GeregistreerdeMisdrijven_1", "0;1.1.1;GM1969;5"]
    )
    assert figures(read(path, selection={"Perioden": "2022JJ00"})) == {WK: 5}


# Files that were cut off


def cut(path: Path, size: int) -> Path:
    path.write_bytes(path.read_bytes()[:-size])
    return path


@pytest.mark.parametrize(
    ("flavour", "size", "problem"),
    [
        ("typed", 8, "2 velden|3 velden|4 velden|niet gesloten"),
        ("typed", 2, "houdt midden in deze regel op"),
        ("untyped", 2, "niet gesloten"),
        ("list", 3, "houdt midden in deze regel op"),
        ("odata", 2, "afgekapt"),
    ],
)
def test_a_file_that_was_cut_off_is_refused(tmp_path, flavour, size, problem):
    path = cut(WHOLE[flavour](path_for(tmp_path, flavour), SMALL), size)
    with pytest.raises(DataError, match=problem) as caught:
        read(path)
    assert caught.value.line == (1 if flavour == "odata" else 25)


@pytest.mark.parametrize(("size", "problem"), [(1, None), (16, "'Bron: …' ontbreekt"), (22, "niet gesloten")])
def test_a_table_needs_its_footer(tmp_path, size, problem):
    path = cut(made_up_exports.table(tmp_path / "x.csv", FIRST), size)
    if problem:
        refused(path, problem)
    else:
        assert figures(read(path)) == FIRST


def test_an_excel_table_that_was_cut_off_is_refused(tmp_path):
    refused(cut(made_up_exports.excel(tmp_path / "x.csv", LOCAL), 2), "afgekapt")
    refused(cut(made_up_exports.excel(tmp_path / "y.csv", LOCAL), 8), "regel 6", "velden")


def test_a_line_with_too_few_or_too_many_fields_is_named(tmp_path):
    path = made_up_exports.typed(tmp_path / "x.csv", SMALL)
    lines = path.read_text("utf-8").splitlines()
    refused(
        made_up_exports.write(path, [*lines[:9], '8;"1.1.1 ";"GM1969"', *lines[9:]], "utf-8"), "regel 10", "3 velden"
    )
    refused(made_up_exports.write(path, [*lines[:9], lines[9] + ";1", *lines[9:]], "utf-8"), "regel 10", "6 velden")


def test_blank_lines_do_not_shift_the_line_numbers(tmp_path):
    path = made_up_exports.typed(tmp_path / "x.csv", SMALL)
    lines = path.read_text("utf-8").splitlines()
    refused(
        made_up_exports.write(path, ["", lines[0], "", *lines[1:3], "9;0.0.0;GM19690;2023JJ00;-"], "utf-8"),
        "regel 6",
        "GM19690",
    )
    refused(
        made_up_exports.write(path, [lines[0], *lines[1:3], "", '"open;GM1969;x'], "utf-8"), "regel 5", "niet gesloten"
    )


def test_a_quotation_mark_may_not_swallow_the_next_line(tmp_path):
    path = made_up_exports.typed(tmp_path / "x.csv", SMALL)
    lines = path.read_text("utf-8").splitlines()
    refused(
        made_up_exports.write(path, [*lines[:5], '4;"1.1.1', ' ";"GM1969";"2022JJ00";5'], "utf-8"),
        "regel 6",
        "loopt door op",
    )


def test_a_cell_that_is_closed_is_not_called_open(tmp_path):
    path = made_up_exports.typed(tmp_path / "x.csv", SMALL)
    lines = path.read_text("utf-8").splitlines()
    line = '4;"1.1.1" x;"GM1969";"2022JJ00";5'
    refused(made_up_exports.write(path, [*lines[:5], line], "utf-8"), "regel 6", "na een gesloten aanhalingsteken")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_text_in_another_encoding_is_named_as_such(tmp_path, encoding):
    """It must not be called another kind of table: without a byte order mark its content is unknown."""
    path = made_up_exports.typed(tmp_path / "raw" / "x.csv", SMALL)
    path.write_bytes(path.read_text("utf-8-sig").encode(encoding))
    with pytest.raises(DataError, match="geen tekst die wij kunnen lezen") as caught:
        ingest(tmp_path / "raw", tmp_path / "processed")
    assert "x.csv" in caught.value.file and "CSV UTF-8" in caught.value.remedy


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = made_up_exports.typed(tmp_path / "x.csv", SMALL)
    path.write_bytes(path.read_bytes() + b"\x81\n")
    refused(path, "geen tekst die wij kunnen lezen")


def test_a_table_without_any_row_is_refused(tmp_path):
    refused(made_up_exports.typed(tmp_path / "x.csv", {}), "geen cijfers")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('{"odata.metadata": "x", "value": [{"ID": 0, "SoortMis', "afgekapt"),
        ('{"odata.metadata": "x", "value": []}', "geen rijen"),
        ('{"value": [{"SoortMisdrijf": "1.1.1 ", "RegioS": }]}', "afgekapt"),
    ],
)
def test_odata_without_a_whole_record_is_refused(tmp_path, content, problem):
    (tmp_path / "x.json").write_text(content, "utf-8")
    refused(tmp_path / "x.json", problem)


def test_one_page_of_odata_is_not_the_table(tmp_path):
    path = made_up_exports.odata(tmp_path / "x.json", SMALL)
    path.write_text(path.read_text("utf-8").replace('"value"', '"odata.nextLink": "verder", "value"'), "utf-8")
    refused(path, "niet de hele tabel")


def test_a_selection_hidden_deeper_in_json_is_no_odata(tmp_path):
    path = made_up_exports.odata(tmp_path / "x.json", SMALL)
    path.write_text('{"inhoud": ' + path.read_text("utf-8") + "}", "utf-8")
    refused(path, "geen OData")
