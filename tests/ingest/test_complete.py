"""Nothing in a file is lost silently: it changes the figures, is refused, or is named in a warning.

All figures here are made up.
"""

from __future__ import annotations

import csv
import io
import json
import warnings
from functools import partial

import openpyxl
import pytest
from test_requested import DAYS, FIRE, HALT
from test_veiligheidsindex import LINES
from test_veiligheidsmonitor import LIST

import made_up_exports
from analysis.errors import DataError, DataWarning
from analysis.ingest import ballots, grids
from analysis.ingest.data_package import Resource
from analysis.ingest.dispatch import READERS
from analysis.ingest.pipeline import ingest
from made_up_exports import DELIVERY
from made_up_stand import CARD, LEEK, TALLY

# Every file is read again for every cell: those that test one reader cover its lines, and watching these doubles them.
pytestmark = [pytest.mark.slow, pytest.mark.no_cover]

GRID: made_up_exports.Grid = {
    ("1.1.1", region, period): number
    for number, (region, period) in enumerate(
        ((region, period) for region in ("GM0014", "GM1969", "NL00") for period in ("2019JJ00", "2020JJ00")), start=11
    )
}


def lines_of(writer, tmp_path):
    return writer(tmp_path / "zomaar.csv", GRID).read_text("utf-8-sig").splitlines()


def table(*lines):
    """Return a function that returns these lines, as for a file written by hand."""
    return lambda tmp_path: list(lines)


# Every kind of file that is a table of text, by the name that a reader may need.
FILES = {
    "typed.csv": partial(lines_of, made_up_exports.typed),
    "untyped.csv": partial(lines_of, made_up_exports.untyped),
    "lijst.csv": partial(lines_of, made_up_exports.listing),
    "titels.csv": partial(lines_of, made_up_exports.titles),
    "r.csv": partial(lines_of, made_up_exports.dump),
    "tabel.csv": partial(lines_of, made_up_exports.table),
    "tabel_gedraaid.csv": partial(lines_of, partial(made_up_exports.table, down=True)),
    "monitor.csv": table(*LIST),
    "index.csv": table(*LINES),
    "buurten_2024.csv": table("WijkenEnBuurten;AantalInwoners_5", "WK196901;25", "BU19690101;15", "BU19690102;5"),
    "halt.csv": table(
        HALT, "Leek;GM0022;2018;24;1.500;160,0;per 10.000 jongeren", "x;GM1969;2019;60;4.800;12,5;per 1.000 jongeren"
    ),
    "brandweer.csv": table(FIRE, "GM1969;2022;1;alarmering;7", "GM1969;2022;februari;woningbrand;2"),
    "jaarwisseling.csv": table(DAYS, "GM1969;31-12-2021;vernieling;7", "GM1969;1-1-2022;vernieling;3"),
    "levering.csv": table(DELIVERY, "Leek;GM0022;E33;verward;2018;40", "Westerkwartier;GM1969;E33;verward;2019;50"),
    "E33_levering_2016_2017.csv": table(*made_up_exports.LOCAL),
    "E33_levering_2011_2012_land.csv": table("2011;39974", "2012;40111"),
    "stembriefjes.csv": table(*LEEK),
    "turflijst.csv": table(*TALLY),
}  # fmt: skip
# What says in other words what a column beside it says, and titles that every StatLine table has.
LABELS = {"SoortMisdrijf_label", "RegioS_label", "Perioden_Date", "Perioden_freq", "Perioden_label"}
DESCRIBES = {"ID", "Gemeente", "Omschrijving"} | LABELS
TITLES = ("Geregistreerde misdrijven en aangiften", "Bron", "Nationale Veiligheidsindices")
# In a file without headings nothing can be said of a name; a row of a group of municipalities is no region of ours.
APART = {
    ("E33_levering_2016_2017.csv", 0), ("index.csv", "Gemeenten 50.000 - 100.000 inwoners"),
    ("index.csv", "Gemeenten"), ("stembriefjes.csv", "thema_3"),
}  # fmt: skip


def split(lines):
    content = "\n".join(lines)
    return [row for row in csv.reader(io.StringIO(content), delimiter=grids.raw_files.separator(content)) if any(row)]


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([number(cell, path) for cell in row])
        book.save(path)
        return path
    content = io.StringIO()
    csv.writer(content, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    path.write_text(content.getvalue(), "utf-8-sig")
    return path


def number(cell, path):
    """Return a cell as a workbook holds it: a whole number as a number, anything else as text."""
    return int(cell) if cell.isdecimal() and len(cell) < 9 else cell


def outcome(path):
    """Return the figures read or the refusal, and the warnings, as texts."""
    resource = Resource(name=path.stem, path=path.name)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DataWarning)
        try:
            result = figures(path, resource)
        except DataError as error:
            result = f"refused: {error.problem} {error.column} {error.line}"
    return result, " ".join(str(warning.message) for warning in caught)


