"""The forms a report comes in: which of them are made, and what their files are called and are for."""

from __future__ import annotations

from enum import StrEnum

SINGLE_PAGE, TABLES = "veiligheidsanalyse.html", "tables"
COUNCIL_PDF, WHOLE_PDF = "raadsversie.pdf", "veiligheidsanalyse.pdf"
COUNCIL_PACKAGE, PACKAGE_README = "raadspakket.zip", "LEESMIJ.txt"
DESCRIPTIONS = {
    SINGLE_PAGE: "het hele rapport in één bestand; open het in een browser, internet is niet nodig",
    COUNCIL_PDF: "wat de raad moet weten, om te lezen en te printen; ook voor schermlezers",
    WHOLE_PDF: "bijlage: het hele rapport om te printen, zonder de langste tabellen",
    "results.json": "alle getallen van het rapport, voor een programma",
    f"{TABLES}/": "de tabellen van het rapport, voor een spreadsheet",
}


class Forms(StrEnum):
    """Which forms of a report are made.

    Parameters
    ----------
    COUNCIL
        The pages, the council's edition, the tables and the numbers.
    ALL
        Also the whole report as a PDF, of well over a hundred pages.

    Examples
    --------
    >>> Forms.COUNCIL.pdfs, Forms.ALL.pdfs
    (('raadsversie.pdf',), ('raadsversie.pdf', 'veiligheidsanalyse.pdf'))
    """

    COUNCIL = "raad"
    ALL = "alles"

    @property
    def pdfs(self) -> tuple[str, ...]:
        """The PDFs that are made."""
        return (COUNCIL_PDF,) if self is Forms.COUNCIL else (COUNCIL_PDF, WHOLE_PDF)
