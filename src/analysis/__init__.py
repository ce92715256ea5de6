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
    "load": "store.loading",
    "load_kinds": "store.loading",
    "load_wijken": "store.loading",
    "checked": "build.chapters",
    "voting": "store.loading",
    "kinds": "definitions.catalogue",
    "province": "definitions.regions",
    "change": "statistics.change",
    "overview": "statistics.change",
    "trend": "statistics.trend",
    "compare_change": "statistics.comparison",
    "compare_trend": "statistics.comparison",
    "without_break": "statistics.scenarios",
    "power": "statistics.scenarios",
    "funnel": "statistics.rates",
    "survey_change": "statistics.survey",
    "compare_survey": "statistics.survey",
    "sum_check": "statistics.change",
    "control_chart": "statistics.control_chart",
    "areas": "statistics.small_areas",
    "tally": "statistics.votes",
    "ranks": "statistics.votes",
    "weighted": "statistics.votes",
    "themes_equal": "statistics.votes",
    "villages_differ": "statistics.votes",
    "voices": "policy.evidence",
    "dashboard": "policy.dashboard",
    "signal_charts": "policy.dashboard",
    "judge": "policy.judging",
    "statements": "display.statement_verdicts",
    "untestable": "display.statement_verdicts",
    "remarks": "display.statement_verdicts",
    "key_messages": "display.statement_verdicts",
    "goals": "policy.goals",
    "measurable": "policy.goals",
    "priorities": "policy.priorities",
    "choices": "policy.priorities",
    "departures": "policy.priorities",
    "money": "policy.priorities",
    "plan": "policy.plan",
    "progress": "policy.plan",
    "chart": "display.yearly_charts",
    "measure_chart": "display.survey_charts",
    "area_map": "display.maps",
    "vote_chart": "display.vote_results",
    "register": "store.loading",
    "hidden_levels": "store.loading",
    "breaks": "display.accountability",
    "rules": "display.accountability",
    "caveats": "display.reservations",
    "shared_caveats": "display.reservations",
    "borders": "display.reservations",
    "headline": "display.sentences",
}
__all__ = list(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'analysis' has no attribute '{name}'")
    import_module(".store.usage", __name__).module(f"{__name__}.{_WHERE[name]}")
    import_module(".display.registration", __name__)  # a result can only show itself once the display layer is there
    found = getattr(import_module(f".{_WHERE[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(_WHERE)
