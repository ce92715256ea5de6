"""How long to go on asking: what may pass is asked again, after as long as the publisher wants or longer each time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_after_attempt,
    wait_random_exponential,
)

from .wanted import Limits

T = TypeVar("T")


class Passing(Exception):
    """Something that may be over when we ask again, in Dutch; ``after`` so many seconds, if the publisher says so."""

    def __init__(self, problem: str, after: float | None = None) -> None:
        self.problem, self.after = problem, after
        super().__init__(problem)


def repeated(once: Callable[[], T], limits: Limits, stopped: Event) -> T:
    """Try until it succeeds, or patience ends.

    Parameters
    ----------
    stopped : Event
        Ends the waiting between two tries.

    Raises
    ------
    Passing
        That of the last try.
    """

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        after = error.after if isinstance(error, Passing) else None
        return wait_random_exponential(max=limits.pause)(state) if after is None else after

    again = retry_if_exception_type(Passing)
    most, sleep = stop_after_attempt(limits.attempts), sleep_using_event(stopped)
    return Retrying(retry=again, stop=most, wait=wait, sleep=sleep, reraise=True)(once)
