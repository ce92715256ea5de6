"""Statements in the policy documents, each with the tests that decide its verdict, as typed objects."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..definitions import catalogue
from ..definitions.catalogue import Amount, Definition, Year
from ..definitions.regions import NEDERLAND

Field5 = Literal["woon", "bedrijvigheid", "jeugd", "fysiek", "integriteit"]
Compare = Literal["<", "<=", "=", ">=", ">"]
# Lists and numbers that a set or count test may name, besides the facts in ``facts.yml``.
BUILT_IN = ("villages", "themes", "max_choices", "predecessors", "possible", "chosen")


def _in_order(first: int, last: int) -> None:
    if first >= last:
        raise ValueError(f"'first' ({first}) hoort vóór 'last' ({last}) te liggen.")


class ChangeTest(Definition):
    """A change between two years: up, down, not up or not down, optionally by a percentage.

    ``percent`` is the rounded change that the document gives. ``monthly_peaks`` also asks for months above the control
    limit. ``region`` is only given when the statement is about another area than the municipality.
    """

    kind: Literal["change"]
    indicator: str
    first: Year
    last: Year
    direction: Literal["up", "down", "not_up", "not_down"]
    percent: int | None = None
    monthly_peaks: bool = False
    region: str | None = None

    @model_validator(mode="after")
    def _two_years(self) -> Self:
        _in_order(self.first, self.last)
        return self


class LevelTest(Definition):
    """One figure compared with a number that the document gives."""

    kind: Literal["level"]
    indicator: str
    year: Year
    compare: Compare = "="
    value: Amount
    region: str | None = None


class RankTest(Definition):
    """A rank among municipalities by an indicator, or among themes by votes.

    For municipalities, ``share`` is the proportion at the low or high end that still counts as such. For themes,
    ``places`` is how many places there are; their order is not tested, because no document gives one.
    """

    kind: Literal["rank"]
    among: Literal["municipalities", "themes"]
    indicator: str | None = None
    year: Year | None = None
    themes: tuple[str, ...] = ()
    end: Literal["lowest", "highest"]
    share: Amount | None = None
    places: int | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.among == "municipalities" and (self.indicator is None or self.year is None):
            raise ValueError("een plaats onder gemeenten heeft 'indicator' en 'year' nodig.")
        if self.among == "themes" and (not self.themes or self.places is None):
            raise ValueError("een plaats onder thema's heeft 'themes' en 'places' nodig.")
        return self


class ComparisonTest(Definition):
    """The municipality compared with another area: its level in a year, or its change over years.

    ``than`` is what the document says of the municipality: a ``lower`` or ``higher`` level in ``last``, or a change
    from ``first`` to ``last`` that is ``more_up`` or ``more_down``. The change of a count is only compared with that in
    the rest of the whole country.
    """

    kind: Literal["comparison"]
    indicator: str
    first: Year | None = None
    last: Year
    than: Literal["lower", "higher", "more_up", "more_down"]
    region: str = NEDERLAND

    @model_validator(mode="after")
    def _years_of_a_change(self) -> Self:
        if self.than in ("more_up", "more_down") and self.first is None:
            raise ValueError(f"'{self.than}' gaat over twee jaren: 'first' ontbreekt.")
        if self.first is not None:
            _in_order(self.first, self.last)
        return self

    @model_validator(mode="after")
    def _beside_the_country(self) -> Self:
        known = catalogue.indicators().get(self.indicator)
        if self.than in ("more_up", "more_down") and known and known.is_count and self.region != NEDERLAND:
            problem = f"'{self.than}' vergelijkt een aantal met de rest van Nederland ({NEDERLAND})"
            raise ValueError(f"{problem}, en niet met {self.region}.")
        return self


class ExtremeTest(Definition):
    """One year as the lowest or highest of a range of years."""

    kind: Literal["extreme"]
    indicator: str
    first: Year
    last: Year
    year: Year
    extreme: Literal["lowest", "highest"]

    @model_validator(mode="after")
    def _among_the_years(self) -> Self:
        _in_order(self.first, self.last)
        if not self.first <= self.year <= self.last:
            raise ValueError(f"'year' ({self.year}) hoort te liggen tussen 'first' en 'last'.")
        return self


class TargetTest(Definition):
    """A goal: a figure in ``year`` compared with ``value``, or with ``factor`` times the figure of ``base``.

    ``met`` is what the document claims: whether the goal was reached. A goal on which nobody reported is tested as if
    the document claims that it was met.
    """

    kind: Literal["target"]
    indicator: str
    year: Year
    compare: Compare
    value: Amount | None = None
    base: Year | None = None
    factor: Amount = 1.0
    met: bool = True

    @model_validator(mode="after")
    def _held_against_something(self) -> Self:
        if self.value is None and self.base is None:
            raise ValueError("een doel heeft 'value' of 'base' nodig.")
        if self.base is not None and self.base >= self.year:
            raise ValueError(f"'base' ({self.base}) hoort vóór 'year' ({self.year}) te liggen.")
        return self


class SumTest(Definition):
    """Amounts of money or hours in the plan that must add up to ``total``.

    ``of`` says which column is added, ``theme`` for which rows.
    """

    kind: Literal["sum"]
    of: Literal["costs", "budget", "regular", "priority", "external", "capacity"]
    theme: str | None = None
    total: Amount


class SetTest(Definition):
    """A list in the document compared with a list in the facts or the data.

    The data have ``villages`` and ``themes`` of the vote, ``predecessors`` of the municipality, and the ``chosen`` and
    ``possible`` priorities.
    """

    kind: Literal["set"]
    of: str
    items: tuple[str, ...]


class CountTest(Definition):
    """A number, year or length in years in the document, compared with a fact or with the length of a list.

    The known number is to the left of ``compare``: with ``<=`` it is at most the ``number`` of the document. Besides
    the lists of a set, ``max_choices`` of the vote card can be used.
    """

    kind: Literal["count"]
    of: str
    number: Amount
    compare: Compare = "="


class ProcessTest(Definition):
    """A claim that figures cannot test; ``needs`` says which record would."""

    kind: Literal["process"]
    needs: str


Test = Annotated[
    ChangeTest
    | LevelTest
    | RankTest
    | ComparisonTest
    | ExtremeTest
    | TargetTest
    | SumTest
    | SetTest
    | CountTest
    | ProcessTest,
    Field(discriminator="kind"),
]


class Statement(Definition):
    """One statement that can be tested.

    Parameters
    ----------
    document, line, section, quote
        Where it is, and its literal text.
    claim
        What is tested, in our own plain words.
    group
        Heading under which it is shown.
    tests
        Tests that must all hold; empty when ``same_as`` names the statement that has the tests.
    cautions
        Reservations that a reader needs besides the verdict.
    id
        The key of the entry.
    """

    document: str
    line: int
    section: str
    quote: str
    claim: str
    group: Literal[Field5, "stemming", "keuzes", "doelen", "middelen", "organisatie"]
    tests: tuple[Test, ...] = ()
    same_as: str | None = None
    cautions: tuple[str, ...] = ()
    id: str = ""

    @model_validator(mode="after")
    def _tested_once(self) -> Self:
        if bool(self.tests) == (self.same_as is not None):
            raise ValueError("een uitspraak heeft 'tests' of 'same_as': precies een van beide.")
        return self


class TextRemark(Definition):
    """A contradiction within the source text, with the statements that show it."""

    text: str
    places: tuple[str, ...]
    statements: tuple[str, ...] = ()


class Statements(Definition):
    """The content of ``beleid/statements.yml``; ``key_messages`` are at most five statements for the first page."""

    municipality: str
    documents: dict[str, str]
    key_messages: Annotated[tuple[str, ...], Field(max_length=5)]
    statements: dict[str, Statement]
    remarks: tuple[TextRemark, ...] = ()

    def all(self) -> list[Statement]:
        """Return every statement with its id, in the order of the file."""
        return [statement.model_copy(update={"id": id}) for id, statement in self.statements.items()]
