"""Texts of the council's documents: files that are read and refused, places, and quotes that are looked up in them."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import paths
from analysis.documents.texts import PolicyText, TextSpan, places
from analysis.errors import DataError
from analysis.ingest.council_documents import read_text
from made_up_policy_document import pdf

LINES = (
    "1. Inleiding",
    "",
    "In 2022 was het aantal meldingen van personen met onbe-",
    "grepen gedrag 395. Dat is meer dan in 2017 (137).",
    "De coördinatie ligt bij OOV en de gemeente zegt: ‘Hier voel ik me veilig’.",
    "Het cijfer is een 7,5 of hoger.",
)
TEXT = PolicyText("IVB", LINES)


def word(*paragraphs: str) -> bytes:
    made, target = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    made.save(target)
    return target.getvalue()


def written(folder: Path, name: str, content: bytes) -> Path:
    (path := folder / name).write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("quote", "forgiven", "place"),
    [
        ("Dat is meer dan in 2017 (137).", "exact", "IVB:4"),
        ("het aantal meldingen van personen  met\nonbe- grepen gedrag", "exact", "IVB:3-4"),
        ("personen met onbegrepen gedrag", "breaks", "IVB:3-4"),
        ("zegt: 'Hier voel ik me veilig'", "breaks", "IVB:5"),
        ("de coordinatie ligt", "accents", "IVB:5"),
        ("ligt bij 0OV", "confused", "IVB:5"),
        ("ligtbij OOV", "joined", "IVB:5"),
        ("De coördinatie ligt bij OOV en de gemeennte zegt: ‘Hier voel ik me veilig’", "letters", "IVB:5"),
    ],
)
def test_a_quote_is_found_and_what_was_forgiven_is_told(quote, forgiven, place):
    span = TEXT.find(quote)
    assert span is not None
    assert (span.forgiven, str(TEXT.place(span))) == (forgiven, place)


@pytest.mark.parametrize(
    "quote",
    [
        "Dat is meer dan in 2018 (137).",  # another year
        "het aantal meldingen van personen met onbegrepen gedrag 396",  # another number
        "Het cijfer is een 75 of hoger.",  # the comma of a number is no sign that may be missing
        "Het aantal woninginbraken is gedaald.",
    ],
)
def test_another_number_or_sentence_is_not_found(quote):
    assert TEXT.find(quote) is None


def test_the_nearest_passage_is_named_in_whole_words():
    near = TEXT.nearest("Dat is meer dan in 2018 (137)")
    assert near is not None
    assert str(near.place) == "IVB:4"
    assert near.passage.startswith("Dat is meer dan in 2017")
    assert TEXT.nearest("xyzxyz qqq") is None


def test_of_equal_passages_the_one_at_the_stated_place_is_taken():
    text = PolicyText("IVB", ("Ondermijning", "", "- Ondermijning", "", "- Ondermijning"))
    assert [str(text.place(text.find("Ondermijning", places(f"IVB:{line}")))) for line in (1, 3, 5)] == [
        "IVB:1", "IVB:3", "IVB:5",
    ]  # fmt: skip


@given(st.lists(st.text(alphabet="abc 0O1l.-é\u2019", min_size=0, max_size=12), min_size=1, max_size=8), st.data())
def test_every_part_of_a_text_is_found_in_it(lines, data):
    text = PolicyText("X", tuple(lines))
    start = data.draw(st.integers(0, len(text.content)))
    quote = text.content[start : data.draw(st.integers(start, len(text.content)))]
    if quote.strip():
        span = text.find(quote)
        assert span is not None and span.forgiven == "exact"
        assert "".join(text.content[span.start : span.end].split()) == "".join(quote.split())


def test_a_place_has_the_heading_above_it():
    assert TEXT.heading(TEXT.find("7,5 of hoger").start) == "1. Inleiding"
    assert PolicyText("X", ("gewoon een zin.",)).heading(0) is None


def test_a_page_is_no_line():
    pages = PolicyText("UVP", ("een", "twee", "drie"), (1, 1, 2))
    assert str(pages.place(TextSpan(0, 3))) == "UVP:p1"
    assert list(pages.spans(places("UVP:2")[0])) == []
    assert [pages.content[span.start : span.end] for span in pages.spans(places("UVP:p1")[0])] == ["een\ntwee"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_is_read_in_every_usual_encoding(tmp_path, encoding):
    path = written(tmp_path, "IVB.txt", "Het beleid geldt voor iederéén – ook hier.\r\nDoor.".encode(encoding))
    assert read_text(path).lines == ("Het beleid geldt voor iederéén – ook hier.", "Door.")


def test_a_pdf_is_read_by_page_without_headers(tmp_path):
    pages = [f"Plan 2024 bladzijde {n}\nHet aantal {word} is in 2022 gedaald.\nwww.plan.nl" for n, word in
             enumerate(("inbraken", "diefstallen", "branden", "ruzies"), 1)]  # fmt: skip
    text = read_text(written(tmp_path, "UVP.pdf", pdf(*pages)))
    span = text.find("Het aantal branden is in 2022 gedaald.")
    assert str(text.place(span)) == "UVP:p3"
    assert "bladzijde" not in text.content and "www" not in text.content


def test_a_pdf_that_may_only_not_be_printed_is_read(tmp_path):
    locked = pikepdf.Encryption(owner="geheim", user="", R=6)
    text = read_text(written(tmp_path, "UVP.pdf", pdf("Het aantal inbraken is gedaald.", encryption=locked)))
    assert "inbraken" in text.content


def test_a_word_file_is_read_by_paragraph_and_row(tmp_path):
    made = docx.Document()
    made.add_heading("Doelen")
    made.add_paragraph("In 2027 is er grip.", style="List Bullet")
    table = made.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Sloten", "€ 5.000"
    made.save(str(tmp_path / "IVB.docx"))
    text = read_text(tmp_path / "IVB.docx")
    assert text.lines == ("Doelen", "- In 2027 is er grip.", "Sloten | € 5.000")
    assert text.heading(text.find("5.000").start) == "Doelen"


def paragraph(content):
    return f"<w:p>{content}</w:p>"


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def control(content):
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def table(*rows):
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def text_box(content):
    """A text box as Word saves it: once for new programs, and the same again for old ones."""
    inside = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice><w:drawing>{inside}</w:drawing></mc:Choice><mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


MARK = '<w:pPr><w:rPr><w:del w:id="9"/></w:rPr></w:pPr>'
SHOWN = {
    "content control in a sentence": (paragraph(run("In ") + control(run("2022")) + run(" daalde het.")),
                                      ["In 2022 daalde het."]),
    "content control around a paragraph": (control(paragraph(run("Er waren 80 diefstallen."))),
                                           ["Er waren 80 diefstallen."]),
    "insertion and deletion": (
        paragraph(MARK + run("Er zijn ") + '<w:del w:id="1"><w:r><w:delText>70</w:delText></w:r></w:del>'
                  + f'<w:ins w:id="2">{run("80")}</w:ins><w:moveFrom w:id="3">{run("oude")}</w:moveFrom>'
                  + f'<w:moveTo w:id="4">{run(" branden")}</w:moveTo>'),
        ["Er zijn 80 branden"]),
    "smart tag and link": (
        paragraph(f"<w:smartTag>{run('2021')}</w:smartTag><w:hyperlink>{run(' en later')}</w:hyperlink>"),
        ["2021 en later"]),
    "text box": (paragraph(run("Boven") + text_box(paragraph(run("70 inbraken")) + paragraph(run("50 branden"))))
                 + paragraph(run("Onder")), ["Boven", "70 inbraken", "50 branden", "Onder"]),
    "nested table and control in a row": (
        table([paragraph(run("Sloten")),
               paragraph(run("€ 5")) + table([paragraph(run("deel")), paragraph(run("€ 3"))])],
              [control(paragraph(run("Lampen"))), paragraph(run("€ 7"))]),
        ["Sloten | € 5", "deel | € 3", "Lampen | € 7"]),
    "cell merged over rows": (
        table(['<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + paragraph(run("Jeugd")), paragraph(run("een"))],
              ["<w:tcPr><w:vMerge/></w:tcPr>" + paragraph(""), paragraph(run("twee"))]),
        ["Jeugd | een", "Jeugd | twee"]),
}  # fmt: skip


def saved(path, content, notes=None):
    """Save a Word file with a body of our own."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    made = docx.Document()
    for element in reversed(parse_xml(f"<w:body {nsdecls('w')}>{content}</w:body>")[:]):
        made.element.body.insert(0, element)
    if notes:
        blob = f"<w:footnotes {nsdecls('w')}>{notes}</w:footnotes>".encode()
        part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, blob, made.part.package)
        made.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    made.save(str(path))


