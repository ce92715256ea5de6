"""Readers of raw exports: received files become observations, ballots, documents and borders.

``pipeline.ingest`` reads a whole folder. ``dispatch.READERS`` lists the readers of figures. Each reader recognises its
files by their first rows. No reader fills in a figure that its file does not hold.

`Summary` stands here and not in ``pipeline``, so that a build that finds nothing to do need not import pandas.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    """Result of an ingest.

    Parameters
    ----------
    read : tuple of str
        Files read, by path within the folder.
    skipped : dict of str to str
        Files left out, with the Dutch reason.
    remarks : dict of str to list of str
        What was left out of files that were read, and what is odd about them, in Dutch.
    rows, votes : int
        Observations and vote rows written.
    left_out : dict of str to int
        Number of figures without an indicator, by subject and code (``"misdrijven 1.1.1"``).
    unread : dict of str to str
        Damaged files that were left out, with what is wrong with each, in Dutch.
    nationwide : dict of str to str
        Large exports that were stored for the whole country, with a Dutch sentence about each.
    """

    read: tuple[str, ...]
    skipped: dict[str, str]
    remarks: dict[str, list[str]]
    rows: int
    votes: int
    left_out: dict[str, int]
    unread: dict[str, str]
    nationwide: dict[str, str]
