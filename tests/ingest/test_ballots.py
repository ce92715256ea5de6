"""Ballots and tally sheets. All votes here are made up."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

import made_up_exports
from analysis.errors import DataError
from analysis.ingest import ballots, grids
from made_up_stand import CARD, HEAD, LEEK, TALLY


@pytest.fixture
def card(tmp_path: Path) -> ballots.VoteCard:
    made_up_exports.write(tmp_path / ballots.VOTE_CARD, [CARD], "utf-8")
    return ballots.read_vote_card(tmp_path)


def together(folder: Path, card: ballots.VoteCard, **files: list[str]) -> pd.DataFrame:
    paths = [made_up_exports.write(folder / f"{name}.csv", lines) for name, lines in files.items()]
    return ballots.combine({path: ballots.read_ballots(path, card, path.stem) for path in paths})


def refused(folder: Path, card: ballots.VoteCard, *parts: str, **files: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        together(folder, card, **files)
    for part in parts:
        assert part in str(caught.value)


def test_ballots_are_one_row_for_each_choice_and_nobody_is_lost(tmp_path, card):
    votes = together(tmp_path, card, briefjes=LEEK)
    assert list(votes.columns) == ["village", "voter", "theme", "votes", "voters", "source"]
    assert set(votes["voter"]) == {"L1", "L2", "L3"} and set(votes["village"]) == {"Leek"}
    assert votes[votes["theme"] == "verkeer"]["votes"].sum() == 2
    empty = votes[votes["voter"] == "L3"].iloc[0]
    assert pd.isna(empty["theme"]) and empty["votes"] == 0
    assert votes["voters"].isna().all()


def test_tallies_count_only_for_villages_without_ballots(tmp_path, card):
    votes = together(tmp_path, card, briefjes=LEEK, turf=TALLY)
    tallied = votes[votes["voter"].isna()]
    assert tallied[["village", "theme", "votes", "voters", "source"]].values.tolist() == [
        ["Zuidhorn", "inbraken", 4, 5, "turf"]
    ]


def test_no_votes_is_an_empty_table_with_the_same_columns():
    assert list(ballots.combine({}).dtypes.astype(str)) == ["str", "str", "str", "Int64", "Int64", "str"]


@pytest.mark.parametrize("head", ["Kiezer;DORP;Stem 1;Stem 2;Stem 3", " stemmer ;Dorp;keuze_1;keuze_2;keuze_3"])
def test_headers_may_be_spelled_otherwise(tmp_path, card, head):
    usual = together(tmp_path, card, briefjes=LEEK)
    assert together(tmp_path, card, briefjes=[head, *LEEK[1:]]).equals(usual)


def test_a_workbook_reads_the_same(tmp_path, card):
    usual = together(tmp_path, card, briefjes=LEEK)
    book = Workbook()
    for line in LEEK:
        book.active.append([cell or None for cell in line.split(";")])
    book.save(tmp_path / "briefjes.xlsx")
    assert ballots.ballots_kind(grids.peek(tmp_path / "briefjes.xlsx")) == ballots.BALLOTS
    read = ballots.read_ballots(tmp_path / "briefjes.xlsx", card, "briefjes")
    assert ballots.combine({tmp_path / "briefjes.xlsx": read}).equals(usual)


@pytest.mark.parametrize("lines", [LEEK[:1], TALLY[:1]])
def test_a_header_without_votes_is_refused(tmp_path, card, lines):
    refused(tmp_path, card, "leeg.csv", "er staan geen cijfers in", leeg=lines)


def test_a_tally_in_a_workbook_has_numbers(tmp_path, card):
    book = Workbook()
    for row in (["Dorp", "Thema", "Aantal stemmen", "Kiezers"], ["Zuidhorn", "Inbraken", 4, 5]):
        book.active.append(row)
    book.save(tmp_path / "turf.xlsx")
    assert ballots.read_ballots(tmp_path / "turf.xlsx", card, "turf")["votes"].tolist() == [4]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("L4;Leek;Inbraken;drugs;inbraken", ["regel 5", "thema twee keer"]),
        ("L4;Leek;Inbraken;Overlast;", ["regel 5", "kolom 'thema'", "'Overlast'", "stemkaart"]),
        ("L4;Tolbert;Inbraken;;", ["regel 5", "kolom 'dorp'", "'Tolbert'", "vote_card.yml"]),
        (";Leek;Inbraken;;", ["regel 5", "stemmer ontbreekt"]),
        ("L1;Leek;Inbraken;;", ["regel 5", "heeft twee briefjes", "regel 2"]),
        ("L4;Leek;Inbraken", ["regel 5", "3 velden"]),
    ],
)
def test_a_bad_ballot_is_named(tmp_path, card, line, parts):
    refused(tmp_path, card, "briefjes.csv", *parts, briefjes=[*LEEK, line])


def test_too_many_choices_are_refused(tmp_path, card):
    lines = [f"{HEAD};thema_4", "L1;Leek;verkeer;inbraken;drugs;jeugd"]
    refused(tmp_path, card, "regel 2", "meer dan 3 keuzes", briefjes=lines)


def test_a_voter_may_not_be_in_two_files(tmp_path, card):
    second_file = [HEAD, "L1;Zuidhorn;Inbraken;;"]
    refused(tmp_path, card, "b.csv, regel 2", "twee briefjes", "a.csv, regel 2", a=LEEK, b=second_file)


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Zuidhorn;drugs;6;5", ["regel 5", "meer stemmen op dit thema dan stemmers"]),
        ("Zuidhorn;inbraken;1;5", ["twee keer"]),
        ("Zuidhorn;drugs;1;6", ["kolom 'stemmers'", "niet op elke regel gelijk"]),
        ("Zuidhorn;drugs;-1;5", ["regel 5", "kolom 'stemmen'", "geheel getal"]),
        ("Zuidhorn;drugs;veel;5", ["regel 5", "kolom 'stemmen'", "geheel getal"]),
        ("Zuidhorn;drugs;;5", ["regel 5", "kolom 'stemmen'", "geheel getal"]),
        ("Tolbert;drugs;1;5", ["regel 5", "'Tolbert'"]),
    ],
)
def test_a_bad_tally_is_named(tmp_path, card, line, parts):
    refused(tmp_path, card, "turf.csv", *parts, turf=[*TALLY, line])


def test_votes_may_not_exceed_the_choices_of_all_voters(tmp_path, card):
    lines = [TALLY[0], *(f"Leek;{theme};5;6" for theme in ("verkeer", "inbraken", "drugs", "jeugd"))]
    refused(tmp_path, card, "meer stemmen dan 3 keer het aantal stemmers", turf=lines)


@pytest.mark.parametrize(
    ("tally", "what"),
    [
        (["Leek;Inbraken;2;3", "Leek;Verkeersveiligheid;2;3"], "op een thema"),
        (["Leek;Inbraken;1;3"], "op een thema"),
        (["Leek;Inbraken;1;2", "Leek;Verkeersveiligheid;2;2"], "aan stemmers"),
    ],
)
def test_a_tally_must_equal_the_ballots_and_no_vote_is_told(tmp_path, card, tally, what):
    with pytest.raises(DataError, match=f"turf.csv: in Leek telt de turflijst een ander aantal {what}") as caught:
        together(tmp_path, card, briefjes=LEEK, turf=[TALLY[0], *tally])
    assert not re.search("[0-9]|inbraken|verkeer", caught.value.problem)


def test_a_village_on_two_sheets_is_refused(tmp_path, card):
    refused(tmp_path, card, "b.csv", "Leek staat ook op", "a.csv", a=TALLY, b=TALLY[:3])


@pytest.mark.parametrize(
    ("lines", "column"),
    [
        (["dorp;thema_1", "Leek;inbraken"], "stemmer"),
        (["stemmer;thema_1", "L1;inbraken"], "dorp"),
        (["dorp;thema;stemmen", "Leek;inbraken;3"], "stemmers"),
    ],
)
def test_a_missing_column_is_named(tmp_path, card, lines, column):
    refused(tmp_path, card, f"kolom '{column}'", "ontbreekt", bestand=lines)


def test_without_a_vote_card_there_is_a_remedy(tmp_path):
    with pytest.raises(DataError, match="geen stemkaart"):
        ballots.read_vote_card(tmp_path)


def test_a_vote_card_with_a_missing_field_names_it(tmp_path):
    made_up_exports.write(tmp_path / ballots.VOTE_CARD, [CARD.replace("max_choices: 3\n", "")], "utf-8")
    with pytest.raises(DataError, match="max_choices"):
        ballots.read_vote_card(tmp_path)
