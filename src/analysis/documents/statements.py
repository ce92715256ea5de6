"""Statements in the policy documents, each with the tests that decide its verdict, as typed objects."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from ..definitions import catalogue
from ..definitions.catalogue import Amount, Definition, Year
from ..definitions.regions import NEDERLAND

Field5 = Literal["woon", "bedrijvigheid", "jeugd", "fysiek", "integriteit"]
Compare = Literal["<", "<=", "=", ">=", ">"]
# A claim gets a verdict, a goal a state of its own, a measure of the plan the state that was filled in for it. What the
# organisation does or agreed is held against the documents, an expectation against the year that it is about, and what
# only repeats a remark on the text gets nothing.
Role = Literal["claim", "goal", "measure", "organisation", "expectation", "remark"]
# The kinds of test that a statement of a role may have, where not every kind fits.
_KINDS: dict[Role, tuple[str, ...]] = {
    "organisation": ("sum", "set", "count", "process"),
    "expectation": ("change", "level", "ratio", "comparison", "process"),
    "remark": ("sum", "set", "count"),
}
# What a comparison says of two developments, and not of two levels.
DEVELOPMENTS = ("more_up", "more_down", "less_up", "less_down", "in_line")
# Lists and numbers that a set or count test may name, besides the facts in ``facts.yml``.
BUILT_IN = ("villages", "themes", "max_choices", "predecessors", "possible", "chosen")


def _in_order(first: int, last: int) -> None:
    if first >= last:
        raise ValueError(f"'first' ({first}) hoort vóór 'last' ({last}) te liggen.")


def _must_be_a_count(indicator: str | None, field: str) -> None:
    known = catalogue.indicators().get(indicator or "")
    if known is not None and not known.is_count:
        raise ValueError(f"'{field}' kan alleen bij een aantal, en '{indicator}' is dat niet.")


class ChangeTest(Definition):
    """A change between two years: up, down, not up or not down, optionally by a percentage.

    ``percent`` is the rounded change that the document gives. ``each_year`` asks it of every step from a year to the
    next. ``monthly_peaks`` also asks for months above the control limit. ``region`` is only given when the statement is
    about another area than the municipality.
    """

    kind: Literal["change"]
    indicator: str
    first: Year
    last: Year
    direction: Literal["up", "down", "not_up", "not_down"]
    percent: int | None = None
    each_year: bool = False
    monthly_peaks: bool = False
    region: str | None = None

    @model_validator(mode="after")
    def _two_years(self) -> Self:
        _in_order(self.first, self.last)
        return self


class LevelTest(Definition):
    """One figure compared with a number that the document gives; ``per_1000`` when it is per 1.000 inhabitants."""

    kind: Literal["level"]
    indicator: str
    year: Year
    compare: Compare = "="
    value: Amount
    per_1000: bool = False
    region: str | None = None

    @model_validator(mode="after")
    def _rate_of_a_count(self) -> Self:
        if self.per_1000:
            _must_be_a_count(self.indicator, "per_1000")
        return self


class OtherFigure(Definition):
    """The figure that another is a part or a multiple of: what is not given is the same."""

    indicator: str | None = None
    year: Year | None = None
    region: str | None = None


class RatioTest(Definition):
    """A count that is said to be a part or a multiple of another: half as many as in an earlier year.

    ``of`` is the other count: of another year, indicator or region. ``ratio`` is 0.5 for half and 2 for twice as many;
    with ``=`` it is meant roughly (``thresholds.yml``). ``per_1000`` compares the rates of two regions.
    """

    kind: Literal["ratio"]
    indicator: str
    year: Year
    region: str | None = None
    of: OtherFigure
    compare: Compare = "="
    ratio: Annotated[Amount, Field(gt=0)]
    per_1000: bool = False

    @model_validator(mode="after")
    def _two_counts(self) -> Self:
        for indicator in (self.indicator, self.of.indicator):
            _must_be_a_count(indicator, "ratio")
        return self

    @model_validator(mode="after")
    def _two_different_figures(self) -> Self:
        ours = {"indicator": self.indicator, "year": self.year, "region": self.region}
        given = {name: value for name, value in self.of.model_dump().items() if value is not None}
        if all(ours[name] == value for name, value in given.items()):
            raise ValueError("'of' noemt een ander cijfer: een ander jaar ('year'), 'indicator' of gebied ('region').")
        if self.per_1000 and (self.region is not None or given.keys() != {"region"}):
            raise ValueError("'per_1000' legt de gemeente naast een ander gebied: geef alleen 'of' een 'region'.")
        return self

    def is_itself(self, municipality: str) -> bool:
        """Whether both figures are the same one, once the areas that are not given are filled in."""
        region = self.region or municipality
        ours = (self.indicator, self.year, region)
        return ours == (self.of.indicator or self.indicator, self.of.year or self.year, self.of.region or region)


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
    from ``first`` to ``last`` that is ``more_up``, ``more_down``, ``less_up`` or ``less_down`` (it rose or fell, but
    less) or ``in_line`` with the other. The change of a count is only compared with that in the rest of the whole
    country.
    """

    kind: Literal["comparison"]
    indicator: str
    first: Year | None = None
    last: Year
    than: Literal["lower", "higher", "more_up", "more_down", "less_up", "less_down", "in_line"]
    region: str = NEDERLAND

    @model_validator(mode="after")
    def _years_of_a_change(self) -> Self:
        if self.than in DEVELOPMENTS and self.first is None:
            raise ValueError(f"'{self.than}' gaat over twee jaren: 'first' ontbreekt.")
        if self.first is not None:
            _in_order(self.first, self.last)
        return self

    @model_validator(mode="after")
    def _beside_the_country(self) -> Self:
        known = catalogue.indicators().get(self.indicator)
        if self.than in DEVELOPMENTS and known and known.is_count and self.region != NEDERLAND:
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

    ``met`` is what the document says of the outcome, and makes it a claim. Without it, the statement is the goal
    itself.
    """

    kind: Literal["target"]
    indicator: str
    year: Year
    compare: Compare
    value: Amount | None = None
    base: Year | None = None
    factor: Amount = 1.0
    met: bool | None = None

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
    | RatioTest
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
    document, line, page, section, quote
        Where it is, and its literal text; a page instead of a line for a PDF.
    claim
        What is tested, in our own plain words.
    group
        Heading under which it is shown.
    tests
        Tests that must all hold; empty when ``same_as`` names the statement that has the tests.
    cautions
        Reservations that a reader needs besides the verdict.
    role
        A goal when its tests are goals, a measure when it names ``measures``, and a claim otherwise, unless given.
    measures
        Measures of the plan that it is about.
    id
        The key of the entry.
    """

    document: str
    line: Annotated[int, Field(ge=1)] | None = None
    page: Annotated[int, Field(ge=1)] | None = None
    section: str
    quote: str
    claim: str
    group: Literal[Field5, "stemming", "keuzes", "doelen", "middelen", "organisatie"]
    tests: tuple[Test, ...] = ()
    same_as: str | None = None
    cautions: tuple[str, ...] = ()
    role: Role = "claim"
    measures: tuple[str, ...] = ()
    id: str = ""

    @model_validator(mode="before")
    @classmethod
    def _by_its_content(cls, content: Any) -> Any:
        """Take the role from the tests and measures where it is not given."""
        if not isinstance(content, dict) or "role" in content:
            return content
        tests = content.get("tests") or ()
        goal = any(isinstance(test, dict) and test.get("kind") == "target" and "met" not in test for test in tests)
        return content | {"role": "measure" if content.get("measures") else "goal" if goal else "claim"}

    @property
    def place(self) -> str:
        """Where it is, as documents write it: ``IVB:425``, or ``IVB:p12`` for a page."""
        return f"{self.document}:{self.line}" if self.line is not None else f"{self.document}:p{self.page}"

    @model_validator(mode="after")
    def _at_one_place(self) -> Self:
        if (self.line is None) == (self.page is None):
            raise ValueError("een uitspraak heeft 'line' (de regel), of 'page' (de bladzijde) als het stuk een PDF is.")
        return self

    @model_validator(mode="after")
    def _tested_once(self) -> Self:
        if bool(self.tests) == (self.same_as is not None):
            raise ValueError("een uitspraak heeft 'tests' of 'same_as': precies een van beide.")
        return self

    @model_validator(mode="after")
    def _tested_as_what_it_is(self) -> Self:
        goals = [isinstance(test, TargetTest) and test.met is None for test in self.tests]
        if self.role == "goal":
            if not all(goal or test.kind == "process" for goal, test in zip(goals, self.tests, strict=True)):
                raise ValueError("een doel heeft alleen toetsen 'target' (zonder 'met') en 'process'.")
        elif any(goals):
            raise ValueError(
                f"een 'target' zonder 'met' is een doel. Schrijf 'role: goal' in plaats van 'role: {self.role}', of "
                "geef het doel een eigen uitspraak."
            )
        if (self.role == "measure") != bool(self.measures):
            raise ValueError("een uitspraak met 'role: measure' noemt maatregelen in 'measures', en een andere niet.")
        return self

    @model_validator(mode="after")
    def _with_tests_of_its_role(self) -> Self:
        kinds = _KINDS.get(self.role)
        if kinds is not None and any(test.kind not in kinds for test in self.tests):
            names = ", ".join(f"'{kind}'" for kind in kinds[:-1])
            raise ValueError(f"een uitspraak met 'role: {self.role}' heeft alleen toetsen {names} en '{kinds[-1]}'.")
        return self


