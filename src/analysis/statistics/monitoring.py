"""Following counts month by month: what is expected, and which months, runs of months and shifts stand out.

What is expected of a month is the level of the months before it, times the season of earlier years. Nothing later is
looked at. Three rules watch for what differs: one month, three months together, and a slow shift of the level. After a
confirmed shift the level starts again from the month in which the shift began.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from ..definitions import catalogue
from ..definitions.catalogue import Monitoring
from .ordinary import TYPICAL
from .yardstick import FADING, START, YEARS, Floats

Whole = NDArray[np.int64]

YEAR: Final = 12  # months
LEARNING: Final = 24  # months before the first one that something is expected of: two of each season
TOGETHER: Final = 3  # months that are also judged as one
FLAT: Final = 25.0  # registrations without a season that each calendar month is thought to have had besides its own
OUTBREAK: Final = 2.58  # standard errors above what was expected, from where a month weighs less: 1 in 200
BEFORE: Final = 0.03  # weight of the months before a shift in the level after it: together about one month
RUNS: Final = 1.2  # variance divided by mean of the months of a steady year: registrations come in small runs
USUAL: Final = 24  # months that the usual dispersion weighs as, beside the own ones
_CLIP, _CAP = 3.0, 9.0  # standard errors in the CUSUM, and their square in the dispersion: one wave may not decide
_ALMOST_POISSON = 1.0001


@dataclass(frozen=True)
class Watch:
    """Months with what was expected of them. All arrays have the shape (series, months); NaN where nothing is known.

    Parameters
    ----------
    counts : ndarray
        Registrations.
    expected, spread : ndarray
        What was expected of a month, and the variance around that divided by the mean.
    together, expected_together, spread_together : ndarray
        The same for a month with the two before it.
    level : ndarray
        Expected in a month without season.
    shift : ndarray of int
        1 or -1 in the month in which a shift up or down of the level is confirmed, otherwise 0.
    since : ndarray of int
        The month in which that shift began.
    delay : ndarray
        Months that a shift upwards, as large as the rule looks for, usually takes to be confirmed.
    dispersion : ndarray
        Variance of a month divided by its mean, without the uncertainty of the level.
    """

    counts: Floats
    expected: Floats
    spread: Floats
    together: Floats
    expected_together: Floats
    spread_together: Floats
    level: Floats
    shift: Whole
    since: Whole
    delay: Floats
    dispersion: Floats

    def limit(self) -> Floats:
        """Return the highest count of a month that is no signal."""
        return quantile(self.expected, self.spread, catalogue.thresholds().monitoring.month)

    def limit_together(self) -> Floats:
        """Return the highest count of three months that is no signal."""
        return quantile(self.expected_together, self.spread_together, catalogue.thresholds().monitoring.together)


def quantile(mean: Floats, spread: Floats, share: float) -> Floats:
    """Return the lowest count with at least a share of the counts up to it, by the negative binomial distribution.

    Parameters
    ----------
    mean, spread : ndarray
        What is expected, and the variance divided by it, at least 1.
    share : float
        Between 0 and 1.

    Returns
    -------
    ndarray
        Whole numbers; NaN where the mean is.

    Examples
    --------
    >>> quantile(np.array([2.3, 40.0]), np.array([1.3, 2.0]), 0.995)
    array([ 8., 66.])
    """
    size = mean / (np.maximum(spread, _ALMOST_POISSON) - 1)
    low, high = np.full(mean.shape, -1.0), np.ones(mean.shape)

    def enough(count: Floats) -> NDArray[np.bool_]:
        with np.errstate(invalid="ignore"):
            reached: NDArray[np.bool_] = ~(betainc(size, count + 1, size / (size + mean)) < share)  # or NaN
        return reached

    while not (reached := enough(high)).all():
        low, high = np.where(reached, low, high), np.where(reached, high, 2 * high)
    while ((high - low) > 1).any():
        middle = np.floor((low + high) / 2)
        reached = enough(middle)
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return np.where(np.isnan(size), np.nan, high)


def watch(counts: Floats) -> Watch:
    r"""Follow series of counts month by month.

    Of month :math:`t` is expected :math:`\mu_t = \lambda_t s_t`, a level times a season that is 1 on average. The level
    is the weighted mean of the months before it without their season,
    :math:`\lambda_t = (\sum_j w_j y_j + \tfrac12 w) / \sum_j w_j s_j`, over at most seven years. A month weighs 0.65
    times as much as one a year later, and the last six months do not count yet, so that what begins does not hide
    itself. A month that was an outbreak weighs less: :math:`(2.58 / r)^2`, with :math:`r` its Anscombe residual where
    that is above 2.58.

    The variance of a sum :math:`M` of expected counts is :math:`\phi M (1 + S q)`, with :math:`S` the sum of the
    seasons and :math:`q = \sum w^2 s / (\sum w s)^2` for the uncertainty of the level. The dispersion :math:`\phi` is
    the mean of :math:`(y - M)^2 / M (1 + S q)` over earlier months, for one month, for three, and for a year each by
    itself; the usual dispersion weighs as two years. Because errors are those of real forecasts, what moves the level
    from one year to another is part of it.

    A slow shift is sought by a CUSUM of the quasi-likelihood ratio of a level :math:`R` times as high,
    :math:`C_t = \max(0, C_{t-1} + (y_t \ln R - \mu_t (R - 1)) / \phi_{12})`, and one for :math:`1 / R`. The limit
    :math:`h` follows from the number of years between two false alarms, by Siegmund's approximation
    :math:`(e^h - h - 1) / d` for the average run length, with :math:`d` the mean decline when nothing changed.

    Parameters
    ----------
    counts : ndarray, shape (series, months)
        Registrations from a January on; NaN where there is no figure.

    Returns
    -------
    Watch

    References
    ----------
    Farrington, C. P., Andrews, N. J., Beale, A. D., & Catchpole, M. A. (1996). A statistical algorithm for the early
    detection of outbreaks of infectious disease. Journal of the Royal Statistical Society A, 159(3), 547–563.

    Noufaily, A., Enki, D. G., Farrington, P., Garthwaite, P., Andrews, N., & Charlett, A. (2013). An improved algorithm
    for outbreak detection in multiple surveillance systems. Statistics in Medicine, 32(7), 1206–1222. The weights of
    outbreaks, and leaving out the last half-year.

    Page, E. S. (1954). Continuous inspection schemes. Biometrika, 41(1/2), 100–115. The CUSUM.

    Siegmund, D. (1985). Sequential Analysis. Springer. Its average run length.
    """
    state = _State(counts, catalogue.thresholds().monitoring)
    for month in range(LEARNING, counts.shape[1]):
        state.step(month)
    together, expected = _sums(counts, TOGETHER), _sums(state.expected, TOGETHER)
    spread = state.spread[TOGETHER]
    return Watch(
        counts, state.expected, state.spread[1], together, expected, spread, state.level, state.shift, state.since,
        state.delay, state.dispersion,
    )  # fmt: skip


def _sums(values: Floats, months: int) -> Floats:
    """Return the sum of each month with those before it; NaN where one of them is."""
    sums = np.full(values.shape, np.nan)
    if values.shape[1] >= months:
        sums[:, months - 1 :] = np.lib.stride_tricks.sliding_window_view(values, months, axis=1).sum(axis=2)
    return sums


@dataclass
class _State:
    """What is known of each series while the months go by; arrays as in `Watch`."""

    counts: Floats
    rule: Monitoring
    known: NDArray[np.bool_] = field(init=False)
    filled: Floats = field(init=False)  # counts, with 0 where there is none: its weight is 0
    weights: Floats = field(init=False)

    def __post_init__(self) -> None:
        shape = self.counts.shape
        self.known = ~np.isnan(self.counts)
        self.filled = np.where(self.known, self.counts, 0.0)
        self.weights = self.known.astype(float)
        self.old = np.ones(shape)  # lower before a shift
        self.season = np.ones(shape)
        self.expected, self.level, self.delay, self.dispersion = (np.full(shape, np.nan) for _ in range(4))
        self.uncertain = np.full(shape, np.nan)
        self.foretold = np.full(shape, np.nan)  # expected, where what came of it says how far counts end up from that
        self.spread = {months: np.full(shape, np.nan) for months in (1, TOGETHER, YEAR)}
        self.errors = {months: np.full(shape, np.nan) for months in self.spread}
        self.shift, self.since = (np.zeros(shape, dtype=np.int64) for _ in range(2))
        self.start = np.full(len(self.counts), shape[1])  # first month after a shift
        self.cusum = {sign: np.zeros(len(self.counts)) for sign in (1, -1)}
        self.onset = {sign: np.zeros(len(self.counts), dtype=np.int64) for sign in (1, -1)}

    def step(self, month: int) -> None:
        """Expect a month from those before it, then learn from its count."""
        if month % YEAR == 0:
            self._learn_season(month)
        self._expect(month)
        usual = {months: self._dispersion(month, months) for months in self.spread}
        for months, dispersion in usual.items():
            self._compare(month, months, dispersion)
        self.dispersion[:, month] = usual[1]
        self._weigh(month, usual[1])
        self._accumulate(month, usual)

    def _learn_season(self, month: int) -> None:
        """Estimate the season of the coming year from whole years before it."""
        years = min(month // YEAR, YEARS)
        part = slice(month - YEAR * years, month)
        season = _season(self.filled[:, part], self.weights[:, part])
        self.season[:, month : month + YEAR] = season[:, : self.counts.shape[1] - month]
        if month == LEARNING:
            self.season[:, :month] = np.tile(season, LEARNING // YEAR)

    def _expect(self, month: int) -> None:
        """Set what is expected of a month, and how uncertain its level is."""
        part = slice(max(0, month - YEARS * YEAR), month)
        months = np.arange(part.start, month)
        counts = (months < month - self.rule.gap) | (months >= self.start[:, None])
        weights = counts * self.weights[:, part] * self.old[:, part] * FADING ** ((month - 1 - months) / YEAR)
        total = (weights * self.season[:, part]).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            level = ((weights * self.filled[:, part]).sum(axis=1) + START * weights.max(axis=1)) / total
            self.uncertain[:, month] = (weights**2 * self.season[:, part]).sum(axis=1) / total**2
        self.level[:, month] = level
        self.expected[:, month] = self.foretold[:, month] = level * self.season[:, month]

    def _dispersion(self, month: int, months: int) -> Floats:
        """Return the dispersion of so many months together: of past errors, and the usual one."""
        past = self.errors[months][:, :month]
        yearly = YEAR * self.level[:, month]
        usual = RUNS + months / YEAR * TYPICAL.excess(yearly) / yearly
        number, total = (~np.isnan(past)).sum(axis=1), np.nansum(past, axis=1)  # sums overlap: divided by their length
        dispersion: Floats = np.maximum(1.0, (total + USUAL * usual) / (number + USUAL))
        return dispersion

    def _compare(self, month: int, months: int, dispersion: Floats) -> None:
        """Set the spread of the months up to this one, and their squared error."""
        part = slice(month - months + 1, month + 1)
        wider = 1 + self.season[:, part].sum(axis=1) * self.uncertain[:, part.start]
        self.spread[months][:, month] = dispersion * wider
        expected = self.foretold[:, part].sum(axis=1)
        squared = (self.counts[:, part].sum(axis=1) - expected) ** 2 / (expected * wider)
        self.errors[months][:, month] = np.minimum(squared, _CAP * dispersion)  # NaN where it was not foretold

    def _weigh(self, month: int, dispersion: Floats) -> None:
        """Weigh an outbreak down, by its Anscombe residual."""
        count, mean = self.filled[:, month], self.expected[:, month]
        with np.errstate(divide="ignore", invalid="ignore"):
            residual = 1.5 * (count ** (2 / 3) * mean ** (-1 / 6) - np.sqrt(mean)) / np.sqrt(dispersion)
            less = np.where(residual > OUTBREAK, (OUTBREAK / residual) ** 2, 1.0)
        self.weights[:, month] *= less

    def _accumulate(self, month: int, usual: dict[int, Floats]) -> None:
        """Add the month to both CUSUMs, and start again after a confirmed shift."""
        mean, level, ratio = self.expected[:, month], self.level[:, month], self.rule.shift
        spread = usual[YEAR] * (1 + YEAR * self.uncertain[:, month])
        count = np.minimum(self.filled[:, month], mean + _CLIP * np.sqrt(usual[1] * mean))
        for sign in self.cusum:
            factor = ratio**sign
            gain = np.where(self.known[:, month], (count * np.log(factor) - mean * (factor - 1)) / spread, 0.0)
            self.onset[sign] = np.where(self.cusum[sign] <= 0, month, self.onset[sign])
            self.cusum[sign] = np.maximum(0.0, self.cusum[sign] + np.nan_to_num(gain))
            limit = _limit(level * (factor - 1 - np.log(factor)) / spread, YEAR * self.rule.shift_years)
            if sign > 0:
                rise = level * (factor * np.log(factor) - factor + 1) / spread
                self.delay[:, month] = np.maximum(limit / rise, self.rule.confirmed)
            above = self.cusum[sign] >= limit
            for row in np.flatnonzero(above & self._lasts(month, sign)):
                self._start_again(int(row), month, sign)

    def _lasts(self, month: int, sign: int) -> NDArray[np.bool_]:
        """Return whether a shift has lasted long enough and is still there, so that it is no wave that is over."""
        part = slice(month - TOGETHER + 1, month + 1)
        counts, expected = self.filled[:, part].sum(axis=1), self.expected[:, part].sum(axis=1)
        still = sign * counts >= sign * expected * self.rule.shift**sign
        long = month - self.onset[sign] + 1 >= self.rule.confirmed
        lasts: NDArray[np.bool_] = still & long & self.known[:, part].all(axis=1)
        return lasts

    def _start_again(self, row: int, month: int, sign: int) -> None:
        """Let the level of one series start from the month in which its shift began."""
        onset = int(self.onset[sign][row])
        self.shift[row, month], self.since[row, month] = sign, onset
        self.start[row] = onset
        self.old[row, :onset] *= BEFORE
        self.weights[row, onset : month + 1] = self.known[row, onset : month + 1]
        self.foretold[row, onset : month + 1] = np.nan  # from a level that was no longer there
        for errors in self.errors.values():
            errors[row, onset : month + 1] = np.nan
        for either in self.cusum:
            self.cusum[either][row] = 0.0


def _season(counts: Floats, weights: Floats) -> Floats:
    """Return how much higher or lower each calendar month is, from whole years; the fewer registrations, the flatter.

    Each month counts with half of both its neighbours, as the season has no steps.
    """
    shape = (len(counts), -1, YEAR)
    values, known = (counts * weights).reshape(shape), weights.reshape(shape)
    mean = values.sum(axis=2) / np.maximum(known.sum(axis=2), 1.0)
    found, foretold = values.sum(axis=1), (known * mean[:, :, None]).sum(axis=1)
    found, foretold = (0.5 * part + 0.25 * (np.roll(part, 1, 1) + np.roll(part, -1, 1)) for part in (found, foretold))
    season: Floats = (found + FLAT) / (foretold + FLAT)
    season /= season.mean(axis=1, keepdims=True)
    return season


def _limit(decline: Floats, months: float) -> Floats:
    """Return the limit of a CUSUM with so many months between two false alarms: the ``h`` of ``e**h - h - 1 = x``.

    Examples
    --------
    >>> _limit(np.array([0.1]), 240).round(2)
    array([3.34])
    """
    limit = np.log1p(decline * months)
    for _ in range(8):  # converges fast, as its slope is 1 / (1 + x + h)
        limit = np.log1p(decline * months + limit)
    return limit
