"""The made-up policy document of the guide: three pages, two tables, six claims and four goals, as Word file and text.

``python tests/support/made_up_policy_document.py`` writes both into ``docs/voorbeeldstuk``.
"""

from __future__ import annotations

import io
import sys
import textwrap
from pathlib import Path

import docx
import pikepdf

ID = "VP"
FOLDER = Path(__file__).parents[2] / "docs" / "voorbeeldstuk"
MEASURES = (
    ("Wat gaan wij doen?", "Betrokkenen", "Wanneer voltooid?", "Kosten"),
    ("Buurtavonden over inbraak", "Team veiligheid, politie", "Q2 2024", "€ 5.000,-"),
    ("Fietsen graveren", "Team veiligheid", "structureel", "€ 10.000,-"),
    ("Een vast jeugdoverleg", "Jongerenwerk, politie", "Q4 2024", "€ 12.500,-"),
    ("Totaal", "", "", "€ 27.500,-"),
)
BUDGET = (
    ("Onderwerp", "Kosten"),
    ("Inbraak", "€ 5.000,-"),
    ("Fietsen", "€ 10.000,-"),
    ("Jeugd", "€ 12.500,-"),
    ("Onvoorzien", "€ 2.500,-"),
    ("Totaal", "€ 30.000,-"),
)
CLAIMS = (
    "Het aantal woninginbraken is tussen 2019 en 2022 gedaald.",
    "Het aantal winkeldiefstallen is tussen 2019 en 2022 met 25% gestegen.",
    "In 2022 waren er minder vernielingen dan in 2019.",
    "Het aantal fietsdiefstallen was in 2022 het laagste sinds 2013.",
    "Het aantal meldingen over onbegrepen gedrag is tussen 2019 en 2022 toegenomen.",
    "Voor de uitvoering van dit plan is € 30.000 beschikbaar.",
)
GOALS = (
    "In 2027 is het aantal woninginbraken 20% lager dan in 2022.",
    "In 2027 is het aantal fietsdiefstallen lager dan in 2022.",
    "Er is grip op de overlast van jongeren.",
    "Inwoners weten waar zij een melding kunnen doen.",
)
# What stands on the pages, by kind: a title, heading, paragraph, list, table or new page.
CONTENT: tuple[tuple[str, object], ...] = (
    ("title", "Voorbeeldplan veiligheid (verzonnen)"),
    ("paragraph", "Dit stuk is verzonnen. Het hoort bij de handleiding en gaat over geen enkele echte gemeente."),
    ("heading", "Waarom dit plan"),
    ("paragraph", "Veiligheid maken wij samen met inwoners, ondernemers en partners. De gemeente voert de regie."),
    ("heading", "Wat zien wij"),
    ("paragraph", " ".join(CLAIMS[:3])),
    ("paragraph", " ".join(CLAIMS[3:5])),
    ("page", None),
    ("heading", "Onze doelen"),
    ("list", GOALS),
    ("heading", "Wat gaan wij doen"),
    ("paragraph", "De maatregelen staan in de tabel hieronder."),
    ("table", MEASURES),
    ("page", None),
    ("heading", "Geld"),
    ("paragraph", CLAIMS[5]),
    ("table", BUDGET),
    ("heading", "Hoe het verder gaat"),
    ("paragraph", "De raad krijgt ieder jaar een verslag. Daarin staat wat er gedaan is."),
)


def write_word(path: Path) -> None:
    """Write the document as a Word file."""
    document = docx.Document()
    for kind, content in CONTENT:
        match kind:
            case "title" | "heading":
                document.add_heading(str(content), level=kind == "heading")
            case "paragraph":
                document.add_paragraph(str(content))
            case "list":
                for item in content:
                    document.add_paragraph(item, style="List Bullet")
            case "table":
                _add_table(document, content)
            case "page":
                document.add_page_break()
    document.core_properties.author = "voorbeeld"
    document.core_properties.title = str(CONTENT[0][1])
    document.save(str(path))


def _add_table(document, rows) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text


def plain_text() -> str:
    """Return the document as plain text."""
    blocks: list[str] = []
    for kind, content in CONTENT:
        match kind:
            case "title" | "heading":
                blocks.append(f"{content}\n")
            case "paragraph":
                blocks.append(f"{textwrap.fill(str(content), 70)}\n")
            case "list":
                blocks.append("".join(f"- {textwrap.fill(item, 68, subsequent_indent='  ')}\n" for item in content))
            case "table":
                blocks.append("".join(f"{' | '.join(row)}\n" for row in content))
    return "\n".join(blocks)


def pdf(*pages: str, **saving: object) -> bytes:
    """Return a PDF with a line of text on each page; an empty text is a page with a picture only."""
    made = pikepdf.new()
    font = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
                           Encoding=pikepdf.Name.WinAnsiEncoding)
    )  # fmt: skip
    for text in pages:
        page = made.add_blank_page()
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        lines = [f"({line}) Tj 0 -20 Td".encode("cp1252") for line in text.split("\n")]
        page.Contents = made.make_stream(b"BT /F1 12 Tf 50 700 Td " + b" ".join(lines) + b" ET" if text else b"")
    target = io.BytesIO()
    made.save(target, **saving)
    return target.getvalue()


def main(folder: Path = FOLDER) -> None:
    """Write both files."""
    folder.mkdir(parents=True, exist_ok=True)
    write_word(folder / f"{ID}.docx")
    (folder / f"{ID}.txt").write_text(plain_text(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
