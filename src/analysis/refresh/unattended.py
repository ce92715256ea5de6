"""One unattended refresh: fetch, ingest, check plausibility, make the reports, write the summary, notify.

Whatever goes wrong, the published edition stays and a summary says what happened.
"""

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
from ..build.workspace import locked
from ..errors import Busy, DataError
from ..fetch import download
from ..fetch.download import FetchResult
from ..fetch.http import HttpClient
from ..report.edition import Edition
from ..report.edition_changes import compare
from . import notification, plausibility
from .notification import RunOutcome
from .plausibility import Doubt
from .settings import Settings

ReportResults = Sequence[Report | BaseException]


def refresh(settings: Settings, folder: Path, jobs: int, accept: bool) -> tuple[RunOutcome, list[str]]:
    """Refresh reports, write the summary and send the notifications.

    Parameters
    ----------
    settings : Settings
        Which reports, from what, and whom to notify.
    folder : Path
        Folder for the summary, in which a notification command runs.
    jobs : int
        Number of chapters to run at once.
    accept : bool
        Publish the figures even if they changed too much: someone has looked at them.

    Returns
    -------
    RunOutcome
        What happened.
    list of str
        Dutch sentences about notifications that were not delivered.

    Raises
    ------
    Busy
        When another command makes reports in the same folder; that one sends the notifications.
    """
    try:
        with notification.secrets_withheld(settings.notify), locked(settings.out):
            outcome = _refresh(settings, jobs, accept)
    except Busy:
        raise
    except (Exception, KeyboardInterrupt) as error:  # nobody is watching, so every error is reported
        outcome = _failed(settings, error)
    problems = notification.write_summary(folder, outcome.text)
    return outcome, [*problems, *notification.notify(settings.notify, folder, outcome.word, outcome.text)]


def _failed(settings: Settings, error: BaseException, fetch_failures: Sequence[str] = ()) -> RunOutcome:
    """Return the outcome of a refresh that published nothing."""
    message, code = _message_and_code(error)
    parts = [message, *fetch_failures, "De gepubliceerde rapporten zijn niet veranderd."]
    return RunOutcome("mislukt", notification.summary(settings, "mislukt", parts), code)


def _message_and_code(error: BaseException) -> tuple[str, int]:
    if isinstance(error, (*errors.FORESEEN, KeyboardInterrupt)):
        return errors.describe(error)
    frames = traceback.format_tb(error.__traceback__)  # for the developer; without the message, which may hold a figure
    print("Traceback (most recent call last):", *frames, type(error).__name__, sep="\n", file=sys.stderr)
    return notification.unexpected_error(error), errors.UNMADE


def _refresh(settings: Settings, jobs: int, accept: bool) -> RunOutcome:
    settings.out.mkdir(parents=True, exist_ok=True)
    data = exports.data_folder(workspace.exports(settings.out))
    for parameters in settings.reports:
        publishing.recover(workspace.published(settings.out, parameters))
        reports.repair_baseline(data, workspace.chapters(settings.out, parameters))
    # Someone who accepts has looked at the figures that are there, not at what a new fetch may bring.
    fetched = FetchResult((), 0) if accept else _fetch(settings)
    try:
        return _refresh_from_exports(settings, jobs, accept, fetched)
    except (Exception, KeyboardInterrupt) as error:
        return _failed(settings, error, notification.fetch_failures(fetched))


def _refresh_from_exports(settings: Settings, jobs: int, accept: bool, fetched: FetchResult) -> RunOutcome:
    documents, work = workspace.documents(settings.raw), workspace.exports(settings.out)
    try:
        processed, *_ = exports.read(settings.raw, documents, work, keep_going=False, first=chapters.prestart_kernel)
    except DataError as error:
        raise notification.without_contents(error) from error
    doubts = _doubts(settings, processed)
    if doubts and not accept:
        raise plausibility.refusal(doubts)
    earlier = _published(settings)
    news = "" if accept else notification.new_releases(fetched)
    accepted = f"Met --accept toegestaan:{plausibility.listed(doubts)}" if doubts else ""
    results = _make_reports(settings, processed, jobs)
    return _outcome(settings, notification.fetch_failures(fetched), [news, accepted], earlier, results)


