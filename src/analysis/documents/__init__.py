"""The council's documents as typed objects: statements, facts, goals, priorities, partners, plan and its reporting.

Each is one YAML file in ``data/raw/beleid``, transcribed by hand and validated against these types when it is read. The
files belong to one municipality; for another municipality only these files change.
"""

from __future__ import annotations

from .council import Dashboard, Facts, Goals, Partners, Plan, Priorities, Progress, Reporting
from .coverage import REVIEWED, CheckedTexts, ReviewedText
from .statements import Statements

Document = Statements | Facts | Goals | Priorities | Partners | Plan | Progress | Reporting | Dashboard | ReviewedText

TABLE = "beleidsdocument"  # the name of their table in the register of files

# By the name of the file without its extension, the type of its content.
KINDS: dict[str, type[Document]] = {
    "statements": Statements,
    "facts": Facts,
    "goals": Goals,
    "priorities": Priorities,
    "partners": Partners,
    "plan": Plan,
    "voortgang": Progress,
    "verantwoording": Reporting,
    "dashboard": Dashboard,
    REVIEWED: ReviewedText,
}
TEXTS = "teksten"  # what was found in the texts of the documents, kept beside the documents themselves

__all__ = [
    "KINDS",
    "TABLE",
    "TEXTS",
    "CheckedTexts",
    "Dashboard",
    "Document",
    "Facts",
    "Goals",
    "Partners",
    "Plan",
    "Priorities",
    "Progress",
    "Reporting",
    "ReviewedText",
    "Statements",
]