class TextRemark(Definition):
    """A contradiction within the source text, with the statements that show it."""

    text: str
    places: tuple[str, ...]
    statements: tuple[str, ...] = ()


_OMITTED = re.compile(r"(worsened|improved|votes|money|goals)\..+|level\.misdrijven_totaal")


class KeyMessageChoice(Definition):
    """A statement that a municipality shows on its first page, or a message of the rule that it leaves out.

    ``asks`` is what a shown statement asks of the council.
    """

    show: str | None = None
    omit: str | None = None
    asks: str = ""
    reason: str

    @field_validator("omit")
    @classmethod
    def _kind_and_subject(cls, id: str | None) -> str | None:
        if id is not None and not _OMITTED.fullmatch(id):
            raise ValueError(
                f"'{id}' is geen boodschap. Geef bij 'omit' een soort, een punt en een onderwerp: bij worsened of "
                "improved een indicator (improved.woninginbraak); bij votes of money een thema (votes.verkeer); bij "
                "goals een periode (goals.2020-2023). Of geef level.misdrijven_totaal."
            )
        return id

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.show is None) is (self.omit is None):
            raise ValueError("geef 'show' (een uitspraak) of 'omit' (een boodschap van de regel), niet allebei.")
        return self

    @model_validator(mode="after")
    def _with_a_reason(self) -> Self:
        if not self.reason.strip():
            raise ValueError("schrijf bij 'reason' waarom: de raad leest dat op de eerste bladzijde.")
        return self


