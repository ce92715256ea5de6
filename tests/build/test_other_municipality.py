"""A report of another municipality needs no code: its own exports and documents suffice. All figures are made up."""

import json
import re

import pytest
import yaml

import report_command
from made_up_exports import typed, write

pytestmark = pytest.mark.slow

HOME = "GM1680"
DOCUMENTS = {
    "statements": {
        "municipality": HOME,
        "documents": {"NOTA": "Nota veiligheid (verzonnen)"},
        "key_messages": [{"show": "A1", "reason": "verzonnen"}],
        "statements": {
            "A1": {
                "document": "NOTA", "line": 1, "section": "h1", "quote": "minder inbraken", "group": "woon",
                "claim": "In 2022 waren er minder woninginbraken dan in 2019.",
                "tests": [
                    {"kind": "change", "indicator": "woninginbraak", "first": 2019, "last": 2022, "direction": "down"}
                ],
            },
            "D1": {
                "document": "NOTA", "line": 1, "section": "h1", "quote": "minder inbraken", "group": "doelen",
                "claim": "Minder woninginbraken in 2022 dan in 2019.",
                "tests": [
                    {"kind": "target", "indicator": "woninginbraak", "year": 2022, "base": 2019, "compare": "<"}
                ],
            },
            "A2": {
                "document": "NOTA", "line": 2, "section": "h2", "quote": "samen 300", "group": "middelen",
                "claim": "Het plan kost 300 euro.", "tests": [{"kind": "sum", "of": "budget", "total": 300}],
            },
            "A3": {
                "document": "NOTA", "line": 3, "section": "h3", "quote": "meer verbinding", "group": "organisatie",
                "claim": "Er is meer verbinding.", "tests": [{"kind": "process", "needs": "een enquête"}],
            },
        },
    },
    "goals": {
        "municipality": HOME,
        "goals": {
            "A1": {
                "text": "Minder inbraken", "source": "NOTA:1", "theme": "inbraak", "year": 2022, "statement": "D1",
                "measurable": "yes", "period": "2020-2023",
            }
        },
    },
    "priorities": {
        "municipality": HOME, "period": "2024-2027",
        "lists": {
            "chosen": {
                "title": "Prioriteiten", "source": "NOTA:1",
                "entries": [{"name": "Inbraak", "source": "NOTA:1", "theme": "inbraak"}],
            }
        },
        "themes": {"inbraak": {"label": "Inbraak", "field": "woon", "indicators": ["woninginbraak"]}},
    },
    "plan": {
        "municipality": HOME, "year": 2024, "title": "Plan 2024 (verzonnen)",
        "themes": {"inbraak": ["Inbraak", "prioriteit"]},
        "measures": {
            "m1": {"action": "Flyers", "theme": "inbraak", "deadline": "Q2 2024", "costs": 300, "source": "NOTA:4"}
        },
        "budget": [{"theme": "inbraak", "amount": 300, "source": "NOTA:5"}],
        "hours": [{"theme": "inbraak", "regular": 0.5, "priority": 0.1, "source": "NOTA:6"}],
        "total": 300, "capacity": 0.6, "external": 0,
    },
    "dashboard": {
        "municipality": HOME, "year": 2022, "half": 2,
        "items": [{"indicator": "woninginbraak", "set": "bbv"}],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    root = tmp_path_factory.mktemp("elders")
    months = [(year, month) for year in range(2010, 2023) for month in range(1, 13)]
    monthly = {year: 9 if year < 2022 else 3 for year in range(2010, 2023)}
    grid = {("1.1.1", HOME, f"{year}MM{month:02}"): monthly[year] + month % 3 for year, month in months}
    grid |= {("1.1.1", HOME, f"{year}JJ00"): 12 * count + 12 for year, count in monthly.items()}
    typed(root / "raw" / "politie.csv", grid)
    for kind, content in DOCUMENTS.items():
        write(root / "raw" / "beleid" / f"{kind}.yml", [yaml.safe_dump(content, allow_unicode=True)], "utf-8")
    assert report_command.command("report", "--municipality", HOME, "--raw", root / "raw", "--out", root / "out") == 0
    return root / "out" / HOME / "2019-2022"


def test_its_statements_are_judged_by_its_own_figures_and_plan(report):
    records = {record["id"]: record for record in json.loads((report / "results.json").read_text(encoding="utf-8"))}
    assert records["statement.A1"]["value"] == pytest.approx(-60)
    assert records["statement.A1"]["verdict"] == "bevestigd met kanttekening"  # corona, and only its own years
    assert records["statement.A2"]["verdict"] == "bevestigd"
    assert records["statement.D1"]["verdict"] == "gehaald"
    assert records["statement.A3"]["verdict"] == "niet toetsbaar"
    assert "enquête" in records["statement.A3"]["note"]


def test_nothing_of_westerkwartier_is_left(report):
    for page in report.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search("Westerkwartier|GM1969|Grootegast|Leek|Zuidhorn|Groning", text), page.name
        assert "Aa en Hunze" in text


def test_what_it_has_no_figures_for_is_said_and_the_rest_stands(report):
    made = {page.stem[:2] for page in report.glob("[0-9]*.html")}
    assert made == {"01", "07", "08", "09", "10", "11", "13"}
    index = (report / "index.html").read_text(encoding="utf-8")
    assert index.count("(geen gegevens)") >= 6