def figures(path, resource):
    rows = grids.peek(path)
    below = grids.below_titles(rows)
    if ballots.ballots_kind(below):
        (path.parent / "beleid").mkdir(exist_ok=True)
        (path.parent / ballots.VOTE_CARD).write_text(CARD, "utf-8")
        return ballots.read_ballots(path, ballots.read_vote_card(path.parent), "x").drop(columns="line").to_csv()
    reader = next(
        (
            reader_of_kind
            for reader_of_kind in READERS
            if reader_of_kind.recognises(rows, resource) or reader_of_kind.recognises(below, resource)
        ),
        None,
    )
    if reader is None:
        return "skipped"
    rows_read = reader.read(path, resource)[1].drop(columns="line", errors="ignore")
    return rows_read.sort_values(list(rows_read.columns)).to_csv(index=False)


def changed(cell):
    return str(int(cell) + 1) if cell.strip().isdecimal() else "Zomaar iets"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("name", FILES)
def test_every_cell_that_is_filled_matters_or_is_named(tmp_path, name, suffix):
    rows = split(FILES[name](tmp_path))
    path = (tmp_path / "raw" / name).with_suffix(suffix)
    before, remarks = outcome(write(path, rows))
    assert not before.startswith(("refused", "skipped")), before
    width = max(map(len, rows))
    header = next(row for row in rows if len(list(filter(None, row))) > 1)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            heading = header[column].partition("|")[0]
            exempt = heading in DESCRIBES or cell.startswith(TITLES) or row[0].startswith(TITLES)
            apart = {(name, column), (name, row[0]), (name, cell)} & APART
            numbered = not heading and len(row) == width and cell.isdecimal() and column == 0
            if (
                not cell.strip()
                or exempt
                or apart
                or numbered
                or f"'{heading}'" in remarks
                or f"regel {line} " in remarks
            ):
                continue
            if "Aangiften" in remarks and "Aangiften" in (header[column], rows[3][column] if len(rows) > 3 else ""):
                continue
            altered = [list(cells) for cells in rows]
            altered[line - 1][column] = changed(cell)
            assert outcome(write(path, altered)) != (before, remarks), (
                f"regel {line}, '{heading}': '{cell}' does not matter"
            )


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("name", FILES)
def test_every_row_matters_or_is_named(tmp_path, name, suffix):
    rows = split(FILES[name](tmp_path))
    path = (tmp_path / "raw" / name).with_suffix(suffix)
    before, remarks = outcome(write(path, rows))
    for number, row in enumerate(rows):
        if row[0].startswith(TITLES) or (name, row[0]) in APART or f"regel {number + 1} " in remarks:
            continue
        fewer = [*rows[:number], *rows[number + 1 :]]
        assert outcome(write(path, fewer)) != (before, remarks), f"regel {number + 1} does not matter"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("heading", ["", "Aantal anders", "Opmerking"])
@pytest.mark.parametrize("name", [name for name in FILES if "tabel" not in name and not name.startswith("E33")])
def test_a_column_that_no_reader_knows_is_named(tmp_path, name, heading, suffix):
    rows = split(FILES[name](tmp_path))
    header_row = next(number for number, row in enumerate(rows) if len(list(filter(None, row))) > 1)
    more = [
        [*row, heading if number == header_row else "5" if number > header_row else ""]
        for number, row in enumerate(rows)
    ]
    path = (tmp_path / "raw" / name).with_suffix(suffix)
    result, remarks = outcome(write(path, more))
    assert result.startswith("refused") or (f"'{heading}'" if heading else "kolom zonder naam") in remarks


# What stands around a table


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith(("tabel", "index", "E33"))])
def test_titles_above_and_notes_below_a_table_are_named_and_cost_nothing(tmp_path, name, suffix):
    rows = split(FILES[name](tmp_path))
    path = (tmp_path / "raw" / name).with_suffix(suffix)
    before, _ = outcome(write(path, rows))
    around = [["Geleverd op verzoek"], ["In opdracht van de gemeente", "", ""], *rows, ["Bron: politie"]]
    result, remarks = outcome(write(path, around))
    assert result == before
    assert "de regels 1, 2 boven de kolomkoppen tellen niet mee." in remarks
    assert f"regel {len(rows) + 3} met een noot onder de tabel telt niet mee." in remarks


