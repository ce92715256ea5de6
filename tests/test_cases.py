"""Inputs that real people had trouble with: made here, and where the shared folder is there, as they were handed over.

All figures made here are made up.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import observations
from analysis.sources.ingest import ingest
from analysis.sources.summary import Summary
from conftest import REALDATA

CASES = REALDATA.parent / "cases"


def read(raw: Path, tmp_path: Path) -> tuple[Summary, dict[tuple[str, str, str], float]]:
    """What became of a folder of exports, and its figures by indicator, region and first month."""
    summary = ingest(raw, tmp_path / "processed")
    frame = observations.everything(tmp_path / "processed")
    keys = zip(frame["indicator"], frame["region"], frame["period"].dt.strftime("%Y-%m"), strict=True)
    return summary, dict(zip(keys, frame["value"], strict=True))


@pytest.mark.parametrize(
    ("case", "figure", "value", "unused"),
    [
        ("dubbele_spatie", ("misdrijven_totaal", "NL00", "2014-02"), 9, []),
        ("ldg4", ("misdrijven_totaal", "GM1969", "2023-01"), 5, ["LDG4"]),
        ("politiedistrict", ("voelt_zich_weleens_onveilig", "NL00", "2013-01"), 36.7, ["Groningen (PD)"]),
        ("oude_gemeenten", ("bevolking_gemiddeld", "GM1969", "2025-01"), 64841, ["GM0305"]),
        ("oude_gemeenten_cbs", ("misdrijven_cbs_totaal", "GM0518", "2011-01"), 57020, ["Abcoude"]),
    ],
)
def test_each_handed_over_case_gives_its_figure(tmp_path, case, figure, value, unused):
    if not CASES.exists():
        pytest.skip("the cases are not here")
    summary, figures = read(CASES / case, tmp_path)
    assert figures[figure] == value
    told = str(summary.remarks)
    assert [text for text in unused if text not in told] == []
