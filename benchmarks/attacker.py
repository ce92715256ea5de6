"""What a reader learns who knows the method: the share of hidden counts found exactly or narrowed below three values.

Run as ``python benchmarks/attacker.py [--deliveries N] [--seed N]``. The attacker has every published figure of every
edition, knows which figures a publisher revised, and has this code, but not the seed of the machine. Two attacks: with
a pencil (which values fit all sums), and with the code (which of those values lead to the same published figures). The
second tries as many seeds as the true table needs to lead to them four times, so a table that does so a quarter as
often is already ruled out in one case of three. Where what is hidden is too seldom exactly the same, only the number of
hidden figures of each level is compared. Deliveries are made up, with a fixed seed.

Possible tables are found by a solver, so whether a value fits all sums is exact. Running the code is what takes time: a
count for which that is done too often is given up. Such counts are printed, and are not among the others.

A count that follows from earlier editions even when everything new is hidden is no secret any more. Such counts are
left out, and their number is printed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.definitions import catalogue
from analysis.disclosure.feasibility import StepLimit
from analysis.disclosure.primary import Key, ProtectedFigures
from analysis.disclosure.secondary import closed_pattern

SEED = 2026
WIJKEN = tuple(f"WK1969{number:02}" for number in range(6))
WHOLE, YEAR = "GM1969", ("2022", "Y")
HALVES = (("2022-01", "H"), ("2022-07", "H"))
INDICATOR = "burenruzie"  # supplied on request and published by nobody
HIGH = 60  # how far above a hidden count without a known limit the attacker looks
PROMISED = catalogue.thresholds().disclosure.possible_values  # values that must stay possible
TRIES, HITS = 400, 4  # most seeds to try, and how often the true table must lead to what is published
SPREAD = 3.0  # how far from the truth possible values are looked for first
SOLUTIONS, VALUES = 4, 25  # possible tables per value, and values beside the true one
AGAIN = 3  # times that other tables are looked for before a count is called narrowed by the code
SOLVED, INFEASIBLE = 0, 2  # status of the solver
NODES = 1000  # of one search for a possible table, after which the attacker gives up the count
RUNS = 4000  # of the code for one count, after which the attacker gives it up

Cell = tuple[str, tuple[str, str]]  # region, and start with frequency
Table = dict[Cell, int]
Shown = dict[Cell, int | None]
Domain = dict[int, tuple[int, int]]
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]


class GivenUp(Exception):
    """The attacker has tried long enough for one count."""


@dataclass(frozen=True)
class Equation:
    """``sum(parts) <= total``, with equality unless it is open; members are unknowns or known numbers."""

    parts: tuple[int, ...]
    total: int | None
    known: int
    open: bool


def deliveries(number: int, editions: int, seed: int = SEED) -> Iterator[list[Table]]:
    """Yield random deliveries, each with the editions it had: first the oldest."""
    random = np.random.default_rng(seed)
    while number:
        table = _delivery(random)
        if all(count >= limit_of(cell) for cell, count in table.items()):
            continue  # nothing to hide
        number -= 1
        yield [_earlier(table, random) for _ in range(editions - 1)] + [table]


def _delivery(random: np.random.Generator) -> Table:
    """Return counts of wijken, of half-years, or of both, with their totals; alike, or with large differences."""
    kind, mean = random.choice(["wijken", "half-years", "both"], p=[0.5, 0.25, 0.25]), random.uniform(4, 30)
    places = WIJKEN[: random.integers(3, len(WIJKEN) + 1)] if kind != "half-years" else (WHOLE,)
    periods = (YEAR,) if kind == "wijken" else HALVES
    size = random.choice([1.0, 5.0, 50.0])
    cells = [(place, when) for place in places for when in periods]
    return with_totals({cell: int(random.negative_binomial(size, size / (size + mean))) for cell in cells})


def with_totals(counts: Table) -> Table:
    """Return counts with every total of them."""
    table = dict(counts)
    for (place, when), count in counts.items():
        wider = {(WHOLE, when), (place, YEAR), (WHOLE, YEAR)} - {(place, when)}
        for cell in wider:
            table[cell] = table.get(cell, 0) + count
    return table


def _earlier(table: Table, random: np.random.Generator) -> Table:
    """Return what an earlier edition had: one part is revised since, or was not there yet."""
    totals = {cell for equation in equations_of(table) for cell in (equation[0],)}
    parts = {cell: count for cell, count in table.items() if cell not in totals}
    cells = sorted(parts)
    chosen = cells[random.integers(len(cells))]
    if random.random() < 1 / 3 and chosen[0] != WHOLE:
        return {cell: count for cell, count in table.items() if cell[0] != chosen[0]}
    parts[chosen] = max(0, parts[chosen] + int(random.choice([-4, -2, -1, 1, 2, 4])))
    return with_totals(parts)


def equations_of(table: Mapping[Cell, object]) -> list[tuple[Cell, tuple[Cell, ...], bool]]:
    """Return each total with its parts, and whether no part is absent."""
    found = []
    for place, when in table:
        if when == YEAR and all((place, half) in table for half in HALVES):
            found.append(((place, when), tuple((place, half) for half in HALVES), True))
        wijken = tuple((wijk, when) for wijk in WIJKEN if (wijk, when) in table)
        if place == WHOLE and wijken:
            found.append(((place, when), wijken, True))
    return found


def figures_of(editions: list[tuple[Table, frozenset[Cell] | None]]) -> tuple[ProtectedFigures, set[Key]]:
    """Return the figures of the newest edition and of those before it, and what must be hidden by itself."""
    numbers: dict[tuple[Key, int], int] = {}
    by_source: dict[Key, dict[str, int]] = {}
    limits, first, published = {}, set[Key](), set[int]()
    for age, (table, hidden) in enumerate(reversed(editions)):
        for cell, count in table.items():
            key = key_of(cell)
            number = numbers.setdefault((key, count), len(numbers))
            by_source.setdefault(key, {})[str(age)] = number
            limits[key] = limit_of(cell)
            if (count < limits[key]) if hidden is None else (cell in hidden):
                first.add(key)
            if hidden is not None and cell not in hidden:
                published.add(number)
    keys, values = [key for key, _ in numbers], [float(value) for _, value in numbers]
    rows = {key: [] for key in by_source}
    found = ProtectedFigures(keys, values, by_source, limits, frozenset(), rows, published=frozenset(published))
    return found, first


def key_of(cell: Cell) -> Key:
    """Return a cell as the suppression names it."""
    place, (start, frequency) = cell
    return INDICATOR, (place, ""), (int(start[:4]), int(start[5:] or 1), 1), frequency


def limit_of(cell: Cell) -> int:
    """Return from which count on a cell is shown."""
    rule = catalogue.thresholds().disclosure
    return rule.finer if cell[0] != WHOLE or cell[1][1] != "Y" else rule.year_of_municipality


@lru_cache(maxsize=100_000)
def _publish(cells: tuple[tuple[tuple[Cell, int], ...], ...], seed: bytes) -> tuple[frozenset[Cell], ...]:
    """Return the hidden cells of each edition."""
    done: list[tuple[Table, frozenset[Cell] | None]] = []
    for items in cells:
        table = dict(items)
        figures, first = figures_of([*done, (table, None)])
        keys = closed_pattern(figures, first, seed, StepLimit(catalogue.thresholds().disclosure.work)) if first else ()
        done.append((table, frozenset(cell for cell in table if key_of(cell) in keys)))
    return tuple(hidden for _, hidden in done if hidden is not None)


def publish(editions: list[Table], seed: bytes) -> tuple[frozenset[Cell], ...]:
    """Return the hidden cells of each edition, as published with a seed."""
    return _publish(tuple(tuple(table.items()) for table in editions), seed)


class Program:
    """Tables that fit some equations, found by a solver of integer programmes.

    The equations of two editions have most unknowns in common. A search that fixes one unknown after another runs into
    their difference too late, and stops with tables left that it did not find.

    Parameters
    ----------
    domain : dict of int to (int, int)
        Smallest and largest value of each unknown.
    equations : list of Equation
        What they have to fit.
    near : dict of int to int
        The table from which others differ as little as possible.
    """

    def __init__(self, domain: Domain, equations: list[Equation], near: dict[int, int]) -> None:
        self._column = {number: column for column, number in enumerate(domain)}
        self._width, self._low, self._high = len(domain), *np.array(list(domain.values()), float).T
        sums = np.zeros((len(equations), 3 * len(domain)))  # of unknowns, and of how far they are above and below
        for row, equation in enumerate(equations):
            sums[row, [self._column[part] for part in equation.parts]] = 1
            if equation.total is not None:
                sums[row, self._column[equation.total]] = -1
        apart = np.hstack([np.eye(len(domain)), -np.eye(len(domain)), np.eye(len(domain))])
        known = np.array([equation.known for equation in equations], float)
        least = np.where([equation.open for equation in equations], -np.inf, known)
        middle = np.array([near[number] for number in domain], float)
        self._fits = LinearConstraint(
            np.vstack([sums, apart]), np.append(least, middle), np.append(known, middle)
        )  # fmt: skip

    def near(self, number: int, value: int, weights: Vector) -> dict[int, int] | None:
        """Return the table that differs least, with a value for one unknown; ``None`` when there is none."""
        low, high = self._low.copy(), self._high.copy()
        low[self._column[number]] = high[self._column[number]] = value
        found = self._best(np.concatenate([np.zeros(self._width), weights, weights]), low, high)
        return None if found is None else {each: int(found[column]) for each, column in self._column.items()}

    def range(self, number: int) -> tuple[int, int]:
        """Return the smallest and largest value of an unknown."""
        goal = np.zeros(3 * self._width)
        goal[self._column[number]] = 1
        ends = [self._best(sign * goal, self._low, self._high) for sign in (1, -1)]
        low, high = (int(end[self._column[number]]) for end in ends if end is not None)
        return low, high

    def _best(self, goal: Vector, low: Vector, high: Vector) -> Vector | None:
        none, any_number = np.zeros(2 * self._width), np.full(2 * self._width, np.inf)
        answer = milp(
            goal,
            integrality=np.repeat([1, 0, 0], self._width),
            bounds=Bounds(np.append(low, none), np.append(high, any_number)),
            constraints=self._fits,
            options={"node_limit": NODES},
        )
        if answer.status not in (SOLVED, INFEASIBLE):
            raise GivenUp
        return None if answer.x is None else np.round(answer.x[: self._width])


@dataclass(frozen=True)
class Attack:
    """What is published of some editions, and what can be concluded.

    Parameters
    ----------
    editions : list of dict
        The true tables. Used only for what is shown, and for which figures were revised.
    hidden : tuple of frozenset
        The hidden cells of each edition.
    """

    editions: list[Table]
    hidden: tuple[frozenset[Cell], ...]

    @cached_property
    def unknown(self) -> dict[tuple[int, Cell], int]:
        """The number of the unknown behind each hidden cell; cells that were not revised share one."""
        numbers: dict[tuple[Cell, int], int] = {}
        return {
            (edition, cell): numbers.setdefault((cell, table[cell]), len(numbers))
            for edition, (table, hidden) in enumerate(zip(self.editions, self.hidden, strict=True))
            for cell in sorted(hidden)
        }

    @cached_property
    def truth(self) -> dict[int, int]:
        """The true value of each unknown."""
        return {number: self.editions[edition][cell] for (edition, cell), number in self.unknown.items()}

    @cached_property
    def known(self) -> dict[int, int]:
        """Unknowns of which the figure is shown in another edition."""
        shown = {
            (cell, table[cell])
            for table, hidden in zip(self.editions, self.hidden, strict=True)
            for cell in table.keys() - hidden
        }
        return {
            number: self.editions[edition][cell]
            for (edition, cell), number in self.unknown.items()
            if (cell, self.editions[edition][cell]) in shown
        }

    @cached_property
    def domain(self) -> Domain:
        """Smallest and largest value of each unknown, by the rule that is public."""
        found: Domain = {}
        for (edition, cell), number in self.unknown.items():
            limit, value = limit_of(cell), self.editions[edition][cell]
            found[number] = (0, limit - 1) if value < limit else (limit, value + HIGH)
        return found | {number: (value, value) for number, value in self.known.items()}

    @cached_property
    def equations(self) -> list[Equation]:
        """Every sum with an unknown in it."""
        found = []
        for edition, table in enumerate(self.editions):
            for total, parts, complete in self._sums(edition):
                unknown = tuple(self.unknown[edition, part] for part in parts if (edition, part) in self.unknown)
                shown = sum(table[part] for part in parts if (edition, part) not in self.unknown)
                whole = self.unknown.get((edition, total))
                if unknown or whole is not None:
                    known = (0 if whole is not None else table[total]) - shown
                    found.append(Equation(unknown, whole, known, not complete))
        return found

    def _sums(self, edition: int) -> Iterator[tuple[Cell, tuple[Cell, ...], bool]]:
        table = self.editions[edition]
        for total, parts, _ in equations_of(table):
            yield total, parts, sum(table[part] for part in parts) == table[total]

    @cached_property
    def program(self) -> Program:
        """The tables that fit everything that is published."""
        return Program(self.domain, self.equations, self.truth)

    def possible(self, number: int, value: int, random: np.random.Generator) -> Iterator[dict[int, int]]:
        """Yield tables that fit everything that is published, with a value for one unknown; all near the truth."""
        found = (self.program.near(number, value, random.exponential(size=len(self.truth))) for _ in range(SOLUTIONS))
        seen: list[dict[int, int]] = []
        for table in found:
            if table is None:
                return
            if table not in seen:
                seen.append(table)
                yield table

    def filled(self, solution: dict[int, int]) -> list[Table]:
        """Return the editions with other values for what is hidden."""
        return [
            {cell: solution[self.unknown[edition, cell]] if (edition, cell) in self.unknown else count
             for cell, count in table.items()}
            for edition, table in enumerate(self.editions)
        ]  # fmt: skip

    def values(self, number: int, *, replay: bool, random: np.random.Generator) -> set[int]:
        """Return values that an unknown can have; no more are looked for when there are enough.

        Raises
        ------
        GivenUp
            When there are not enough after as many runs of the code as the attacker is willing to make.
        """
        low, high = self.program.range(number)
        others = np.setdiff1d(np.arange(low, high + 1), self.truth[number])
        alive = {self.truth[number]}  # the attacker does not know it, but cannot rule it out either
        order = np.argsort(np.abs(others - self.truth[number]) + random.exponential(SPREAD, len(others)))
        runs = iter(range(RUNS))
        for value in others[order][:VALUES].tolist():
            if any(not replay or self._reproduces(solution, runs) for solution in self.possible(number, value, random)):
                alive.add(value)
            if len(alive) >= PROMISED:
                break
        return alive

    def given_away(self, number: int, random: np.random.Generator) -> bool:
        """Tell whether an unknown has too few values although everything new were hidden."""
        *before, newest = self.editions
        most = Attack(self.editions, (*self.hidden[:-1], frozenset(newest)))
        (edition, cell), *_ = (place for place, each in self.unknown.items() if each == number)
        return bool(before) and len(most.values(most.unknown[edition, cell], replay=False, random=random)) < PROMISED

    def _reproduces(self, solution: dict[int, int], runs: Iterator[int]) -> bool:
        tables, wanted = self.filled(solution), self.look(self.hidden)
        for seed in self.seeds:
            if next(runs, None) is None:
                raise GivenUp
            if self.look(publish(tables, seed)) == wanted:
                return True
        return False

    def look(self, hidden: tuple[frozenset[Cell], ...]) -> object:
        """Return what is compared of the hidden cells: all of it, or the number of each level."""
        return tuple(map(_numbers, hidden)) if self.coarse else hidden

    @property
    def coarse(self) -> bool:
        """Whether only the number of hidden cells of each level is compared."""
        return self._trials[0]

    @property
    def seeds(self) -> list[bytes]:
        """The seeds that are tried, those that serve the true table first; none where there are too few of these."""
        return self._trials[1]

    @cached_property
    def _trials(self) -> tuple[bool, list[bytes]]:
        random = np.random.default_rng(SEED)
        tried: list[tuple[bytes, bool, bool]] = []
        for _ in range(TRIES):
            seed = random.bytes(16)
            found = publish(self.editions, seed)
            tried.append((seed, found == self.hidden, [*map(_numbers, found)] == [*map(_numbers, self.hidden)]))
            if sum(same for _, same, _ in tried) == HITS:
                return False, [seed for seed, *_ in sorted(tried, key=lambda trial: not trial[1])]
        serving = [at for at, (_, _, alike) in enumerate(tried) if alike][:HITS]
        until = serving[-1] + 1 if len(serving) == HITS else 0
        return True, [seed for seed, *_ in sorted(tried[:until], key=lambda trial: not trial[2])]


def _numbers(hidden: frozenset[Cell]) -> Counter[tuple[str, str]]:
    """Return how many cells of each level are hidden."""
    return Counter((place[:2], frequency) for place, (_, frequency) in hidden)


@dataclass
class Score:
    """How many hidden counts there were, and how many were found or narrowed."""

    hidden: int = 0
    known: int = 0
    by_code: int = 0
    pencil_exact: int = 0
    pencil_narrow: int = 0
    exact: int = 0
    narrow: int = 0
    given_up: int = 0

    def add(self, attack: Attack, random: np.random.Generator) -> None:
        """Attack a delivery."""
        for number in attack.truth:
            try:
                self._add_count(attack, number, random)
            except GivenUp:
                self.given_up += 1

    def _add_count(self, attack: Attack, number: int, random: np.random.Generator) -> None:
        values = attack.values(number, replay=False, random=random)
        if len(values) < PROMISED and attack.given_away(number, random):
            self.known += 1
            return
        pencil = len(values)
        if pencil >= PROMISED and attack.seeds:
            values = attack.values(number, replay=True, random=random)
            for _ in range(AGAIN):
                if len(values) < PROMISED:
                    values |= attack.values(number, replay=True, random=random)
        self.hidden += 1
        self.by_code += bool(attack.seeds)
        self.pencil_exact += pencil == 1
        self.pencil_narrow += pencil < PROMISED
        self.exact += len(values) == 1
        self.narrow += len(values) < PROMISED

    def row(self, name: str) -> str:
        """Return a row of the table."""
        counts = (self.pencil_exact, self.pencil_narrow, self.exact, self.narrow)
        return f"{name:<24}{self.known:>7}{self.given_up:>9}{self.hidden:>8}{self.by_code:>9}" + "".join(
            f"{count:>11}" for count in counts
        )


def main() -> None:
    """Print the table, and on the error stream the deliveries with counts that were narrowed or given up."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--deliveries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=SEED, help="of the deliveries")
    arguments = parser.parse_args()
    heads = ("pencil =", "pencil <3", "code =", "code <3")
    print(f"{'':<24}{'known':>7}{'given up':>9}{'hidden':>8}{'by code':>9}" + "".join(f"{head:>11}" for head in heads))
    for name, editions in (("one edition", 1), ("with an earlier edition", 2)):
        score, random, start = Score(), np.random.default_rng(SEED), time.process_time()
        for at, tables in enumerate(deliveries(arguments.deliveries, editions, arguments.seed)):
            found = score.narrow + score.given_up
            score.add(Attack(tables, publish(tables, b"secret of the machine")), random)
            if score.narrow + score.given_up > found:
                print(f"{name}: see delivery {at}", file=sys.stderr, flush=True)
        print(score.row(name), f"  {time.process_time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