@pytest.mark.parametrize("name", ["typed.csv", "lijst.csv", "levering.csv", "halt.csv", "stembriefjes.csv"])
def test_a_header_that_comes_again_is_named_and_costs_nothing(tmp_path, name):
    rows = split(FILES[name](tmp_path))
    before, _ = outcome(write(tmp_path / name, rows))
    result, remarks = outcome(write(tmp_path / name, [*rows[:2], rows[0], *rows[2:]]))
    assert result == before and "regel 3 waar de kolomkoppen nog een keer staan telt niet mee." in remarks


@pytest.mark.parametrize("name", FILES)
def test_a_line_with_one_field_more_or_less_is_refused(tmp_path, name):
    rows = split(FILES[name](tmp_path))
    line = next(number for number, row in enumerate(rows) if len(list(filter(None, row))) > 1) + 1
    for fields in ([*rows[line], "5"], rows[line][:-1]):
        result, _ = outcome(write(tmp_path / name, [*rows[:line], fields, *rows[line + 1 :]]))
        assert result == "skipped" or (result.startswith("refused") and "velden" in result), result


def test_a_note_in_the_middle_of_a_table_is_no_note(tmp_path):
    rows = split(FILES["levering.csv"](tmp_path))
    result, _ = outcome(write(tmp_path / "levering.csv", [*rows[:2], ["Bron: politie"], *rows[2:]]))
    assert result.startswith("refused") and "1 velden" in result


@pytest.mark.parametrize("name", ["levering.csv", "halt.csv", "lijst.csv", "turflijst.csv"])
def test_a_header_below_rows_that_are_no_titles_is_refused(tmp_path, name):
    rows = split(FILES[name](tmp_path))
    more = [["Levering", "2022", *[""] * (len(rows[0]) - 2)], *rows]
    with pytest.raises(DataError, match="kolomkoppen staan niet op de eerste regel"):
        ingest(write(tmp_path / "raw" / name, more).parent, tmp_path / "processed")


@pytest.mark.parametrize("name", ["tabel.csv", "tabel_gedraaid.csv"])
def test_a_second_table_below_the_first_is_refused(tmp_path, name):
    rows = split(FILES[name](tmp_path))
    result, _ = outcome(write(tmp_path / name, [*rows, *rows]))
    assert result.startswith("refused") and "staat nog een tabel" in result


def test_figures_below_an_empty_line_or_a_note_are_not_lost(tmp_path):
    apart = [*LINES[:-2], "", "Leek;100;50;100;50;7"]
    before, _ = outcome(made_up_exports.write(tmp_path / "index.csv", [line for line in apart if line]))
    assert outcome(made_up_exports.write(tmp_path / "index.csv", apart))[0] == before
    result, _ = outcome(made_up_exports.write(tmp_path / "index.csv", [*LINES, "Leek;100;50;100;50;7"]))
    assert result.startswith("refused") and "onder de noten" in result


# What stands there twice


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("typed.csv", "GeregistreerdeMisdrijven_1"),
        ("typed.csv", "RegioS"),
        ("typed.csv", "Perioden"),
        ("typed.csv", "SoortMisdrijf"),
        ("lijst.csv", "Regio's"),
        ("monitor.csv", "Marges"),
        ("halt.csv", "Verwijzingen"),
        ("brandweer.csv", "Aantal"),
        ("jaarwisseling.csv", "Datum"),
        ("levering.csv", "Jaar"),
        ("levering.csv", "Aantal"),
        ("stembriefjes.csv", "dorp"),
        ("stembriefjes.csv", "thema_1"),
        ("turflijst.csv", "stemmen"),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_heading_that_stands_there_twice_is_refused(tmp_path, name, column, suffix):
    rows = split(FILES[name](tmp_path))
    column_number = rows[0].index(column)
    result, _ = outcome(write((tmp_path / name).with_suffix(suffix), [[*row, row[column_number]] for row in rows]))
    assert result.startswith("refused") and "meer dan één" in result, result


def test_two_measures_of_one_name_are_refused(tmp_path):
    rows = split(FILES["typed.csv"](tmp_path))
    more = [[*rows[0], "GeregistreerdeMisdrijven_2"], *([*row, "7"] for row in rows[1:])]
    result, _ = outcome(write(tmp_path / "typed.csv", more))
    assert result.startswith("refused") and "GeregistreerdeMisdrijven_2" in result


RECORD = {"SoortMisdrijf": "1.1.1 ", "RegioS": "GM1969", "Perioden": "2022JJ00", "GeregistreerdeMisdrijven_1": 5}


@pytest.mark.parametrize("link", ["odata.nextLink", "@odata.nextLink"])
def test_a_page_that_is_not_the_last_is_refused(tmp_path, link):
    path = tmp_path / "47013NED.json"
    path.write_text(json.dumps({"@odata.context": "x", "value": [RECORD], link: "http://x"}), "utf-8")
    result, _ = outcome(path)
    assert "volgende bladzijde" in result and link in result


