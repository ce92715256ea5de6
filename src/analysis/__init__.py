"""What an analyst imports: ``import analysis as va``.

>>> import analysis as va
>>> reports = va.load("onbegrepen_gedrag", "GM1969")
>>> va.change(reports, 2019, 2022)

Names are looked up when they are first used, so that the command line does not wait for pandas and matplotlib.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_WHERE = {
    "load": "loading",
    "checked": "runner.parameters",
    "voting": "votes",
    "kinds": "catalogue",
    "province": "regions",
    "change": "statistics.counts",
    "overview": "statistics.overview",
    "trend": "statistics.trends",
    "compare_change": "statistics.comparison",
    "compare_trend": "statistics.comparison",
    "without_break": "statistics.scenarios",
    "power": "statistics.power",
    "funnel": "statistics.funnel",
    "survey_change": "statistics.surveys",
    "compare_survey": "statistics.surveys",
    "sum_check": "statistics.checks",
    "control_chart": "statistics.monitoring",
    "areas": "statistics.areas",
    "tally": "statistics.votes",
    "ranks": "statistics.votes",
    "weighted": "statistics.votes",
    "themes_equal": "statistics.vote_tests",
    "villages_differ": "statistics.vote_tests",
    "voices": "policy.voices",
    "dashboard": "policy.dashboard",
    "signal_charts": "policy.dashboard",
    "judge": "policy.statements",
    "statements": "display.statements",
    "untestable": "display.untested",
    "remarks": "display.untested",
    "key_messages": "display.messages",
    "goals": "policy.goals",
    "measurable": "policy.goals",
    "priorities": "policy.priorities",
    "choices": "policy.choices",
    "departures": "policy.departures",
    "money": "policy.departures",
    "plan": "policy.plan",
    "progress": "policy.progress",
    "chart": "display.charts",
    "measure_chart": "display.measures",
    "area_map": "display.maps",
    "vote_chart": "display.voting",
    "register": "display.register",
    "hidden_levels": "display.withheld",
    "breaks": "display.breaks",
    "rules": "display.rules",
    "caveats": "display.caveats",
    "shared_caveats": "display.caveats",
    "borders": "display.caveats",
    "headline": "display.sentences",
}
__all__ = list(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'analysis' has no attribute '{name}'")
    import_module(".asked", __name__).module(f"{__name__}.{_WHERE[name]}")
    import_module(".display.everything", __name__)  # a result can only show itself once the display layer is there
    found = getattr(import_module(f".{_WHERE[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(_WHERE)
