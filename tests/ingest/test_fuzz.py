"""A tenth of the damaged inputs that `benchmarks/fuzz.py` tries."""

from __future__ import annotations

import os
import time

import fuzz


def test_a_damaged_export_is_read_or_refused_and_nothing_else():
    found = fuzz.run(range(2_000), jobs=2)
    assert not found.wrong
    assert sum(found.outcomes.values()) == 2_000 and found.memory < fuzz.MEMORY
    assert min(found.outcomes[fuzz.READ], found.outcomes[fuzz.REFUSED]) > 200  # it tries what is nearly right


def test_a_mistake_of_ours_would_be_found(monkeypatch):
    def fails(*_, **__):
        raise KeyError("Type")

    monkeypatch.setattr(fuzz, "ingest", fails)
    found = fuzz.run(range(3))
    assert found.outcomes[fuzz.TRACEBACK] == len(found.wrong) == 3


def test_a_process_that_dies_or_hangs_is_replaced(monkeypatch):
    def dies(raw, *_, **__):
        if raw.parent.name == "1":
            os._exit(1)

    monkeypatch.setattr(fuzz, "ingest", dies)
    found = fuzz.run(range(4), jobs=2)
    assert found.outcomes == {fuzz.READ: 2, fuzz.CRASH: 2}
    monkeypatch.setattr(fuzz, "ingest", lambda *_, **__: time.sleep(60))
    monkeypatch.setattr(fuzz, "_PATIENCE", 0.5)
    assert fuzz.run(range(1)).outcomes == {fuzz.HANG: 1}
