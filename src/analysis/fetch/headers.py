"""What a publisher says beside its answer: when to come back, and when a file was last changed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx


def retry_after(answer: httpx.Response) -> float | None:
    """The seconds that it asks to wait, given as a number or as a moment."""
    header = answer.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]+", header):
        return float(header)
    moment = _moment(header)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment else None


def last_modified(answer: httpx.Response) -> datetime | None:
    """When a file was changed, as far as the publisher says so."""
    return _moment(answer.headers.get("Last-Modified", ""))


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # whatever it makes of an odd text
        return None
