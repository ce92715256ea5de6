"""Simulation: false alarms in the verdicts on many statements when nothing changed. Seeded; figures are made up."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pandas as pd
import pytest

from analysis.documents.statements import Statements
from analysis.policy import evidence
from analysis.policy.judging import judge
from analysis.statistics.verdicts import Verdict
from made_up_series import SOURCE, monthly, yearly

pytestmark = pytest.mark.slow

HOME, PEERS = "GM1969", 12
FIRST, SPAN = 1900, 4  # one long series holds municipalities without a change, four years each
MOST = 75  # municipalities in one series: documents name years up to 2200
DISPERSION = 2.2  # of months; among municipalities of this size burglaries of companies vary that much (47018NED)
MEANS = np.geomspace(1, 60, 20)  # registrations a month: from a dozen a year to far more than most statements count
DIRECTIONS = ("up", "down", "not_up", "not_down")
ALARMS = {*filter(lambda verdict: verdict.settled, Verdict), Verdict.CONTRADICTED}


def asked(first):
    """Return a change statement about each of twenty indicators, and two that repeat an earlier one."""
    words = {"document": "IVB", "line": 1, "section": "h1", "quote": "Een zin.", "claim": "Iets.", "group": "woon"}
    test = {"kind": "change", "first": first, "last": first + SPAN - 1}
    tests = [{**test, "indicator": f"proef{n}", "direction": DIRECTIONS[n % 4]} for n in range(len(MEANS))]
    tests.append({**test, "indicator": "proef0", "direction": "down"})
    statements = {f"K{n:02}": {**words, "tests": [test]} for n, test in enumerate(tests)}
    statements["K99"] = {**words, "same_as": "K00"}
    whole = {"municipality": HOME, "documents": {"IVB": "Het beleid"}, "key_messages": [], "statements": statements}
    return Statements.model_validate(whole)


def made_up(random, id, mean, years, ratio):
    """Return one indicator as `load` gives it: with its months, and for every fourth indicator with peers."""
    level = np.full((PEERS + 1, years, 12), mean)
    level[0, SPAN - 1 :: SPAN] *= ratio
    counts = random.negative_binomial(level / (DISPERSION - 1), 1 / DISPERSION)
    names, named = [HOME, *(f"GM{9000 + peer}" for peer in range(PEERS))], range(FIRST, FIRST + years)
    table = pd.DataFrame(counts.sum(axis=2), index=names, columns=named)
    months = monthly(id, HOME, FIRST, counts[0].ravel().tolist())
    whole = replace(yearly(id, HOME, table.loc[HOME].to_dict()), find_months=lambda: months)
    return replace(whole, find_peers=lambda: table) if id.endswith(("3", "7")) else whole


@pytest.fixture
def reports(monkeypatch):
    """Return the verdicts on the same statements about a number of made-up municipalities."""

    def of(seed, number, ratio=1.0):
        random = np.random.default_rng(seed)
        for done in range(0, number, MOST):
            years = min(MOST, number - done) * SPAN
            figures = {f"proef{n}": made_up(random, f"proef{n}", mean, years, ratio) for n, mean in enumerate(MEANS)}
            monkeypatch.setattr(evidence, "load", lambda id, *_, figures=figures, **__: figures[id])
            for first in range(FIRST, FIRST + years, SPAN):
                monkeypatch.setattr(evidence, "document", lambda *_, first=first: (asked(first), SOURCE))
                yield judge(HOME)

    return of


def test_a_report_without_any_real_change_gives_a_false_alarm_in_five_percent_of_the_cases(reports):
    """With 160 reports, 5 % can be told from more than 8 % (the upper limit of its binomial interval)."""
    number = 160
    result = list(reports(seed=7, number=number))
    assert {report.corrected for report in result} == {len(MEANS)}  # what is asked again adds nothing
    wrong = [any(statement.verdict in ALARMS for statement in report.judged) for report in result]
    assert np.mean(wrong) <= 0.05 + 1.96 * sqrt(0.05 * 0.95 / number)
    alone = [
        any(outcome.p_value < 0.05 for statement in report.judged for outcome in statement.outcomes)
        for report in result
    ]
    assert np.mean(alone) > 0.5  # without correction


def test_a_doubling_is_seen(reports):
    """Verdicts that never confirm anything would pass the test above."""
    for report in reports(seed=8, number=5, ratio=2.0):
        assert (
            sum(statement.verdict.settled for statement in report.judged) >= 5
        )  # of the ten claims that a rise bears out
