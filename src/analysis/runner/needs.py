"""Whether what a chapter needs is there, and why it is not."""

from __future__ import annotations

from pathlib import Path

from .. import observations, regions
from ..documents import KINDS
from ..loading import load as series
from ..policy.papers import document
from ..series import Missing
from ..votes import voting
from .chapters import Chapter
from .parameters import Parameters


def why_absent(chapter: Chapter, parameters: Parameters, processed: Path) -> str | None:
    """Why a chapter cannot be made, if nothing it needs is there."""
    answers = [_ask(need, parameters, processed) for need in chapter.needs]
    gaps = [answer.reason for answer in answers if isinstance(answer, Missing)]
    return gaps[0] if answers and len(gaps) == len(answers) else None


def _ask(need: str, asked: Parameters, processed: Path) -> object:
    if need == "ballots":
        return voting(asked.municipality, processed)
    if need == "borders":
        return _borders(asked.municipality, processed)
    if need in KINDS:
        return document(need, asked.municipality, processed)
    return series(need, asked.municipality, asked.first_year, asked.last_year, folder=processed)


def _borders(municipality: str, processed: Path) -> object:
    """The borders within a municipality, or why there are none."""
    within = "WK" + municipality.removeprefix("GM")
    if any(code.startswith(within) for code in observations.borders(processed)):
        return municipality
    gap = f"Er zijn geen grenzen van wijken in {regions.name(municipality)} aangeleverd."
    return Missing("de grenzen", gap + observations.left_out(processed))
