"""Register how every kind of result is shown, and read every definition.

Kernels are forked from a process that imported this module, so no chapter waits for either. Whoever wants only words
imports one module of this package and does not wait for the others.
"""

from __future__ import annotations

from ..definitions import catalogue, regions
from . import (
    accountability,
    control_charts,
    dashboard_tables,
    finding_texts,
    funnel_charts,
    goal_results,
    maps,
    plan_results,
    priority_tables,
    provenance,
    questions,
    reservations,
    sentences,
    statement_verdicts,
    survey_charts,
    tables,
    vote_results,
    yearly_charts,
)

__all__ = [
    "accountability",
    "control_charts",
    "dashboard_tables",
    "finding_texts",
    "funnel_charts",
    "goal_results",
    "maps",
    "plan_results",
    "priority_tables",
    "provenance",
    "questions",
    "reservations",
    "sentences",
    "statement_verdicts",
    "survey_charts",
    "tables",
    "vote_results",
    "yearly_charts",
]

for definitions in (
    catalogue.indicators,
    catalogue.indicator_of,
    catalogue.tables,
    catalogue.breaks,
    catalogue.thresholds,
    regions.regions,
):
    definitions()
