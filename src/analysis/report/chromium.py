"""The Chromium that a PDF is printed with."""

from __future__ import annotations

import os
import shutil

BROWSER_VARIABLE = "VEILIGHEID_CHROMIUM"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")


def browser() -> str | None:
    """The Chromium of this machine: the one that ``VEILIGHEID_CHROMIUM`` names, else one on the path."""
    named = os.environ.get(BROWSER_VARIABLE)
    return next(filter(None, map(shutil.which, [named] if named else _BROWSERS)), None)
