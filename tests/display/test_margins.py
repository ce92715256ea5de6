"""The coverage of a margin in words follows the threshold that margins are computed with. Counts are made up."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import analysis.display.registration  # noqa: F401 (registers how results are shown)
from analysis import display, paths
from analysis.definitions import catalogue
from analysis.display.accountability import rules
from analysis.display.area_charts import area_chart
from analysis.display.provenance import finding_method
from analysis.display.vote_results import vote_chart
from analysis.policy.comparison_tests import Beside, Developed
from analysis.policy.rank_tests import Voted
from analysis.statistics.comparison import compare_trend
from analysis.statistics.small_areas import areas
from analysis.statistics.votes import ranks, tally
from analysis.store.loading import load_wijken
from analysis.store.results import html
from made_up_series import ballots, monthly, voting

YEARS = (2019, 2022)
# Margins of publishers, and bands with limits of their own.
OTHER_LIMITS = {"survey_charts", "funnel_charts", "control_charts"}


def months(region: str, before: int, after: int):
    return monthly("proef", region, YEARS[0], [before] * 24 + [after] * 24)


def texts(processed: Path) -> dict[str, str]:
    """What stands on a page about margins of our own, by what it is about."""
    votes = voting(ballots({"Leek": [["a", "b"]] * 40 + [["a"]] * 20}), ["a", "b"])
    local, national = months("GM1969", 100, 200), months("NL00", 1000, 1500)
    wijken = load_wijken("woninginbraak", "GM1969", folder=processed)
    shown = {
        "comparison": html(compare_trend(local, national, *YEARS)),
        "shares": html(vote_chart(tally(votes))),
        "ranks": html(ranks(votes, seed=1)),
        "wijken": html(area_chart(areas(wijken, 2020, 2022))),
        **{kind.__name__: finding_method(kind) for kind in (Voted, Beside, Developed)},
        "rules": html(rules()),
    }
    return {name: re.sub(r"<[^>]+>", " ", text) for name, text in shown.items()}


@pytest.mark.parametrize(("alpha", "coverage"), [(0.05, "95"), (0.01, "99"), (0.001, "99,9")])
def test_margins_are_called_what_they_are(processed, monkeypatch, alpha, coverage):
    rule = catalogue.thresholds()
    changed = rule.model_copy(update={"verdict": rule.verdict.model_copy(update={"alpha": alpha})})
    monkeypatch.setattr(catalogue, "thresholds", lambda: changed)
    for name, text in texts(processed).items():
        called = re.findall(r"[Mm]arge (?:\(|rond een uitkomst\s+)?([0-9,]+)[ \u00a0]%", text)
        assert called and set(called) == {coverage}, name


def test_no_coverage_is_typed():
    for path in Path(display.__file__).parent.glob("*.py"):
        strings = [node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if _is_text(node)]
        typed = [text for text in strings if re.search(r"\b95[ \u00a0]?%", text) and "\n" not in text]
        assert path.stem in OTHER_LIMITS or not typed, path.name


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_the_chapter_that_explains_margins_says_how_often_they_hold():
    text = (paths.NOTEBOOKS / "13_verantwoording.ipynb").read_text(encoding="utf-8")
    assert f"in {100 * (1 - catalogue.thresholds().verdict.alpha):g} van de 100 gevallen" in text
