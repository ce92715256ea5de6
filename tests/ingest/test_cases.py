"""Exports that users had trouble with: reproduced here, and as received where the shared folder is available.

All figures made here are made up.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import made_up_exports
from analysis.errors import DataError
from analysis.ingest import Summary
from analysis.ingest.pipeline import ingest
from analysis.store import observations
from analysis.store.loading import voting
from analysis.store.results import Missing
from conftest import REALDATA

pytestmark = pytest.mark.slow

CASES = REALDATA.parent / "cases"


def read(raw: Path, tmp_path: Path) -> tuple[Summary, dict[tuple[str, str, str], float]]:
    """Ingest a folder; return the summary, and the figures by indicator, region and first month."""
    summary = ingest(raw, tmp_path / "processed")
    frame = observations.everything(tmp_path / "processed")
    keys = zip(frame["indicator"], frame["region"], frame["period"].dt.strftime("%Y-%m"), strict=True)
    return summary, dict(zip(keys, frame["value"], strict=True))


@pytest.mark.parametrize(
    ("case", "figure", "value", "unused"),
    [
        ("dubbele_spatie", ("misdrijven_totaal", "NL00", "2014-02"), 9, []),
        ("ldg4", ("misdrijven_totaal", "GM1969", "2023-01"), 5, ["LDG4"]),
        ("politiedistrict", ("voelt_zich_weleens_onveilig", "NL00", "2013-01"), 36.7, ["Groningen (PD)"]),
        ("oude_gemeenten", ("bevolking_gemiddeld", "GM1969", "2025-01"), 64841, ["GM0305"]),
        ("oude_gemeenten_cbs", ("misdrijven_cbs_totaal", "GM0518", "2011-01"), 57020, ["Abcoude"]),
        ("zonder_regeleinde", ("misdrijven_cbs_totaal", "NL00", "2007-01"), 1292820, []),
        ("utf16_gegevensset", ("misdrijven_totaal", "NL00", "2021-01"), 742992, []),
        ("los_json", ("misdrijven_totaal", "NL00", "2014-01"), 1001181, []),
        ("cbsodata_json", ("misdrijven_totaal", "NL00", "2021-01"), 742992, []),
        ("sep_regel", ("misdrijven_totaal", "NL00", "2021-01"), 742992, []),
    ],
)
def test_each_handed_over_case_gives_its_figure(tmp_path, case, figure, value, unused):
    if not CASES.exists():
        pytest.skip("the cases are not here")
    summary, figures = read(CASES / case, tmp_path)
    assert figures[figure] == value
    remarks = str(summary.remarks)
    assert [text for text in unused if text not in remarks] == []


def test_the_handed_over_list_without_a_topic_is_told(tmp_path):
    if not CASES.exists():
        pytest.skip("the cases are not here")
    with pytest.raises(DataError, match=r"het aantal registraties.* ontbreekt"):
        read(CASES / "geen_onderwerp", tmp_path)


GRID: made_up_exports.Grid = {("1.1.1", "GM1969", "2021JJ00"): 21, ("1.1.1", "GM1969", "2022JJ00"): 1036}
FIGURES = {("woninginbraak", "GM1969", "2021-01"): 21, ("woninginbraak", "GM1969", "2022-01"): 1036}


@pytest.fixture
def raw(tmp_path):
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("first", ["", "sep=;\n", '"sep=;"\n', "SEP=\t\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize(
    "flavour", [made_up_exports.typed, made_up_exports.untyped, made_up_exports.listing, made_up_exports.table]
)
def test_what_excel_does_to_a_text_is_undone(raw, tmp_path, flavour, end, first, encoding):
    path = flavour(raw / "export.csv", GRID)
    content = first + path.read_text("utf-8-sig").rstrip("\n").replace("\n", end or "\n") + end
    path.write_bytes(content.encode(encoding))
    if not end and flavour in (
        made_up_exports.typed,
        made_up_exports.listing,
    ):  # whether 1036 is all of the number cannot be told
        with pytest.raises(DataError, match="midden in deze regel"):
            read(raw, tmp_path)
    else:
        assert read(raw, tmp_path)[1] == FIGURES


def test_lines_keep_their_numbers_below_the_line_of_excel(raw, tmp_path):
    path = made_up_exports.typed(raw / "export.csv", GRID)
    path.write_text("sep=;\n" + path.read_text("utf-8-sig").replace("1036", "veel"), "utf-8")
    with pytest.raises(DataError, match="regel 4"):
        read(raw, tmp_path)


@pytest.mark.parametrize("cut", ['"1', '"1036', '"1036";"'])
def test_a_last_cell_that_was_cut_is_refused(raw, tmp_path, cut):
    path = made_up_exports.untyped(raw / "export.csv", GRID)
    path.write_text(path.read_text("utf-8-sig").replace('"    1036"\n', cut), "utf-8")
    with pytest.raises(DataError, match="regel 3"):
        read(raw, tmp_path)


@pytest.mark.parametrize("indent", [None, 2])
def test_the_list_of_rows_of_cbsodata_is_read(raw, tmp_path, indent):
    rows = json.loads(made_up_exports.odata(tmp_path / "odata.json", GRID).read_text("utf-8"))["value"]
    (raw / "TypedDataSet.json").write_text(json.dumps(rows, indent=indent), "utf-8")
    keys = [{"Key": "GM1969", "Title": "Westerkwartier", "Description": "[een {haak}]"}]
    (raw / "RegioS.json").write_text(json.dumps(keys, indent=indent), "utf-8")
    summary, figures = read(raw, tmp_path)
    assert figures == FIGURES and summary.skipped == {"RegioS.json": "codelijst"}


@pytest.mark.parametrize("content", ['{"name": "x"}', "[]", "[1, 2]", '[{"a": {"b": [1]}}]', '"tekst"', "3", "{}"])
def test_json_that_is_nothing_of_ours_is_skipped_with_a_line(raw, tmp_path, content):
    made_up_exports.typed(raw / "export.csv", GRID)
    (raw / "package.json").write_text(content, "utf-8")
    summary, figures = read(raw, tmp_path)
    assert figures == FIGURES and "geen veiligheidstabel" in summary.skipped["package.json"]


@pytest.mark.parametrize("broken", ['{"name": ', '[{"ID": 1, "Reg', '{"odata.error": {"code": ""}}', '{"error": {}}'])
def test_json_that_broke_off_or_tells_of_an_error_is_refused(raw, tmp_path, broken):
    made_up_exports.typed(raw / "export.csv", GRID)
    (raw / "antwoord.json").write_text(broken, "utf-8")
    with pytest.raises(DataError, match=r"antwoord.json.*(afgebroken|afgekapt)"):
        read(raw, tmp_path)


@pytest.mark.parametrize("body", [[], ['"1.1.1 Diefstal/inbraak woning";"2021";"Nederland"']])
def test_a_list_without_a_topic_is_told(raw, tmp_path, body):
    made_up_exports.write(raw / "lijst.csv", ['"Soort misdrijf";"Perioden";"Regio\'s"', *body])
    with pytest.raises(DataError, match=r"het aantal registraties.* ontbreekt"):
        read(raw, tmp_path)


@pytest.mark.parametrize(
    ("head", "row", "spread"),
    [
        ("Soort misdrijf;Perioden;Nederland;Westerkwartier", "Totaal misdrijven;2022;800027;1400", "'Regio's'"),
        ("Soort misdrijf;Regio's;2022;2023*", "Totaal misdrijven;Nederland;800027;805590", "'Perioden'"),
        ("Regio's;Geregistreerde misdrijven (aantal) 2022 januari", "Nederland;60000", "'Perioden'"),
    ],
)
def test_a_list_with_a_column_for_each_period_or_region_is_told_with_a_remedy_that_works(
    raw, tmp_path, head, row, spread
):
    made_up_exports.write(raw / "lijst.csv", [head, row])
    with pytest.raises(DataError, match=f"{spread} staat in de kolomkoppen") as refused:
        read(raw, tmp_path)
    assert "alleen 'Onderwerp' in de kolommen" in refused.value.remedy


def test_a_table_about_something_else_with_years_in_its_headings_is_skipped(raw, tmp_path):
    made_up_exports.write(raw / "47013NED.csv", [made_up_exports.DELIVERY, "Leek;GM0022;E33;x;2017;5"])
    made_up_exports.write(raw / "woningen.csv", ["Regio's;2022;2023", "Nederland;8000000;8100000"])
    assert "geen veiligheidstabel" in read(raw, tmp_path)[0].skipped["woningen.csv"]


def test_a_measure_that_police_and_cbs_share_goes_by_what_is_counted(raw, tmp_path):
    head = '"Regio";"Soort misdrijf";"Jaar";"geregistreerde misdrijven"'
    made_up_exports.write(raw / "cbs.csv", [head, '"Nederland";"Misdrijven, totaal";"2005";"100"'])
    made_up_exports.write(raw / "politie.csv", [head, '"Nederland";"Totaal misdrijven";"2005";"90"'])
    assert read(raw, tmp_path)[1] == {
        ("misdrijven_cbs_totaal", "NL00", "2005-01"): 100, ("misdrijven_totaal", "NL00", "2005-01"): 90
    }  # fmt: skip


# The code of one municipality beside the name of another


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("levering.csv", [made_up_exports.DELIVERY, "Leek;GM0022;E33;x;2017;5", "Groningen;GM1969;E33;x;2022;500"]),
        ("E33_2017_2018.csv", ["Leek;GM0022;5;6", "Groningen;GM1969;500;501"]),
        ("dagen.csv", ["Gemeente;Gemeentecode;Datum;Soort;Aantal", "Groningen;GM1969;1-1-2021;vernieling;7"]),
        (
            "47018NED.csv",
            [
                "SoortMisdrijf;WijkenEnBuurten;Perioden;GeregistreerdeMisdrijven_1;Gemeentenaam_2",
                "1.1.1 ;BU19690400;2022JJ00;5;Groningen      ",
            ],
        ),
    ],
)
def test_a_code_beside_the_name_of_another_municipality_is_refused(raw, tmp_path, name, lines):
    made_up_exports.write(raw / name, lines)
    with pytest.raises(DataError, match=f"regel {len(lines)}.* is Westerkwartier, maar er staat 'Groningen'") as caught:
        read(raw, tmp_path)
    assert name in caught.value.file and caught.value.remedy


def test_another_spelling_of_a_name_is_no_contradiction(raw, tmp_path):
    lines = [
        "De Fryske Marren;GM1940;E33;x;2022;5",
        "De Friese Meren;GM1940;E33;x;2021;5",
        "Sudwest;GM1900;E33;x;2022;4",
    ]
    made_up_exports.write(raw / "levering.csv", [made_up_exports.DELIVERY, *lines])
    assert len(read(raw, tmp_path)[1]) == 3


# A table of wijken and buurten with labels, and a column that says what each row is

SMALL = "Wijken en buurten;Soort misdrijf;Perioden;Geregistreerde misdrijven (aantal);Gemeentenaam;Soort regio"


def test_rows_of_municipalities_are_read_where_labels_stand_for_codes(raw, tmp_path):
    lines = [
        "Gemeente onbekend;1.1.1 Diefstal/inbraak woning;2022;3;;Gemeente",
        "Groningen (gemeente);1.1.1 Diefstal/inbraak woning;2022;300;Groningen;Gemeente",
        "Leek;1.1.1 Diefstal/inbraak woning;2017;12;Leek;Gemeente  ",
        "Beek (L.);1.1.1 Diefstal/inbraak woning;2017;4;Beek (L.);Gemeente",
        "Leek;1.1.1 Diefstal/inbraak woning;2022;9;Westerkwartier;Buurt   ",
        "Marum;1.1.1 Diefstal/inbraak woning;2022;0;;        ",
    ]
    made_up_exports.write(raw / "lijst.csv", [SMALL, *lines])
    summary, figures = read(raw, tmp_path)
    assert {region: value for (_, region, _), value in figures.items()} == {"GM0014": 300, "GM0022": 12, "GM0888": 4}
    assert "2 cijfers over wijken en buurten zonder code" in str(summary.remarks["lijst.csv"])


def test_without_that_column_a_name_of_wijk_or_municipality_is_refused(raw, tmp_path):
    made_up_exports.write(raw / "lijst.csv", [SMALL.removesuffix(";Soort regio"), "Leek;1.1.1 x;2022;9;Westerkwartier"])
    with pytest.raises(DataError, match="niet uniek"):
        read(raw, tmp_path)


@pytest.mark.parametrize("title", [[], ["Stemmen op de veiligheidsstand;;"]])
def test_votes_without_their_card_cost_only_what_is_said_of_votes(raw, tmp_path, title):
    made_up_exports.typed(raw / "export.csv", GRID)
    made_up_exports.write(raw / "stemmen.csv", [*title, "stemmer;dorp;thema_1", "L1;Leek;inbraken"])
    summary, figures = read(raw, tmp_path)
    assert figures == FIGURES and "geen stemkaart: beleid/vote_card.yml" in summary.skipped["stemmen.csv"]
    absent = voting("GM1969", tmp_path / "processed")
    assert isinstance(absent, Missing) and "geen stemkaart" in absent.reason
