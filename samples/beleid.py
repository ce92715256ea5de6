"""The council's documents as we transcribed them, our proposal for the dashboard, and two made-up sheets."""

from __future__ import annotations

from pathlib import Path

from samples.ballots import PUBLISHER as MUNICIPALITY
from samples.register import Resource

FOLDER = Path(__file__).parent / "beleid"
ADOPTED = "2023-12-13"  # the day the council adopted the policy
PROPOSAL = "Voorstel bij dit programma"
# The municipality has not agreed on these lists: they must not seem to be theirs.
PUBLISHERS = {"dashboard.yml": PROPOSAL, "bekeken.yml": PROPOSAL}
# Title, date, and whether the content is made up.
DOCUMENTS = {
    "statements.yml": ("Toetsbare uitspraken uit het veiligheidsbeleid", ADOPTED, False),
    "facts.yml": ("Feiten waaraan uitspraken worden getoetst", ADOPTED, False),
    "goals.yml": ("Doelen uit het veiligheidsbeleid", ADOPTED, False),
    "priorities.yml": ("Thema's en prioriteiten uit het veiligheidsbeleid", ADOPTED, False),
    "plan.yml": ("Uitvoeringsplan veiligheid 2024", ADOPTED, False),
    "verantwoording.yml": ("Overleg en verantwoording in het veiligheidsbeleid", ADOPTED, False),
    "bekeken.yml": ("Plaatsen in het veiligheidsbeleid die geen toets nodig hebben", "2024-02-15", False),
    "dashboard.yml": ("Dashboard OOV: voorstel voor de lijst", "2024-02-15", False),
    "partners.yml": ("Opmerkingen van ketenpartners per thema", "2023-09-01", True),
    "voortgang.csv": ("Voortgang van het uitvoeringsplan", "2024-07-15", True),
}


def exports() -> list[Resource]:
    """Return every document in this folder."""
    return [_resource(path) for path in sorted(FOLDER.iterdir())]


def _resource(path: Path) -> Resource:
    title, vintage, made_up = DOCUMENTS[path.name]
    target, publisher = f"beleid/{path.name}", PUBLISHERS.get(path.name, MUNICIPALITY)
    return Resource(target, title, publisher, "beleidsdocument", vintage, path.read_bytes(), synthetic=made_up)
