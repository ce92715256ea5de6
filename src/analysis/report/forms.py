"""The forms a report comes in: which of them are made, and what their files are called and are for."""

from __future__ import annotations

from enum import StrEnum

SINGLE_PAGE = "veiligheidsanalyse.html"
WORKBOOK, DOCUMENT = "tabellen.xlsx", "samenvatting.docx"
FOLDERS = TABLES, CHARTS = "tables", "charts"
MADE_UP_PREFIX = "voorbeelddata-"  # of the name of a file with made-up figures
COUNCIL_PDF, WHOLE_PDF = "raadsversie.pdf", "veiligheidsanalyse.pdf"
COUNCIL_PACKAGE, PACKAGE_README = "raadspakket.zip", "LEESMIJ.txt"
DESCRIPTIONS = {
    SINGLE_PAGE: "het hele rapport in één bestand; open het in een browser, internet is niet nodig",
    COUNCIL_PDF: "wat de raad moet weten, om te lezen en te printen; ook voor schermlezers",
    WHOLE_PDF: "bijlage: het hele rapport om te printen, zonder de langste tabellen",
    "results.json": "alle getallen van het rapport, voor een programma",
    WORKBOOK: "alle tabellen van het rapport in één Excel-bestand, met bronnen en toelichting",
    DOCUMENT: "de kernboodschappen, om in het sjabloon van de gemeente te zetten",
    f"{TABLES}/": "de tabellen van het rapport, elk in een eigen bestand (CSV)",
    f"{CHARTS}/": "de grafieken van het rapport, voor een document of een dia",
}


class Forms(StrEnum):
    """Which forms of a report are made.

    Parameters
    ----------
    COUNCIL
        The pages, the council's edition, the tables, the charts as SVG and the numbers.
    ALL
        Also the whole report as a PDF, of well over a hundred pages, and the charts as PNG.

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


def file_name(folder: str, name: str, *, made_up: bool) -> str:
    """Return where a table or chart is kept in a report.

    Parameters
    ----------
    folder : str
        `TABLES` or `CHARTS`.
    name : str
        Of the file.
    made_up : bool
        Whether it has made-up figures, which its name then says.

    Returns
    -------
    str

    Examples
    --------
    >>> file_name(TABLES, "06_inwonerstemming-stands.csv", made_up=True)
    'tables/voorbeelddata-06_inwonerstemming-stands.csv'
    """
    return f"{folder}/{MADE_UP_PREFIX if made_up else ''}{name}"
