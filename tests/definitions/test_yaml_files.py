"""Mistakes in YAML and JSON files, reported in Dutch with their location."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from analysis.definitions import yaml_files
from analysis.definitions.catalogue import read_yaml
from analysis.documents.council import Facts, Goals, Measure, Plan
from analysis.documents.coverage import ReviewedText
from analysis.documents.statements import Statements
from analysis.errors import DataError


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "proef.yml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def assert_refused(path: Path, *parts: str, kind: type = object) -> None:
    with pytest.raises(DataError) as caught:
        read_yaml(path, kind)
    for part in ("proef.yml", *parts):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("a: 1\nb: 2\na: 3\n", ("regel 3", "'a' staat hier twee keer")),
        ("x:\n  K01: {a: 1}\n  K02: {a: 1}\n  K01: {a: 2}\n", ("regel 4", "'K01' staat hier twee keer")),
        ("a: 1\ncosts: 5.000\n", ("regel 2", "'5.000' kan op twee manieren", "Schrijf 5000 zonder punt, of 5.0")),
        ("on: 2024-02-31\n", ("regel 1", "de dag '2024-02-31' bestaat niet")),
        ("", ("dit bestand is leeg",)),
        ("# alleen een opmerking\n", ("dit bestand is leeg",)),
        ("a: 1\nb: caf\u00e9\n".encode("cp1252"), ("regel 2", "dit is geen UTF-8", "codering UTF-8")),
        ("a: b: c", ("regel 1", "geen geldige YAML")),
        ("a: 1\nb: 1:30\n", ("regel 2", "'1:30' is hier geen gewoon getal", "aanhalingstekens")),
        ("a: 1:30.5\n", ("'1:30.5' is hier geen gewoon getal",)),
        ("a: 010\n", ("'010' is hier geen gewoon getal",)),
        ("a: 0x1F\n", ("'0x1F' is hier geen gewoon getal",)),
        ("a: 1_000\n", ("'1_000' is hier geen gewoon getal",)),
        ("a: .inf\n", ("'.inf' is hier geen gewoon getal",)),
        ("a: -.INF\n", ("geen gewoon getal",)),
        ("a: .nan\n", ("'.nan' is hier geen gewoon getal",)),
        (f"a: {'9' * 5000}\n", ("regel 1", "kan niet kloppen")),
        ("a: 9999999999999\n", ("kan niet kloppen",)),
        ("a: 1.0e+99\n", ("kan niet kloppen",)),
        ('a: "x\\e[2J"\n', ("regel 1", "geen tekst zijn")),
        ('a: "x\\0"\n', ("geen tekst zijn",)),
        ("a: " + "x" * 30_000, ("langer dan",)),
        ("a: " + "[" * 3000 + "]" * 3000, ("regel 1", "dieper genest")),
        ("[" * 100_000, ("regel 1", "dieper genest")),
        ("".join(f"{' ' * n}a:\n" for n in range(200)), ("regel 51", "dieper genest")),
        ("- " * 100_000, ("dieper genest",)),
        ("a: &a [*a]\n", ("regel 1", "verwijst naar zichzelf")),
        ("a: *b\n", ("regel 1",)),
        ("a: &a [x]\n" + "".join(f"a{n}: &a [{','.join(['*a'] * 9)}]\n" for n in range(9)), ("te groot",)),
        ("a: &a " + "x" * 9000 + "\nb: [" + "*a," * 2000 + "]\n", ("te groot",)),
        ("? [a, b]\n: 1\n", ("regel 1", "hier hoort een naam")),
        ("[" + "[]," * 500_000 + "]", ("te groot",)),
        (b"a: 1\n" * 2_000_000, ("MB en de grens is",)),
    ],
)
def test_yaml_that_would_change_meaning_is_refused_with_its_line(tmp_path, content, parts):
    assert_refused(write(tmp_path, content), *parts)


def test_unambiguous_yaml_is_read(tmp_path):
    text = "\ufeffa: 0.125\nb: 7500.5\nc: 1.00\nd: 2024-02-29\nbase: &x {p: 1}\nown: {<<: *x, p: 2}\n"
    content = yaml_files.content(write(tmp_path, text))
    assert (content["a"], content["b"], content["c"], content["own"]) == (0.125, 7500.5, 1.0, {"p": 2})
    assert content["d"].isoformat() == "2024-02-29"


@pytest.mark.parametrize("number", ["inf", "-Infinity", "nan", "1e13", "-9e99", "9" * 40])
def test_quoted_number_has_the_same_limits(tmp_path, number):
    text = f'municipality: GM1969\nfacts: {{a: {{source: x, number: "{number}"}}}}\n'
    assert_refused(write(tmp_path, text), "facts › a › number", kind=Facts)


@pytest.mark.parametrize("deadline", ["Q2 ٢٠٢٤", "٢٠٢٤", "Q1 0000", "Q1 9999"])
def test_deadline_has_ascii_digits_and_a_plausible_year(tmp_path, deadline):
    measure = {"action": "x", "theme": "t", "source": "y", "deadline": deadline}
    assert_refused(write(tmp_path, yaml.safe_dump(measure, allow_unicode=True)), "deadline", kind=Measure)


def test_json_that_other_programs_cannot_read_is_refused(tmp_path):
    path = tmp_path / "x.json"
    assert yaml_files.json_content(path, '{"a": "\\ud83d\\ude00", "b": 1.5}') == {"a": "😀", "b": 1.5}
    assert yaml_files.json_content(path, "[1.50, 2]", str) == ["1.50", "2"]
    for text in ("[" * 100_000, '{"a":' * 50_000, "9" * 5000, "[NaN]", "[-Infinity]", '"\\udc00"', "[1", ""):
        with pytest.raises(DataError, match=r"x\.json"):
            yaml_files.json_content(path, text)


STATEMENTS = """
municipality: GM1969
documents: {{IVB: Beleid}}
key_messages: [{messages}]
statements:
  K01:
    document: IVB
    line: 1
    section: h1
    quote: Zin.
    claim: Zin.
    group: woon
    tests:
      - {{kind: process, needs: iets}}
      - {test}
