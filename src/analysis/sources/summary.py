"""What reading a folder of raw exports came to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    """What an ingest did.

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
        Figures without an indicator, by subject and code.
    unread : dict of str to str
        Damaged files that were left out, with what is wrong.
    nationwide : dict of str to str
        Large files that are kept for the whole country, with what came of them.
    """

    read: tuple[str, ...]
    skipped: dict[str, str]
    remarks: dict[str, list[str]]
    rows: int
    votes: int
    left_out: dict[str, int]
    unread: dict[str, str]
    nationwide: dict[str, str]
