"""Register how every kind of result is shown, and read every definition.

A result can show itself once this module is imported. Kernels are forked from a process that has done so, so that no
chapter waits for these imports. Code that needs only formats or wording imports one module of this package and does
not wait for the others.
"""

from __future__ import annotations

from ..definitions import catalogue, regions
from . import (
    accountability,
    area_charts,
    control_charts,
    dashboard_tables,
    finding_texts,
    first_page,
    funnel_charts,
    goal_results,
    plan_results,
    priority_tables,
    provenance,
    questions,
    reservations,
    sentences,
    statement_cards,
    statement_verdicts,
    survey_charts,
    tables,
    text_results,
    theme_table,
    track_record,
    vote_results,
    yearly_charts,
)

__all__ = [
    "accountability",
    "area_charts",
    "control_charts",
    "dashboard_tables",
    "finding_texts",
    "first_page",
    "funnel_charts",
    "goal_results",
    "plan_results",
    "priority_tables",
    "provenance",
    "questions",
    "reservations",
    "sentences",
    "statement_cards",
    "statement_verdicts",
    "survey_charts",
    "tables",
    "text_results",
    "theme_table",
    "track_record",
    "vote_results",
    "yearly_charts",
]

for read_definitions in (
    catalogue.indicators,
    catalogue.indicator_of,
    catalogue.tables,
    catalogue.breaks,
    catalogue.thresholds,
    regions.regions,
):
    read_definitions()
