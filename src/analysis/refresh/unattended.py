"""A refresh, step by step; whatever goes wrong, the published edition stands and someone hears of it."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .. import errors
from ..build import chapters, exports, publishing, reports, workspace
from ..build.chapters import Parameters
from ..build.reports import Report
from ..build.workspace import alone
from ..errors import Busy, DataError
from ..fetch import download
from ..fetch.download import Fetched
from ..fetch.http import Web
from ..report.edition import Edition
from ..report.edition_changes import compare
from . import notification, plausibility
from .notification import RunOutcome
from .plausibility import Doubt
from .settings import Settings

Made = Sequence[Report | BaseException]


def refresh(settings: Settings, place: Path, jobs: int, accept: bool) -> tuple[RunOutcome, list[str]]:
    """Refresh reports, write down what became of it, and tell who wants to know.

    Parameters
    ----------
    place : Path
        The folder for the summary.
    jobs : int
        How many chapters run at once.
    accept : bool
        Whether someone looked at the figures and wants them published, however far they moved.

    Returns
    -------
    Outcome, list of str
        What became of it, and Dutch sentences about notifications that did not arrive.

    Raises
    ------
    Busy
        When another command makes reports in the same folder; that one tells what became of it.
    """
    try:
        with notification.aside(settings.notify), alone(settings.out):
            outcome = _refreshed(settings, jobs, accept)
    except Busy:
        raise
    except (Exception, KeyboardInterrupt) as error:  # whatever it is, nobody is watching
        outcome = _failed(settings, error)
    unwritten = notification.write(place, outcome.text)
    return outcome, [*unwritten, *notification.notify(settings.notify, place, outcome.word, outcome.text)]


def _failed(settings: Settings, error: BaseException, without: Sequence[str] = ()) -> RunOutcome:
    """What to say of a refresh that published nothing, beside what could not be fetched."""
    message, code = _why(error)
    told = [message, *without, "De gepubliceerde rapporten zijn niet veranderd."]
    return RunOutcome("mislukt", notification.text(settings, "mislukt", told), code)


def _why(error: BaseException) -> tuple[str, int]:
    if isinstance(error, (*errors.FORESEEN, KeyboardInterrupt)):
        return errors.describe(error)
    frames = traceback.format_tb(error.__traceback__)  # for who has to mend it; its words may hold a figure
    print("Traceback (most recent call last):", *frames, type(error).__name__, sep="\n", file=sys.stderr)
    return notification.unforeseen(error), errors.UNMADE


def _refreshed(settings: Settings, jobs: int, accept: bool) -> RunOutcome:
    settings.out.mkdir(parents=True, exist_ok=True)
    data = exports.data(workspace.exports(settings.out))
    for one in settings.reports:
        publishing.recover(workspace.published(settings.out, one))
        reports.mend(data, workspace.chapters(settings.out, one))
    # Who accepts has looked at what is there, not at what may come.
    fetched = Fetched((), 0) if accept else _fetched(settings)
    try:
        return _from_exports(settings, jobs, accept, fetched)
    except (Exception, KeyboardInterrupt) as error:
        return _failed(settings, error, notification.failures(fetched))


def _from_exports(settings: Settings, jobs: int, accept: bool, fetched: Fetched) -> RunOutcome:
    documents, work = workspace.documents(settings.raw), workspace.exports(settings.out)
    try:
        processed, *_ = exports.read(settings.raw, documents, work, keep_going=False, first=chapters.prestart_kernel)
    except DataError as error:
        raise notification.discreet(error) from error
    doubts = _doubts(settings, processed)
    if doubts and not accept:
        raise plausibility.refusal(doubts)
    earlier = _published(settings)
    news = "" if accept else notification.news(fetched)
    seen = f"Met --accept toegestaan:{plausibility.told(doubts)}" if doubts else ""
    return _outcome(settings, notification.failures(fetched), [news, seen], earlier, _made(settings, processed, jobs))


def _fetched(settings: Settings) -> Fetched:
    with Web({str(name): base for name, base in settings.bases.items()}) as web:
        return download.fetch(settings.raw, settings.codes, web, lambda *_: None)


def _doubts(settings: Settings, processed: Path) -> list[Doubt | str]:
    """Every report beside what it was itself last published from; what two reports share is told once."""
    found: dict[Doubt | str, None] = {}
    for one in settings.reports:
        before = reports.last(workspace.chapters(settings.out, one))
        if before and reports.differ(processed, before):
            found |= dict.fromkeys(plausibility.doubts(before, processed, [one.municipality]))
        elif not before and workspace.published(settings.out, one).exists():
            lost = (
                "de cijfers waarvan dit rapport gemaakt is, zijn er niet meer. Er is dus niets om mee te vergelijken."
            )
            found[f"{one.title}: {lost}"] = None
    return list(found)


def _published(settings: Settings) -> list[Edition | None]:
    """The editions that stand there now, with their numbers: soon they stand somewhere else."""
    return [publishing.readable(workspace.published(settings.out, one)) for one in settings.reports]


def _made(settings: Settings, processed: Path, jobs: int) -> Made:
    """A report that fails keeps no other from being made; who stops us stops all that are not there yet."""
    try:
        with ThreadPoolExecutor(jobs) as pool:
            return reports.reports_of(
                settings.reports, processed, settings.out, pool, lambda *_: None, keep_going=True, most=settings.keep
            )
    except (Exception, KeyboardInterrupt) as error:  # some may have been published before
        return [error] * len(settings.reports)


def _outcome(
    settings: Settings, without: list[str], about: list[str], earlier: list[Edition | None], made: Made
) -> RunOutcome:
    """What there is to say of all reports: first what went wrong, then what is new, whatever went wrong after that.

    Parameters
    ----------
    without : list of str
        What could not be fetched: the reports are made of what there is, and someone has to know.
    """
    asked = zip(settings.reports, made, strict=True)
    wrong = dict(_wrong(one, error) for one, error in asked if not isinstance(error, Report))
    published = [told for one in zip(earlier, _published(settings), strict=True) if (told := _since(settings, *one))]
    if wrong or without:
        parts = [*wrong, *without, *about, *(published or ["Er is niets gepubliceerd."])]
        return RunOutcome(
            "mislukt", notification.text(settings, "mislukt", parts), max(wrong.values(), default=errors.PARTLY)
        )
    if not published:
        actual = "De rapporten zijn actueel. Er is niets gepubliceerd."
        return RunOutcome("ongewijzigd", notification.text(settings, "ongewijzigd", [*about, actual]))
    return RunOutcome("gelukt", notification.text(settings, "gelukt", [*about, *published]))


def _wrong(asked: Parameters, error: BaseException) -> tuple[str, int]:
    """What went wrong with a report, and the exit code; a stop is of no report in particular."""
    message, code = _why(notification.discreet(error))
    return message if isinstance(error, KeyboardInterrupt) else f"{asked.title}: {message}", code


def _since(settings: Settings, before: Edition | None, now: Edition | None) -> str:
    """What stands there now and did not before; nothing when it is as it was."""
    if now is None or (before and before.manifest == now.manifest):
        return ""
    place = now.folder.relative_to(settings.out).as_posix()
    return notification.published(
        compare(before, now), f"{settings.address or settings.out.as_posix()}/{place}/index.html"
    )
