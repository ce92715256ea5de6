"""A made-up council with documents, figures and votes, for tests of goals, priorities and the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

import made_up_exports
from analysis.ingest.pipeline import ingest

MUNICIPALITY = "GM1969"
HISTORY, LAST = range(2012, 2020), 2022  # enough years to know what is ordinary
FIGURES = {
    "1.1.1": (200, 100),
    "2.5.2": (100, 200),
    "2.2.1": (100, 101),
    "1.4.7": (0, 1),
}  # until 2019 and in 2022, made up
CARD = {
    "title": "Proefstand",
    "date_range": ["2023-05-01", "2023-08-31"],
    "max_choices": 2,
    "themes": [
        {"id": "auto", "label": "Auto's", "known": True, "source": "proef"},
        {"id": "inbraken", "label": "Inbraken", "known": True, "source": "proef"},
        {"id": "winkel", "label": "Winkels", "known": True, "source": "proef"},
    ],
    "villages": [{"name": "Leek", "inhabitants": 10}],
    "population_of": MUNICIPALITY,
}
PRIORITIES = {
    "municipality": MUNICIPALITY,
    "period": "2024-2027",
    "lists": {
        "nationally": {
            "title": "Landelijke agenda",
            "source": "h2",
            "entries": [
                {"name": "Inbraken", "source": "h2", "theme": "inbraak"},
                {"name": "Spionage", "source": "h2"},
            ],
        },
        "possible": {
            "title": "Mogelijke prioriteiten",
            "source": "h4",
            "entries": [
                {"name": "Inbraak", "source": "h4", "field": "woon", "theme": "inbraak"},
                {"name": "Verkeer", "source": "h4", "field": "woon", "theme": "verkeer"},
                {"name": "Inbraak", "source": "h4", "field": "bedrijvigheid", "theme": "inbraak"},
                {"name": "Winkels", "source": "h4", "field": "bedrijvigheid", "theme": "winkels"},
                {"name": "Veilig winkelen", "source": "h4", "field": "bedrijvigheid", "theme": "winkels"},
            ],
        },
        "chosen": {
            "title": "Prioriteiten",
            "source": "h1",
            "entries": [
                {"name": "Inbraak", "source": "h1", "theme": "inbraak"},
                {"name": "Winkels", "source": "h1", "theme": "winkels"},
                {"name": "Contact", "source": "h1", "theme": "contact"},
            ],
        },
        "strategic": {
            "title": "Strategische thema's",
            "source": "h6",
            "entries": [{"name": "Verkeer", "source": "h6", "theme": "verkeer"}],
        },
        "chosen_before": {
            "title": "Prioriteiten 2020-2023",
            "source": "h3",
            "entries": [
                {"name": "Inbraak", "source": "h3", "theme": "inbraak"},
                {"name": "Verkeer", "source": "h3", "theme": "verkeer"},
            ],
        },
    },
    "themes": {
        "inbraak": {"label": "Inbraak", "indicators": ["woninginbraak"], "votes": ["inbraken"]},
        "winkels": {"label": "Winkels", "indicators": ["winkeldiefstal", "vernieling"], "votes": ["winkel"]},
        "geweld": {"label": "Geweld", "indicators": ["overval", "mishandeling"]},
        "verkeer": {"label": "Verkeer", "votes": ["auto"], "note": "Valt onder het gewone werk."},
        "contact": {"label": "Contact"},
    },
}  # fmt: skip
PARTNERS = {
    "municipality": MUNICIPALITY,
    "partners": {"politie": "extern"},
    "remarks": [
        {"partner": "politie", "theme": "inbraak", "observation": "proef", "direction": "more"},
        {"partner": "politie", "theme": "inbraak", "observation": "nog een proef", "direction": "more"},
    ],
}
PLAN = {
    "municipality": MUNICIPALITY,
    "year": 2024,
    "title": "Proefplan",
    "themes": {
        "inbraak": ["Inbraak", "prioriteit"],
        "winkels": ["Winkels", "prioriteit"],
        "onvoorzien": ["Onvoorzien", "overig"],
    },
    "measures": {
        "sloten": {"action": "Sloten", "theme": "inbraak", "deadline": "Q2 2024", "costs": 700.1, "source": "h5"},
        "lampen": {"action": "Lampen", "theme": "inbraak", "deadline": "Q4 2024", "costs": 200.2, "source": "h5"},
        "brief": {"action": "Brief", "theme": "winkels", "deadline": "Q1 2024", "costs": 0, "source": "h5"},
        "overleg": {"action": "Overleg", "theme": "winkels", "deadline": "structureel", "source": "h5"},
    },
    "budget": [
        {"theme": "inbraak", "amount": 900.3, "source": "h8"},
        {"theme": "winkels", "amount": 0, "source": "h8"},
        {"theme": "onvoorzien", "amount": 99.7, "source": "h8"},
    ],
    "hours": [
        {"theme": "inbraak", "regular": 0.7, "priority": 0.2, "source": "h8"},
        {"theme": "winkels", "regular": 0.1, "source": "h8"},
    ],
    "total": 1000,
    "capacity": 1,
    "external": 0.5,
    "notes": ["Niet volledig."],
}
PROGRESS = (
    "maatregel;stand;datum;besteed;toelichting",
    "sloten;niet gestart;1-2-2024;;",
    "sloten;loopt;1-8-2024;1.000,50;later dan gedacht",
    "brief;klaar;1-8-2024;0;",
    "lampen;loopt;1-7-2024;50;",
)
REPORTING = {
    "municipality": MUNICIPALITY,
    "moments": {
        "kaart": {"what": "Kaart", "to": ["raad"], "rhythm": "halfjaarlijks", "source": "h7"},
        "begroting": {"what": "Proefbegroting", "to": ["raad", "college"], "rhythm": "P&C",
                      "last_day": {"day": "14 november", "source": "proefwet"}, "source": "h7"},
        "brief": {"what": "Jaarbrief", "rhythm": "jaarlijks", "source": "h7"},
        "tafel": {"what": "Tafel", "source": "h7"},
    },
}  # fmt: skip
DOCUMENTS: dict[str, Any] = {
    "priorities": PRIORITIES,
    "partners": PARTNERS,
    "plan": PLAN,
    "verantwoording": REPORTING,
}


def raw(folder: Path, progress: tuple[str, ...] | None = PROGRESS, **documents: Any) -> Path:
    """Write raw exports with the documents above; an argument replaces the document of its name, ``None`` omits it."""
    grid = {
        (code, MUNICIPALITY, f"{year}JJ00"): after if year == LAST else before
        for code, (before, after) in FIGURES.items()
        for year in (*HISTORY, LAST)
    }
    made_up_exports.typed(folder / "politie" / "misdrijven.csv", grid)
    ballots = [f"L{n};Leek;{'auto;inbraken' if n % 3 else 'auto;winkel'}" for n in range(60)]
    made_up_exports.write(folder / "stemmen" / "briefjes.csv", ["stemmer;dorp;thema_1;thema_2", *ballots])
    for kind, content in (DOCUMENTS | documents | {"vote_card": CARD}).items():
        if content is not None:
            path = folder / "beleid" / f"{kind}.yml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    if progress is not None:
        made_up_exports.write(folder / "beleid" / "voortgang.csv", progress)
    return folder


def processed(folder: Path, **changed: Any) -> Path:
    """Write the same exports and ingest them; return the folder of processed data."""
    ingest(raw(folder / "raw", **changed), folder / "processed")
    return folder / "processed"