"""


@pytest.mark.parametrize(
    ("test", "messages", "parts"),
    [
        ("{kind: change, indicator: x, first: 2019, last: 2022, direction: omhoog}", "",
         ("statements › K01 › tests › 2", "'omhoog'", "Dit mag zijn: up, down, not_up, not_down.")),
        ("{kind: verandering}", "", ("tests › 2", "Dit mag zijn: change, level, ratio")),
        ("{needs: iets}", "", ("tests › 2", "het veld 'kind' ontbreekt")),
        ("{kind: process, needs: iets}", ", ".join(6 * ["{show: K01, reason: x}"]), ("key_messages", "hoogstens 5")),
        ("{kind: set, of: jaren, items: [2019]}", "", ("items › 1", "aanhalingstekens")),
        ("{kind: level, indicator: x, year: vorig, value: 1}", "", ("year", "een heel getal")),
    ],
)  # fmt: skip
def test_error_about_a_wrong_value_lists_the_allowed_values(tmp_path, test, messages, parts):
    assert_refused(write(tmp_path, STATEMENTS.format(test=test, messages=messages)), *parts, kind=Statements)


def test_yes_and_no_must_be_quoted(tmp_path):
    goal = "{text: t, source: s, theme: t, period: p, year: 2023, statement: A, measurable: yes}"
    path = write(tmp_path, f"municipality: GM1969\ngoals:\n  G: {goal}\n")
    assert_refused(path, "measurable", "yes, in_part, no", "zonder aanhalingstekens", kind=Goals)


def test_of_an_empty_value_it_is_said_that_nothing_is_there(tmp_path):
    path = write(tmp_path, "municipality: GM1969\ngoals:\n")
    assert_refused(path, "veld 'goals': hier staat niets: hier ", kind=Goals)


def test_an_amount_in_words_is_refused(tmp_path):
    path = write(tmp_path, 'municipality: GM1969\nmeasures: {a: {action: A, theme: t, source: s, costs: "5.000,00"}}\n')
    text = path.read_text() + "year: 2024\ntitle: t\nthemes: {}\nbudget: []\nhours: []\n"
    path.write_text(text + "total: 1\ncapacity: 1\nexternal: 1\n")
    assert_refused(path, "measures › a › costs", "hier hoort een getal, zoals 5000", kind=Plan)


@pytest.mark.parametrize("deadline", ["Q5 2024", "eind 2024", "1 maart 2025", "p.m.", "Q1 2024\n"])
def test_a_deadline_in_another_form_is_told_the_forms(tmp_path, deadline):
    path = write(tmp_path, yaml.safe_dump({"action": "x", "theme": "t", "source": "y", "deadline": deadline}))
    forms = ("Q1 2024 tot en met Q4 2024", "Q3 en Q4 2024", "een jaar (2024)", "structureel")
    assert_refused(path, "veld 'deadline'", deadline.strip(), "is geen termijn", *forms, kind=Measure)


@pytest.mark.parametrize("places", ["KN:4 en KN:5", "KN:4,KN:5", "KN: 4", "regel 4", ""])
def test_a_place_in_another_form_is_told_the_forms(tmp_path, places):
    entry = {"places": places, "reason": "hier valt niets te toetsen"}
    path = write(tmp_path, yaml.safe_dump({"municipality": "GM1969", "reviewed": [entry]}))
    assert_refused(path, "reviewed › 1 › places", "is geen plaats", "VP:4, VP:9", "VP:p2", kind=ReviewedText)


def test_every_mistake_of_a_file_is_told_with_its_field(tmp_path):
    entries = [{"places": "KN:4", "reason": "nvt"}, {"places": "KN:5, KN:6", "reden": "hier valt niets te toetsen"}]
    path = write(tmp_path, yaml.safe_dump({"municipality": "GM1969", "reviewed": entries}))
    with pytest.raises(DataError) as caught:
        read_yaml(path, ReviewedText)
    first, *others = caught.value.each
    assert "reviewed › 1 › reason" in first and "'nvt' is te kort: hier horen minstens 10 tekens" in first
    assert "reviewed › 2 › reason" in others[0] and "dit veld ontbreekt" in others[0]
    assert "reviewed › 2 › reden" in others[1] and "dit veld bestaat niet" in others[1]
    assert len(others) == 2 and all(text in str(caught.value) for text in (first, *others))


def test_of_very_many_mistakes_the_number_is_told(tmp_path):
    with pytest.raises(DataError) as caught:
        read_yaml(write(tmp_path, "\n".join(f"a{number}: x" for number in range(80))), dict[str, int])
    assert len(caught.value.each) == 51 and "in dit bestand zijn nog 30 andere fouten" in caught.value.each[-1]


def test_a_long_value_is_shortened(tmp_path):
    with pytest.raises(DataError) as caught:
        read_yaml(write(tmp_path, f"a: {'x' * 500}"), dict[str, int])
    assert len(str(caught.value)) < 400 and "…" in str(caught.value)
