"""Damaged exports: a twentieth of the inputs of `benchmarks/fuzz.py`."""

from __future__ import annotations

import os
import time

import pytest

import fuzz

pytestmark = pytest.mark.slow


def test_a_damaged_export_is_read_or_refused_and_nothing_else():
    report = fuzz.run(range(1_000), jobs=2)
    assert not report.wrong
    assert sum(report.outcomes.values()) == 1_000 and report.memory < fuzz.MEMORY
    assert min(report.outcomes[fuzz.READ], report.outcomes[fuzz.REFUSED]) > 100  # it tries what is nearly right


def test_a_mistake_of_ours_would_be_found(monkeypatch):
    def fails(*_, **__):
        raise KeyError("Type")

    monkeypatch.setattr(fuzz, "ingest", fails)
    report = fuzz.run(range(3))
    assert report.outcomes[fuzz.TRACEBACK] == len(report.wrong) == 3


def test_a_process_that_dies_or_hangs_is_replaced(monkeypatch):
    def dies(raw, *_, **__):
        if raw.parent.name == "1":
            os._exit(1)

    monkeypatch.setattr(fuzz, "ingest", dies)
    report = fuzz.run(range(4), jobs=2)
    assert report.outcomes == {fuzz.READ: 2, fuzz.CRASH: 2}
    monkeypatch.setattr(fuzz, "ingest", lambda *_, **__: time.sleep(60))
    monkeypatch.setattr(fuzz, "_PATIENCE", 0.5)
    assert fuzz.run(range(1)).outcomes == {fuzz.HANG: 1}