class Statements(Definition):
    """The content of ``beleid/statements.yml``; ``key_messages`` overrule the messages of the first page."""

    municipality: str
    documents: dict[str, str]
    key_messages: Annotated[tuple[KeyMessageChoice, ...], Field(max_length=5)] = ()
    statements: dict[str, Statement]
    remarks: tuple[TextRemark, ...] = ()

    @model_validator(mode="after")
    def _each_choice_once(self) -> Self:
        names = [choice.show or choice.omit for choice in self.key_messages]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"'{name}' staat twee keer in 'key_messages'. Eén keer is genoeg.")
        return self

    @model_validator(mode="after")
    def _each_difference_once(self) -> Self:
        for id, statement in self.statements.items():
            number = sum(id in remark.statements for remark in self.remarks)
            if statement.role == "remark" and number != 1:
                raise ValueError(f"uitspraak {id} is een opmerking bij de tekst en hoort bij één van de 'remarks'.")
            if statement.role == "remark" and any(choice.show == id for choice in self.key_messages):
                raise ValueError(f"uitspraak {id} is een opmerking bij de tekst en geen kernboodschap.")
        return self

    def all(self) -> list[Statement]:
        """Return every statement with its id, in the order of the file; one that says the same has the same role."""
        tested = {id: self.statements.get(own.same_as or id, own) for id, own in self.statements.items()}
        return [
            statement.model_copy(update={"id": id, "role": tested[id].role})
            for id, statement in self.statements.items()
        ]
