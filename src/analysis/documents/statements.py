"""The statements of the policy documents, each with the test that decides about it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..definitions.catalogue import Amount, Definition, Year

Field5 = Literal["woon", "bedrijvigheid", "jeugd", "fysiek", "integriteit"]
Compare = Literal["<", "<=", "=", ">=", ">"]
# Lists and numbers that a set or a count may ask for by name, besides the facts of ``facts.yml``.
BUILT_IN = ("villages", "themes", "max_choices", "predecessors", "possible", "chosen")


def _in_order(first: int, last: int) -> None:
    if first >= last:
        raise ValueError(f"'first' ({first}) hoort vóór 'last' ({last}) te liggen.")


class ChangeTest(Definition):
    """Figures of two years: went up, went down, or did not go up or down; perhaps by how much.

    ``percent`` is the rounded change that the document gives; ``monthly_peaks`` asks for months above the control
    limit as well. ``region`` is only given when the statement is about another area than the municipality.
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
    """One figure against a number that the document gives."""

    kind: Literal["level"]
    indicator: str
    year: Year
    compare: Compare = "="
    value: Amount
    region: str | None = None


class RankTest(Definition):
    """A place in an order: of municipalities by an indicator, or of themes by votes.

    For municipalities ``share`` is the part at the low (or high) end that still counts as such. For themes ``top``
    (or ``bottom``) is how many places; ``ordered`` is left out because no document gives an order.
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
    """The municipality beside another area: its level in a year, or its change over years.

    ``than`` is what the municipality is said to be: a ``lower`` or ``higher`` level in ``last``, or a change from
    ``first`` to ``last`` that is ``more_up`` or ``more_down``.
    """

    kind: Literal["comparison"]
    indicator: str
    first: Year | None = None
    last: Year
    than: Literal["lower", "higher", "more_up", "more_down"]
    region: str = "NL00"

    @model_validator(mode="after")
    def _years_of_a_change(self) -> Self:
        if self.than in ("more_up", "more_down") and self.first is None:
            raise ValueError(f"'{self.than}' gaat over twee jaren: 'first' ontbreekt.")
        if self.first is not None:
            _in_order(self.first, self.last)
        return self


class ExtremeTest(Definition):
    """A year as the lowest or highest of a number of years."""

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
    """A goal: a figure in ``year`` held against ``value``, or against ``factor`` times the figure of ``base``.

    ``met`` is what the document claims: that the goal was reached, or that it was not. A goal that nobody reported
    on is tested as if it was claimed to be met.
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
    """Amounts of money or hours in the plan that must add up: ``of`` says which column, ``theme`` which rows."""

    kind: Literal["sum"]
    of: Literal["costs", "budget", "regular", "priority", "external", "capacity"]
    theme: str | None = None
    total: Amount


class SetTest(Definition):
    """A list in the document against a list we know: a fact, or what the data hold.

    The data hold ``villages`` and ``themes`` of the vote, ``predecessors`` of the municipality, and the ``chosen`` and
    ``possible`` priorities.
    """

    kind: Literal["set"]
    of: str
    items: tuple[str, ...]


class CountTest(Definition):
    """A number (or a year, or a length in years) in the document against a fact or the length of a list.

    What we know stands left of ``compare``: with ``<=`` it is at most the ``number`` of the document. Besides the lists
    of a set, ``max_choices`` of the vote card is known.
    """

    kind: Literal["count"]
    of: str
    number: Amount
    compare: Compare = "="


class ProcessTest(Definition):
    """Something that figures cannot show: ``needs`` says which record would."""

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
    """One checkable statement.

    Parameters
    ----------
    document, line, section, quote
        Where it stands and what it says, letter by letter.
    claim
        What is tested, in our own plain words.
    group
        Under which heading it is shown.
    tests
        All of them must hold. None when ``same_as`` names the statement that already tests it.
    cautions
        What a reader must know besides the verdict.
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
    """Something in the source text itself that does not agree, with the statements that show it."""

    text: str
    places: tuple[str, ...]
    statements: tuple[str, ...] = ()


class Statements(Definition):
    """The content of ``beleid/statements.yml``; ``key_messages`` are the statements on the first page, at most five."""

    municipality: str
    documents: dict[str, str]
    key_messages: Annotated[tuple[str, ...], Field(max_length=5)]
    statements: dict[str, Statement]
    remarks: tuple[TextRemark, ...] = ()

    def all(self) -> list[Statement]:
        """Every statement with its id, in the order of the file."""
        return [one.model_copy(update={"id": id}) for id, one in self.statements.items()]
