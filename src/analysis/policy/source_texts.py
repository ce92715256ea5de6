"""The council's documents as texts: which quotes were looked up in them, and which sentences are accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..definitions import regions
from ..documents import CheckedTexts, ReviewedText
from ..documents.coverage import REVIEWED, CoveredText, FoundQuote, Quotation, quotations
from ..documents.statements import Statements
from ..documents.texts import Forgiven
from ..store import observations
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Reason, Record, Result, label
from .evidence import document


@dataclass(frozen=True)
class LookedUp:
    """A quote with where it stands in the text of its document; nothing when that text was not delivered."""

    quotation: Quotation
    found: FoundQuote | None

    @property
    def document(self) -> str:
        """Short name of the document that it is from."""
        return self.quotation.stated[0].document

    @property
    def id(self) -> str:
        """Id of the statement or goal."""
        return self.quotation.field.split(" › ")[1]


@dataclass(frozen=True)
class QuoteReview(Result):
    """Every quote in the statements and goals, looked up in the texts of the documents.

    Parameters
    ----------
    municipality : str
        CBS code.
    quotes : tuple of LookedUp
        In the order of the statements, and then of the goals.
    titles : dict of str to str
        Title of each document by its short name.
    files : tuple of Source
        The texts, and the documents with the quotes.
    """

    municipality: str
    quotes: tuple[LookedUp, ...]
    titles: dict[str, str]
    files: tuple[Source, ...]

    @property
    def found(self) -> tuple[LookedUp, ...]:
        """The quotes that were looked up; one that is not in its text is an error when the documents are read."""
        return tuple(quote for quote in self.quotes if quote.found is not None)

    @property
    def unread(self) -> dict[str, int]:
        """Number of quotes that were not looked up, by the short name of the document whose text is not there."""
        return dict(Counter(quote.document for quote in self.quotes if quote.found is None))

    @property
    def forgiven(self) -> dict[Forgiven, int]:
        """Number of quotes by what was forgiven to find them."""
        return dict(Counter(quote.found.forgiven for quote in self.quotes if quote.found is not None))

    def records(self) -> list[Record]:
        """Return how many quotes there are, were looked up, and stand there to the letter."""
        sizes = {"all": len(self.quotes), "found": len(self.found), "exact": self.forgiven.get("exact", 0)}
        names = unique_names(self.files)
        return [
            Record(f"quotes.{id}", label(f"quotes.{id}"), self.municipality, "", number, "count", source=names)
            for id, number in sizes.items()
        ]


@dataclass(frozen=True)
class TextReview(Result):
    """How many sentences of the documents have something to check, and what became of each.

    Parameters
    ----------
    municipality : str
        CBS code.
    texts : dict of str to CoveredText
        The coverage of each document by its short name.
    titles : dict of str to str
        Title of each document by its short name; also of those without a text.
    reviewed : ReviewedText or None
        The places that need no test, with the reasons.
    files : tuple of Source
        The texts, and the list of those places.
    """

    municipality: str
    texts: dict[str, CoveredText]
    titles: dict[str, str]
    reviewed: ReviewedText | None
    files: tuple[Source, ...]

    @property
    def checkable(self) -> int:
        """Number of sentences with something to check, in all documents."""
        return sum(text.checkable for text in self.texts.values())

    @property
    def open(self) -> tuple[str, ...]:
        """Places of the sentences that nothing accounts for yet."""
        return tuple(place for text in self.texts.values() for place in text.open)

    @property
    def without_text(self) -> tuple[str, ...]:
        """Short names of the documents whose text was not delivered."""
        return tuple(id for id in self.titles if id not in self.texts)

    def records(self) -> list[Record]:
        """Return the numbers of sentences, of all documents and of each."""
        names = unique_names(self.files)
        sizes = {"checkable": self.checkable, "open": len(self.open)}
        for id, text in self.texts.items():
            sizes |= {f"{id}.sentences": text.sentences, f"{id}.checkable": text.checkable}
            sizes |= {f"{id}.{by}": number for by, number in text.covered.items()}
            sizes |= {f"{id}.open": len(text.open)}
        return [
            Record(f"sentences.{id}", label("sentences"), self.municipality, "", number, "count", source=names)
            for id, number in sizes.items()
        ]


def quotes(municipality: str, folder: Path | None = None) -> QuoteReview | Missing:
    """Return where every quote in the statements and goals stands in the texts of the documents.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    QuoteReview or Missing
        ``Missing`` without statements, or without any text to look them up in.
    """
    delivered = _statements_and_texts(municipality, folder)
    if isinstance(delivered, Missing):
        return delivered
    statements, source, checked = delivered
    goals = observations.document("goals", municipality, folder)
    documents, files = ([statements, goals[0]], [source, goals[1]]) if goals else ([statements], [source])
    different: dict[tuple[str, str], LookedUp] = {}  # a goal often has the same quote as the statement that tests it
    for quotation in (quotation for part in documents for quotation in quotations(part)):
        key = quotation.stated[0].document, " ".join(quotation.quote.split())
        different.setdefault(key, LookedUp(quotation, checked.quotes.get(quotation.field)))
    sources = (*_text_files(checked, folder), *files)
    return QuoteReview(municipality, tuple(different.values()), statements.documents, sources)


def text_coverage(municipality: str, folder: Path | None = None) -> TextReview | Missing:
    """Return which sentences of the documents have something to check, and how many nobody looked at yet.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    TextReview or Missing
        ``Missing`` without statements, or without any text.
    """
    delivered = _statements_and_texts(municipality, folder)
    if isinstance(delivered, Missing):
        return delivered
    statements, source, checked = delivered
    reviewed = observations.document(REVIEWED, municipality, folder)
    files = (*_text_files(checked, folder), source, *((reviewed[1],) if reviewed else ()))
    places_read = reviewed[0] if reviewed and isinstance(reviewed[0], ReviewedText) else None
    return TextReview(municipality, checked.texts, statements.documents, places_read, files)


def _statements_and_texts(municipality: str, folder: Path | None) -> tuple[Statements, Source, CheckedTexts] | Missing:
    delivered = document("statements", municipality, folder)
    if isinstance(delivered, Missing):
        return delivered
    statements, source = delivered
    assert isinstance(statements, Statements)
    checked = observations.checked_texts(municipality, folder)
    if checked is None:
        left_out = observations.left_out(folder, "beleid/documenten")
        reason = Reason("no_texts", region=regions.name(municipality), left_out=left_out)
        return Missing(label("the_texts"), reason)
    return statements, source, checked


def _text_files(checked: CheckedTexts, folder: Path | None) -> Iterator[Source]:
    register = observations.sources(folder)
    yield from (register[text.source] for text in checked.texts.values())