@pytest.mark.parametrize(("content", "lines"), SHOWN.values(), ids=SHOWN)
def test_all_text_that_word_shows_is_read(tmp_path, content, lines):
    saved(tmp_path / "IVB.docx", content)
    assert list(read_text(tmp_path / "IVB.docx").lines) == lines


def test_a_note_stands_below_its_paragraph(tmp_path):
    body = paragraph(run("Het daalt.") + '<w:r><w:footnoteReference w:id="2"/></w:r>') + paragraph(run("Door."))
    saved(tmp_path / "IVB.docx", body, f'<w:footnote w:id="2">{paragraph(run("Met 12 procent."))}</w:footnote>')
    assert read_text(tmp_path / "IVB.docx").lines == ("Het daalt.", "Met 12 procent.", "Door.")


BAD = [
    ("IVB.txt", b"", "dit bestand is leeg", "Zet het document zelf"),
    ("IVB.txt", b"\n \n12\n", "geen tekst", "het goede bestand"),
    ("IVB.txt", "tekst".encode("utf-16-le"), "geen tekst die wij kunnen lezen", "UTF-8"),
    ("IVB.txt", "tekst".encode("utf-32"), "geen tekst die wij kunnen lezen", "UTF-8"),
    ("IVB.pdf", pdf("", ""), "alleen beeld", "OCR"),
    ("IVB.pdf", pdf("Tekst", encryption=pikepdf.Encryption(owner="a", user="b")), "wachtwoord", "zonder wachtwoord"),
    ("IVB.pdf", b"%PDF-1.7\nkapot", "beschadigd", "opnieuw"),
    ("IVB.pdf", b"<html>niet gevonden</html>", "beschadigd", "opnieuw"),
    ("IVB.docx", b"\xd0\xcf\x11\xe0" * 200, "beschadigd", "opnieuw"),
    ("IVB.docx", word(""), "geen tekst", "het goede bestand"),
    ("IVB.doc", b"\xd0\xcf\x11\xe0" * 200, "'.doc' kunnen wij niet lezen", ".docx"),
    ("Het beleid.txt", b"tekst", "geen korte naam", "zoals IVB"),
    ("IVB.odt", b"PK", "'.odt' kunnen wij niet lezen", ".docx"),
]


@pytest.mark.parametrize(("name", "content", "problem", "remedy"), BAD, ids=[f"{n}-{p[:12]}" for n, _, p, _ in BAD])
def test_a_file_without_readable_text_is_refused(tmp_path, name, content, problem, remedy):
    path = written(tmp_path, name, content)
    with pytest.raises(DataError) as refused:
        read_text(path)
    assert refused.value.file == paths.display_path(path)
    assert problem in refused.value.problem and remedy in refused.value.remedy


def test_a_word_file_that_unpacks_to_far_too_much_is_refused(tmp_path):
    from zipfile import ZIP_DEFLATED, ZipFile

    with ZipFile(tmp_path / "IVB.docx", "w", ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", b"0" * 700_000_000)
    with pytest.raises(DataError, match="uitgepakt"):
        read_text(tmp_path / "IVB.docx")
