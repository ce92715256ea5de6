"""The figures of an export of wijken and buurten, block by block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import NoReturn

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .. import catalogue, nationwide, paths, regions
from ..catalogue import Table
from ..errors import DataError
from ..observations import STATUSES
from ..periods import Period
from . import places, statline, tidy
from .blocks import Numbers, Once, Vocabulary
from .rejected import Left, Rejected, Unused

PART = pa.field(nationwide.PARTITION, pa.dictionary(pa.int16(), pa.string()))
SCHEMA = nationwide.FIGURES.append(PART)


class Translation:
    """The figures of one export, as far as it was read.

    ``rows`` counts those that were kept, ``left_out`` those without an indicator, by subject and code, and ``unused``
    those about what we have no use for, as `columns.useful` does.

    Parameters
    ----------
    path : Path
    table : Table
        What it is an export of.
    comma : bool
        Whether numbers are written the Dutch way.
    """

    def __init__(self, path: Path, table: Table, *, comma: bool) -> None:
        self.rows, self.left_out, self.unused = 0, Counter[str](), Counter[Left]()
        self._path, self._table, self._once = path, table, Once()
        self._codes = Vocabulary(_or_unused(statline.parser(table)), path, "soort")
        self._regions = Vocabulary(_or_unused(places.coded_region), path, "regio")
        self._periods = Vocabulary(partial(self._period, statline.marked(path)), path, "perioden")
        self._counts = Vocabulary(lambda text: tidy.count(text, comma), path, "aantal")
        self._withheld = {code for frequency in table.frequencies for code in table.withheld.codes(frequency)}
        known = {code: id for (subject, code), id in catalogue.indicator_of().items() if subject == table.subject}
        self._known = known
        self._indicators = {id: number for number, id in enumerate(sorted(known.values()))}

    def batch(self, cells: Mapping[str, pa.DictionaryArray], line: int) -> pa.RecordBatch:
        """The figures of a block, as `nationwide.FIGURES` with their municipality.

        Parameters
        ----------
        cells : mapping of str to DictionaryArray
            Texts by ``category``, ``region``, ``period`` and ``text``.
        line : int
            The line in the file of the first row.

        Raises
        ------
        DataError
            For a text that cannot be read, a figure that is there twice, and one that should not be there.
        """
        numbers = [
            self._codes.numbers(cells["category"], line),
            self._regions.numbers(cells["region"], line),
            self._periods.numbers(cells["period"], line),
            self._counts.numbers(cells["text"], line),
        ]
        rows = self._used(numbers[0], numbers[1])
        codes, places, periods, counts = (column[rows] for column in numbers)
        self._check_once(codes, places, periods, line + rows)
        values, statuses = self._figures(codes, periods, counts)
        self._check_withheld(codes, values, line + rows)
        known = self._codes.spread(self._known.__contains__, bool)[codes]
        self._count(codes[~known], int(known.sum()))
        return self._record(codes[known], places[known], periods[known], values[known], statuses[known])

    def _used(self, codes: Numbers, places: Numbers) -> NDArray[np.intp]:
        """The rows that we have a use for; the others are counted."""
        kept = np.ones(len(codes), dtype=bool)
        for vocabulary, column in ((self._regions, places), (self._codes, codes)):
            answers = vocabulary.answers
            numbers = np.bincount(column[kept], minlength=len(answers)).tolist()
            self.unused.update({one: n for one, n in zip(answers, numbers, strict=True) if n and isinstance(one, Left)})
            kept &= vocabulary.spread(lambda one: isinstance(one, str), bool)[column]
        return np.flatnonzero(kept)

    def _period(self, provisional: frozenset[Period], text: str) -> Period:
        try:
            found = tidy.period(provisional, text)
        except Unused:
            found = None
        if found is None or found.frequency not in self._table.frequencies:
            problem = f"'{text.strip()}' hoort niet bij de andere perioden: maanden en jaren staan door elkaar."
            raise Rejected(problem, "Exporteer maanden en jaren apart.")
        return found

    def _check_once(self, codes: Numbers, places: Numbers, periods: Numbers, lines: NDArray[np.intp]) -> None:
        starts = self._periods.spread(attrgetter("start"), "datetime64[D]")
        order = {start: number for number, start in enumerate(dict.fromkeys(starts.tolist()))}
        moments = np.array([order[start] for start in starts.tolist()], dtype=np.int32)
        again = self._once.again(codes, places, moments[periods])
        if again is None:
            return
        code, place = self._codes.answers[codes[again]], self._regions.answers[places[again]]
        moment = self._periods.answers[periods[again]].label
        problem = f"het cijfer voor {code}, {place}, {moment} staat er twee keer in."
        self._refuse(problem, "Haal een van beide regels weg, of exporteer opnieuw.", lines[again])

    def _figures(
        self, codes: Numbers, periods: Numbers, counts: Numbers
    ) -> tuple[NDArray[np.float64], NDArray[np.int16]]:
        """The value and the number of the status of each row; withheld zeros taken away, as `tidy.withhold` does."""
        values = self._counts.spread(itemgetter(0), float)[counts]
        statuses = self._counts.spread(lambda count: STATUSES.index(count[1]), np.int16)[counts]
        early = self._periods.spread(attrgetter("provisional"), bool)[periods]
        statuses[early & ~np.isnan(values)] = STATUSES.index("provisional")
        hidden = self._codes.spread(self._withheld.__contains__, bool)[codes] & (values == 0)
        values[hidden], statuses[hidden] = np.nan, STATUSES.index("suppressed")
        return values, statuses

    def _check_withheld(self, codes: Numbers, values: NDArray[np.float64], lines: NDArray[np.intp]) -> None:
        """A sensitive figure would have to be hidden together with others, which cannot be done here."""
        told = self._codes.spread(nationwide.sensitive(self._table).__contains__, bool)[codes] & (values > 0)
        if told.any():
            at = int(np.argmax(told))
            problem = f"{self._codes.answers[codes[at]]} is gevoelig, maar heeft hier een cijfer."
            remedy = "Exporteer zonder deze soort. Publiceert de uitgever het nu, pas dan 'withheld' in tables.yml aan."
            self._refuse(problem, remedy, lines[at])

    def _count(self, unknown: Numbers, known: int) -> None:
        self.rows += known
        found = np.bincount(unknown, minlength=len(self._codes.answers)).tolist()
        named = zip(self._codes.answers, found, strict=True)
        self.left_out.update({f"{self._table.subject} {code}": figures for code, figures in named if figures})

    def _record(
        self,
        codes: Numbers,
        places: Numbers,
        periods: Numbers,
        values: NDArray[np.float64],
        statuses: NDArray[np.int16],
    ) -> pa.RecordBatch:
        indicator = self._codes.spread(lambda code: self._indicators.get(self._known.get(str(code), ""), -1), np.int16)
        part = self._regions.spread(lambda place: regions.numbered().get(regions.around(str(place)), -1), np.int16)
        columns = [
            pa.DictionaryArray.from_arrays(indicator[codes], list(self._indicators)),
            pa.array([one if isinstance(one, str) else None for one in self._regions.answers]).take(pa.array(places)),
            pa.array(self._periods.spread(attrgetter("start"), "datetime64[D]")[periods]),
            pa.array(values, from_pandas=True),
            pa.DictionaryArray.from_arrays(statuses, list(STATUSES)),
            pa.DictionaryArray.from_arrays(part[places], list(regions.numbered())),
        ]
        return pa.record_batch(columns, schema=SCHEMA)

    def _refuse(self, problem: str, remedy: str, line: int) -> NoReturn:
        raise DataError(paths.shown(self._path), problem, remedy, line=int(line))


def _or_unused(parse: Callable[[str], str]) -> Callable[[str], str | Left]:
    """A parser that answers why a row is left out, where we have no use for its text."""

    def parsed(text: str) -> str | Left:
        try:
            return parse(text)
        except Unused as error:
            return error.left

    return parsed
