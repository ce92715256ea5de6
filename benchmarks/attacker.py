"""What a reader learns who knows the method: the share of hidden counts found exactly or narrowed below three values.

Run as ``python benchmarks/attacker.py [--deliveries N]``. The attacker has every published figure of every edition,
knows which figures a publisher revised, and has this code, but not the seed of the machine. Two attacks: with a pencil
(which values fit all sums), and with the code (which of those values lead to the same published figures). The second
tries as many seeds as the true table needs to lead to them four times, so a table that does so a quarter as often is
already ruled out in one case of three. Where what is hidden is too seldom exactly the same, only the number of hidden
figures of each level is compared. Deliveries are made up, with a fixed seed.

A count that follows from earlier editions even when everything new is hidden is no secret any more. Such counts are
left out, and their number is printed.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

import numpy as np

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
TRIES, HITS = 40, 4  # most seeds to try, and how often the true table must lead to what is published
SPREAD = 3.0  # how far from the truth possible tables are looked for first
SOLUTIONS, VALUES = 4, 25  # possible tables per value, and values beside the true one
STEPS = 4000  # of the search for a possible table

Cell = tuple[str, tuple[str, str]]  # region, and start with frequency
Table = dict[Cell, int]
Shown = dict[Cell, int | None]
Domain = dict[int, tuple[int, int]]


@dataclass(frozen=True)
class Equation:
    """``sum(parts) <= total``, with equality unless it is open; members are unknowns or known numbers."""

    parts: tuple[int, ...]
    total: int | None
    known: int
    open: bool


def deliveries(number: int, editions: int) -> Iterator[list[Table]]:
    """Yield random deliveries, each with the editions it had: first the oldest."""
    random = np.random.default_rng(SEED)
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

    def possible(self, number: int, value: int, random: np.random.Generator) -> Iterator[dict[int, int]]:
        """Yield tables that fit everything that is published, with a value for one unknown; near the truth first."""
        domain = self.domain | {number: (value, value)}
        for _ in range(SOLUTIONS):
            yield from islice(_solutions(domain, self.equations, self.truth, random, [STEPS]), 1)

    def filled(self, solution: dict[int, int]) -> list[Table]:
        """Return the editions with other values for what is hidden."""
        return [
            {cell: solution[self.unknown[edition, cell]] if (edition, cell) in self.unknown else count
             for cell, count in table.items()}
            for edition, table in enumerate(self.editions)
        ]  # fmt: skip

    def values(self, number: int, *, replay: bool, random: np.random.Generator) -> set[int]:
        """Return values that an unknown can have; no more are looked for when there are enough."""
        low, high = (_propagate(dict(self.domain), self.equations) or self.domain)[number]
        others = np.setdiff1d(np.arange(low, high + 1), self.truth[number])
        alive = {self.truth[number]}  # the attacker does not know it, but cannot rule it out either
        order = np.argsort(np.abs(others - self.truth[number]) + random.exponential(SPREAD, len(others)))
        for value in others[order][:VALUES].tolist():
            if any(not replay or self._reproduces(solution) for solution in self.possible(number, value, random)):
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

    def _reproduces(self, solution: dict[int, int]) -> bool:
        tables, wanted = self.filled(solution), self.look(self.hidden)
        return any(self.look(publish(tables, seed)) == wanted for seed in self.seeds)

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


def _solutions(domain: Domain, equations: list[Equation], near: dict[int, int], random: np.random.Generator,
               steps: list[int]) -> Iterator[dict[int, int]]:  # fmt: skip
    steps[0] -= 1
    narrowed = _propagate(dict(domain), equations)
    if narrowed is None or steps[0] < 0:
        return
    free = [number for number, (low, high) in narrowed.items() if low < high]
    if not free:
        yield {number: low for number, (low, _) in narrowed.items()}
        return
    number = min(free, key=lambda each: narrowed[each][1] - narrowed[each][0])
    low, high = narrowed[number]
    values = np.arange(low, high + 1)
    order = np.argsort(np.abs(values - near[number]) + random.exponential(SPREAD, len(values)))
    for value in values[order].tolist():
        yield from _solutions(narrowed | {number: (value, value)}, equations, near, random, steps)


def _propagate(domain: Domain, equations: list[Equation]) -> Domain | None:
    """Narrow the domains until nothing changes; ``None`` when nothing is possible."""
    changed = True
    while changed:
        changed = False
        for equation in equations:
            terms = [(1, part) for part in equation.parts] + ([] if equation.total is None else [(-1, equation.total)])
            lows = {n: s * domain[n][0 if s > 0 else 1] for s, n in terms}
            highs = {n: s * domain[n][1 if s > 0 else 0] for s, n in terms}
            least, most = sum(lows.values()), sum(highs.values())
            if least > equation.known or (most < equation.known and not equation.open):
                return None
            for sign, number in terms:
                top = equation.known - (least - lows[number])
                bottom = lows[number] if equation.open else equation.known - (most - highs[number])
                low, high = (bottom, top) if sign > 0 else (-top, -bottom)
                new = max(low, domain[number][0]), min(high, domain[number][1])
                if new[0] > new[1]:
                    return None
                changed |= new != domain[number]
                domain[number] = new
    return domain


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

    def add(self, attack: Attack, random: np.random.Generator) -> None:
        """Attack a delivery."""
        for number in attack.truth:
            with_pencil = attack.values(number, replay=False, random=random)
            if len(with_pencil) < PROMISED and attack.given_away(number, random):
                self.known += 1
                continue
            replay = len(with_pencil) >= PROMISED and bool(attack.seeds)
            with_code = attack.values(number, replay=True, random=random) if replay else with_pencil
            self.hidden += 1
            self.by_code += bool(attack.seeds)
            self.pencil_exact += len(with_pencil) == 1
            self.pencil_narrow += len(with_pencil) < PROMISED
            self.exact += len(with_code) == 1
            self.narrow += len(with_code) < PROMISED

    def row(self, name: str) -> str:
        """Return a row of the table."""
        counts = (self.pencil_exact, self.pencil_narrow, self.exact, self.narrow)
        return f"{name:<24}{self.known:>7}{self.hidden:>8}{self.by_code:>9}" + "".join(
            f"{count / max(self.hidden, 1):>11.1%}" for count in counts
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--deliveries", type=int, default=200)
    number = parser.parse_args().deliveries
    print(
        f"{'':<24}{'known':>7}{'hidden':>8}{'by code':>9}{'pencil =':>11}{'pencil <3':>11}{'code =':>11}{'code <3':>11}"
    )
    for name, editions in (("one edition", 1), ("with an earlier edition", 2)):
        score, random, start = Score(), np.random.default_rng(SEED), time.process_time()
        for tables in deliveries(number, editions):
            score.add(Attack(tables, publish(tables, b"secret of the machine")), random)
        print(score.row(name), f"  {time.process_time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
