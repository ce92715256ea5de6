"""A refresh, step by step; whatever goes wrong, the published edition stands and someone hears of it."""

from __future__ import annotations

import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import errors
from ..errors import Busy
from ..fetch import fetching
from ..fetch.web import Web
from ..report.changes import compare
from ..report.edition import Edition, read
from ..runner import ahead, basis, build, editions, exports, places
from ..runner.alone import alone
from ..runner.parameters import Parameters
from ..runner.reports import Report
from . import notify, plausible, summary
from .plausible import Doubt
from .settings import Settings
from .summary import Outcome

if TYPE_CHECKING:
    from ..fetch.editions import Edition as Fetched

Made = list[Report | Exception]


def refresh(settings: Settings, place: Path, jobs: int, accept: bool) -> tuple[Outcome, list[str]]:
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
        with alone(settings.out):
            outcome = _refreshed(settings, jobs, accept)
    except Busy:
        raise
    except (Exception, KeyboardInterrupt) as error:  # whatever it is, nobody is watching
        outcome = _failed(error)
    unwritten = summary.write(place, outcome.text)
    return outcome, [*unwritten, *notify.notify(settings.notify, outcome.word, outcome.text)]


def _failed(error: BaseException) -> Outcome:
    message, code = _why(error)
    return Outcome("mislukt", summary.text("mislukt", [message]), code)


def _why(error: BaseException) -> tuple[str, int]:
    if not isinstance(error, (*errors.FORESEEN, KeyboardInterrupt)):
        traceback.print_exception(error)  # for who has to mend it; a reader of the summary cannot
    return errors.told(error)


def _refreshed(settings: Settings, jobs: int, accept: bool) -> Outcome:
    settings.out.mkdir(parents=True, exist_ok=True)
    for one in settings.reports:
        editions.recover(places.published(settings.out, one))
    fetched = [] if accept else _fetched(settings)  # who accepts has looked at what is there, not at what may come
    documents, work = places.documents(settings.raw), places.exports(settings.out)
    processed, *_ = exports.read(settings.raw, documents, work, keep_going=False, first=ahead.prepare)
    doubts = _doubts(settings, processed)
    if doubts and not accept:
        raise plausible.refusal(doubts)
    earlier = _published(settings)
    outcome = _outcome(settings, fetched, earlier, _made(settings, processed, jobs))
    seen = f"\nBekeken en toch gepubliceerd:{plausible.told(doubts)}\n" if doubts else ""
    return replace(outcome, text=outcome.text + seen)


def _fetched(settings: Settings) -> list[Fetched]:
    with Web({str(name): base for name, base in settings.bases.items()}) as web:
        return fetching.fetch(settings.raw, settings.municipalities, web, lambda *_: None)


def _doubts(settings: Settings, processed: Path) -> list[Doubt]:
    """Every report beside what it was itself last published from; what two reports share is told once."""
    found: dict[Doubt, None] = {}
    for one in settings.reports:
        before = basis.last(places.chapters(settings.out, one))
        if before and basis.differ(processed, before):
            found |= dict.fromkeys(plausible.doubts(before, processed, [one.municipality]))
    return sorted(found, key=plausible.size, reverse=True)


def _published(settings: Settings) -> list[Edition | None]:
    """The editions that stand there now, with their numbers: soon they stand somewhere else."""
    return [editions.readable(places.published(settings.out, one)) for one in settings.reports]


def _made(settings: Settings, processed: Path, jobs: int) -> Made:
    """A report that fails keeps no other from being made."""
    with ThreadPoolExecutor(jobs) as pool:
        return build.reports_of(
            settings.reports, processed, settings.out, pool, lambda *_: None, keep_going=True, most=settings.keep
        )


def _outcome(settings: Settings, fetched: list[Fetched], earlier: list[Edition | None], made: Made) -> Outcome:
    told = [_told(*one) for one in zip(settings.reports, earlier, made, strict=True)]
    if failed := [errors.told(one)[1] for one in made if isinstance(one, Exception)]:
        return Outcome("mislukt", summary.text("mislukt", [summary.news(fetched), *told]), max(failed))
    if not any(told):
        told = ["De rapporten zijn actueel. Er is niets gepubliceerd."]
        return Outcome("ongewijzigd", summary.text("ongewijzigd", [summary.news(fetched), *told]))
    return Outcome("gelukt", summary.text("gelukt", [summary.news(fetched), *told]))


def _told(asked: Parameters, before: Edition | None, made: Report | Exception) -> str:
    """What there is to say of one report; nothing when it is as it was."""
    if isinstance(made, Exception):
        return f"{asked.title}: {_why(made)[0]}"
    if not made.new:
        return ""
    return summary.published(compare(before, read(made.folder)), made.folder)
