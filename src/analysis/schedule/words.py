"""What can be chosen on the command line; it imports nothing, so that help answers at once."""

from __future__ import annotations

from enum import StrEnum


class Every(StrEnum):
    """How often."""

    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"


class Kind(StrEnum):
    """What starts commands at set times."""

    SYSTEMD = "systemd"
    CRON = "cron"
    TASKS = "taken"
    CI = "ci"
