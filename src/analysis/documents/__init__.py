"""What the council's documents say, as typed objects: statements, facts, goals, priorities, partners, plan, dashboard.

Each is one YAML file in ``data/raw/beleid``, transcribed by hand and held against these types when it is read. They
belong to one municipality; for another, only these files change.
"""

from __future__ import annotations

from .council import Dashboard, Facts, Goals, Partners, Plan, Priorities, Progress
from .statements import Statements

Document = Statements | Facts | Goals | Priorities | Partners | Plan | Progress | Dashboard

TABLE = "beleidsdocument"  # what the register of files calls each of them

# The name of the file without its extension, and what it must hold.
KINDS: dict[str, type[Document]] = {
    "statements": Statements,
    "facts": Facts,
    "goals": Goals,
    "priorities": Priorities,
    "partners": Partners,
    "plan": Plan,
    "voortgang": Progress,
    "dashboard": Dashboard,
}

__all__ = [
    "KINDS",
    "TABLE",
    "Dashboard",
    "Document",
    "Facts",
    "Goals",
    "Partners",
    "Plan",
    "Priorities",
    "Progress",
    "Statements",
]