def test_a_field_that_stands_there_twice_in_json_is_refused(tmp_path):
    path = tmp_path / "47013NED.json"
    record = json.dumps(RECORD)[:-1] + ', "GeregistreerdeMisdrijven_1": 7}'
    path.write_text(f'{{"odata.metadata": "x", "value": [{record}]}}', "utf-8")
    result, _ = outcome(path)
    assert "'GeregistreerdeMisdrijven_1' twee keer" in result


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity"])
def test_a_figure_that_is_no_number_in_json_is_refused(tmp_path, figure):
    path = tmp_path / "47013NED.json"
    text = json.dumps({"odata.metadata": "x", "value": [RECORD]}).replace(": 5}", f": {figure}}}")
    path.write_text(text, "utf-8")
    result, _ = outcome(path)
    assert result.startswith("refused") and f"'{figure}' is geen getal" in result


# What is there and not used


def test_details_and_other_topics_are_named(tmp_path):
    head = "ID;Geslacht;Leeftijd;BurgerlijkeStaat;RegioS;Perioden;BevolkingOp1Januari_1;GemiddeldeBevolking_2"
    lines = ["0;T001038;10000;T001019;GM1969;2022JJ00;64306;64626", "1;3000;10000;T001019;GM1969;2022JJ00;32000;32100"]
    result, remarks = outcome(made_up_exports.write(tmp_path / "03759ned.csv", [head, *lines]))
    assert "64306" in result and "een deel van 'Geslacht' dat niet is gebruikt: 1." in remarks
    assert "'GemiddeldeBevolking_2'" in remarks


def test_other_topics_of_a_statline_table_are_named(tmp_path):
    _, remarks = outcome(made_up_exports.table(tmp_path / "tabel.csv", GRID))
    assert remarks == "deze kolom is niet gebruikt: 'Aangiften'."


@pytest.mark.parametrize("unit", ["x 1 000", "%", "per 1 000 inwoners"])
def test_counts_in_another_unit_are_refused(tmp_path, unit):
    for writer, name in ((made_up_exports.listing, "lijst.csv"), (made_up_exports.table, "tabel.csv")):
        path = writer(tmp_path / name, GRID)
        path.write_text(path.read_text("utf-8-sig").replace("aantal", unit), "utf-8")
        result, _ = outcome(path)
        assert result.startswith("refused") and f"'{unit}'" in result


@pytest.mark.parametrize("day", ["2022-01-01 00:00:00", "1-1-2022"])
@pytest.mark.parametrize("name", ["typed.csv", "levering.csv"])
def test_a_year_that_excel_made_a_date_of_is_refused(tmp_path, name, day):
    rows = split(FILES[name](tmp_path))
    column_number = rows[0].index("Perioden" if "Perioden" in rows[0] else "Jaar")
    rows[1][column_number] = day
    result, _ = outcome(write(tmp_path / name, rows))
    assert result.startswith("refused") and "er staat een dag (1-1-2022)" in result and result.endswith(" 2")


# Columns that say that figures are of a part


HEADED = ["halt.csv", "brandweer.csv", "jaarwisseling.csv", "levering.csv", "typed.csv", "lijst.csv"]


def with_column(tmp_path, name, heading, text):
    rows = split(FILES[name](tmp_path))
    return outcome(write(tmp_path / name, [[heading, *rows[0]], *([text, *row] for row in rows[1:])]))


@pytest.mark.parametrize("name", HEADED)
@pytest.mark.parametrize(("heading", "text"), [("Kwartaal", "1e kwartaal"), ("Wijk", "Leek"), ("Leeftijdsgroep", "18")])
def test_figures_of_a_part_are_not_read_as_the_whole(tmp_path, name, heading, text):
    result, _ = with_column(tmp_path, name, heading, text)
    assert result.startswith("refused") and heading in result and "deel" in result


@pytest.mark.parametrize("name", HEADED)
def test_an_empty_column_says_nothing(tmp_path, name):
    before, _ = outcome(write(tmp_path / name, split(FILES[name](tmp_path))))
    assert with_column(tmp_path, name, "Wijk", "")[0] == before


@pytest.mark.parametrize("name", ["typed.csv", "lijst.csv"])
def test_a_dimension_of_another_table_counts_only_as_its_total(tmp_path, name):
    before, _ = outcome(write(tmp_path / name, split(FILES[name](tmp_path))))
    assert with_column(tmp_path, name, "Geslacht", "Totaal mannen en vrouwen")[0] == before
    assert with_column(tmp_path, name, "Geslacht", "T001038")[0] == before
    assert with_column(tmp_path, name, "Geslacht", "Mannen")[0].startswith("refused")