def _fetch(settings: Settings) -> FetchResult:
    with HttpClient({str(name): base for name, base in settings.bases.items()}) as client:
        return download.fetch(settings.raw, settings.codes, client, lambda *_: None)


def _doubts(settings: Settings, processed: Path) -> list[Doubt | str]:
    """Compare each report with the data it was last published from; list what two reports share once."""
    doubts: dict[Doubt | str, None] = {}
    for parameters in settings.reports:
        before = reports.last_baseline(workspace.chapters(settings.out, parameters))
        if before and reports.observations_differ(processed, before):
            doubts |= dict.fromkeys(plausibility.doubts(before, processed, [parameters.municipality]))
        elif not before and workspace.published(settings.out, parameters).exists():
            lost = (
                "de cijfers waarvan dit rapport gemaakt is, zijn er niet meer. Er is dus niets om mee te vergelijken."
            )
            doubts[f"{parameters.title}: {lost}"] = None
    return list(doubts)


def _published(settings: Settings) -> list[Edition | None]:
    """Read the published editions with their numbers now: making new ones moves them to the archive."""
    return [publishing.read_if_intact(workspace.published(settings.out, parameters)) for parameters in settings.reports]


def _make_reports(settings: Settings, processed: Path, jobs: int) -> ReportResults:
    """Make all reports, also when one of them fails; an interruption counts for all of them."""
    try:
        with ThreadPoolExecutor(jobs) as pool:
            return reports.make_reports(
                settings.reports,
                processed,
                settings.out,
                pool,
                lambda *_: None,
                keep_going=True,
                max_editions=settings.keep,
                forms=settings.forms,
            )
    except (Exception, KeyboardInterrupt) as error:  # some may have been published before
        return [error] * len(settings.reports)


def _outcome(
    settings: Settings,
    fetch_failures: list[str],
    about: list[str],
    earlier: list[Edition | None],
    results: ReportResults,
) -> RunOutcome:
    """Return the outcome of all reports: first what went wrong, then what is new.

    Parameters
    ----------
    fetch_failures : list of str
        What could not be fetched. The reports are made from what there is, but someone has to look.
    about : list of str
        Other paragraphs.
    earlier : list of Edition or None
        The editions that were published before.
    results : sequence of Report or exception
        Of each report.
    """
    pairs = zip(settings.reports, results, strict=True)
    wrong = dict(_report_error(parameters, error) for parameters, error in pairs if not isinstance(error, Report))
    published = [
        text
        for editions in zip(earlier, _published(settings), strict=True)
        if (text := _published_since(settings, *editions))
    ]
    if wrong or fetch_failures:
        parts = [*wrong, *fetch_failures, *about, *(published or ["Er is niets gepubliceerd."])]
        return RunOutcome(
            "mislukt", notification.summary(settings, "mislukt", parts), max(wrong.values(), default=errors.PARTLY)
        )
    if not published:
        actual = "De rapporten zijn actueel. Er is niets gepubliceerd."
        return RunOutcome("ongewijzigd", notification.summary(settings, "ongewijzigd", [*about, actual]))
    return RunOutcome("gelukt", notification.summary(settings, "gelukt", [*about, *published]))


def _report_error(parameters: Parameters, error: BaseException) -> tuple[str, int]:
    """Return what went wrong with a report and the exit code; an interruption names no report."""
    message, code = _message_and_code(notification.without_contents(error))
    return message if isinstance(error, KeyboardInterrupt) else f"{parameters.title}: {message}", code


def _published_since(settings: Settings, before: Edition | None, now: Edition | None) -> str:
    """Return a paragraph about a new edition; empty when the published edition is the same."""
    if now is None or (before and before.manifest == now.manifest):
        return ""
    path = now.folder.relative_to(settings.out).as_posix()
    return notification.published_edition(
        compare(before, now), f"{settings.address or settings.out.as_posix()}/{path}/index.html"
    )
