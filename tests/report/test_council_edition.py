"""What enters the council's edition, by a rule that is data. Content is made up, but for the report on the sample."""

from __future__ import annotations

import json

import pytest
from markupsafe import Markup

from analysis.build.chapters import chapters
from analysis.report.council_edition import Choice, choice, council_parts
from analysis.report.dom import inner_html, parse, parse_part, visible_text
from analysis.report.page import Content

VERDICT = '<span class="verdict"><span aria-hidden="true">▲</span> <span class="vh">Oordeel: </span>{}</span>'
DRAWING = (
    '<figure aria-label="Lijn"><figcaption id="t" aria-hidden="true">{0} stijgt</figcaption>'
    '<div class="wide"><svg role="img" aria-labelledby="t" viewBox="0 0 500 250">'
    '<defs><path id="m" d="M0 0"/></defs><text>2022</text></svg></div>'
    '<div class="narrow" hidden=""><svg role="img" aria-labelledby="t" viewBox="0 0 280 250"></svg></div>'
    '<p class="src">Omschrijving</p>'
    '<p class="src">Bron: Politie.</p></figure>'
)
FOLDED = '<details class="origin"><summary>Waar komt dit vandaan?</summary><p>sha256 123</p></details>'
NOTE = '<div class="note" role="note"><h3>Let op</h3><ul>{}</ul></div>'


def question(title, grade, figure=True):
    return (
        f'<h2 id="vraag-{title}">{title}?</h2><p class="answer">Het antwoord op {title}. {VERDICT.format(grade)}</p>'
        f"{FOLDED}"
        f'{DRAWING.format(title) if figure else ""}<h3>Dieper</h3><p class="answer">Verdieping van {title}.</p>'
    )


def content(title, body):
    return Content(title, Markup(f"<h1>{title}</h1><p>Waar gaat het over?</p>{body}"))


def compose(chosen, **bodies):
    made = [(id, content(id.title(), body)) for id, body in bodies.items()]
    return council_parts(made, Choice(strongest=("duidelijk", "aanwijzing"), parts=chosen))


def text(part):
    return visible_text(parse_part("".join(block.html for block in part.blocks)))


WOON = question("Fietsen", "gewone schommeling") + question("Auto", "duidelijk") + question("Brand", "aanwijzing")


def test_a_chapter_gives_its_answers_and_the_figures_of_the_strongest_verdicts():
    (part,) = compose([{"chapter": "woon", "pages": 1, "figures": 2}], woon=WOON)
    assert part.title == "Woon"
    words = text(part)
    assert words.index("Het antwoord op Fietsen") < words.index("Het antwoord op Auto")
    assert "Verdieping" not in words and "sha256" not in words and "Omschrijving" not in words
    images = [image.get("alt") for image in parse_part("".join(block.html for block in part.blocks)).iter("img")]
    assert images == ["Auto stijgt", "Brand stijgt"]
    assert words.count("Bron: Politie.") == 2


def test_one_figure_alone_is_the_wide_one():
    (part,) = compose([{"chapter": "woon", "pages": 1, "figures": 1}], woon=WOON)
    (image,) = parse_part("".join(block.html for block in part.blocks)).iter("img")
    assert image.get("alt") == "Auto stijgt" and "0%200%20500%20250" in image.get("src")


def test_wide_figures_stand_below_each_other():
    (part,) = compose([{"chapter": "woon", "pages": 1, "figures": 2, "wide": True}], woon=WOON)
    sizes = [image.get("src") for image in parse_part("".join(block.html for block in part.blocks)).iter("img")]
    assert len(sizes) == 2 and all("0%200%20500%20250" in size for size in sizes)


def test_the_question_with_the_weakest_verdict_is_left_out_first():
    (part,) = compose([{"chapter": "woon", "pages": 1, "figures": 1}], woon=WOON)
    left = []
    while part.least is not None:
        left.append(visible_text(parse_part(part.blocks[part.least].html)))
        part = part.without(part.least)
    assert [words.partition("?")[0] for words in left[:3]] == ["Fietsen", "Brand", "Auto"]
    assert left[3].startswith("Auto stijgt") and len(left) == 4
    assert not part.complete and "Waar gaat het over?" in text(part)


def test_a_drawing_becomes_an_image_with_its_name():
    (part,) = compose([{"chapter": "woon", "pages": 1, "figures": 1}], woon=WOON)
    (image,) = parse_part("".join(block.html for block in part.blocks)).iter("img")
    assert image.get("src").startswith("data:image/svg+xml,")
    assert "paint-order" in image.get("src"), "no line runs through its words"
    assert not list(parse_part("".join(block.html for block in part.blocks)).iter("svg"))


def test_a_reservation_is_printed_once_and_the_last_of_each_list_goes_first():
    first, second = NOTE.format("<li>Een.</li><li>Twee.</li>"), NOTE.format("<li>Een.</li><li>Drie.</li><li>Vier.</li>")
    (part,) = compose([{"reservations": "Wat niet?", "pages": 2}], woon=first, jeugd=second)
    assert text(part) == "Woon Een. Twee. Jeugd Drie. Vier."
    gone = [visible_text(parse_part(part.blocks[part.least].html))]
    part = part.without(part.least)
    gone.append(visible_text(parse_part(part.blocks[part.least].html)))
    assert gone == ["Vier.", "Twee."]


def test_a_reservation_says_what_it_is_about_and_how_to_read_a_page_is_none():
    note = '<div class="note" role="note"><h3>{}</h3><ul>{}</ul></div>'
    body = (
        note.format("Let op bij on\u00adgevallen", "<li>Het CBS telt.</li><li>Doden: Niet elke dode staat er.</li>")
        + note.format("Let op bij deze enquête", "<li>Elk cijfer heeft een marge.</li>")
        + note.format("Zo leest u het dashboard", "<li>▲ signaal.</li>")
    )
    (part,) = compose([{"reservations": "Wat niet?", "pages": 2}], woon=body)
    told = "Ongevallen: Het CBS telt. Doden: Niet elke dode staat er. Elk cijfer heeft een marge."
    assert text(part) == f"Woon {told}"


def test_a_part_of_a_chapter_says_that_there_is_more_but_for_a_whole_one():
    whole = {"chapter": "woon", "pages": 1, "whole": True}
    assert [part.complete for part in compose([{"chapter": "woon", "pages": 1}, whole], woon=WOON)] == [False, True]


def test_a_table_among_the_reservations_is_a_list():
    table = (
        '<div class="scroll"><table><caption id="nt">Niet te toetsen</caption><thead><tr><th>Nr</th><th>Wat</th></tr>'
        "</thead><tbody><tr><th>K1</th><td>Te weinig</td><td><i class='vh'>geen</i></td></tr></tbody></table></div>"
    )
    (part,) = compose([{"reservations": "Wat niet?", "pages": 2, "tables": ["nt"]}], woon=table)
    assert text(part) == "Niet te toetsen K1 Te weinig"


@pytest.mark.parametrize("where", ["kern", "verantwoording"])
def test_a_section_is_found_in_whichever_chapter_has_it_and_printed_once(where):
    guide = "<h2>Hoe leest u dit?</h2><ul><li>Zo.</li></ul>"
    bodies = {"kern": "<h2>Kern</h2><p>Boodschap.</p>", "verantwoording": ""}
    bodies[where] += guide
    chosen = [{"chapter": "kern", "pages": 1, "whole": True}, {"section": "Hoe leest u dit?", "pages": 1}]
    kern, section = compose(chosen, **bodies)
    assert "Zo." not in text(kern) and "Boodschap." in text(kern)
    assert (section.title, text(section)) == ("Hoe leest u dit?", "Zo.")


def test_a_chapter_or_section_that_was_not_made_has_no_part():
    assert compose([{"chapter": "votes", "pages": 1}, {"section": "Hoe?", "pages": 1}], woon=WOON) == []


def test_links_and_ids_stay_on_the_pages():
    body = '<h2>Wat?</h2><p class="answer" id="a">Zie <a href="07.html#k">K03</a>.</p><p><a href="07.html">Meer</a></p>'
    (part,) = compose([{"chapter": "woon", "pages": 1}], woon=body)
    html = "".join(block.html for block in part.blocks)
    assert "href" not in html and "id=" not in html and "Zie K03." in text(part) and "Meer" not in text(part)


def test_what_every_row_of_a_table_says_is_said_in_its_caption():
    table = (
        '<h2>Wat?</h2><p class="answer">Dit.</p><div class="scroll"><table><caption id="t">Geld</caption><thead><tr>'
        "<th>Wat</th><th>Soort gegevens</th></tr></thead><tbody><tr><th>A</th><td>{}</td></tr>"
        "<tr><th>B</th><td>nagemaakt</td></tr></tbody></table></div>"
    )
    chosen = [{"chapter": "woon", "pages": 1, "tables": ["t"]}]
    assert text(*compose(chosen, woon=table.format("nagemaakt"))).endswith("Geld (nagemaakt) Wat A B")
    assert text(*compose(chosen, woon=table.format("echt"))).endswith("Geld Wat Soort gegevens A echt B nagemaakt")


def test_the_choice_names_chapters_that_exist_and_asks_for_no_more_than_sixteen_pages():
    known = {chapter.id for chapter in chapters()}
    assert {part.chapter for part in choice().parts if hasattr(part, "chapter")} <= known
    assert 1 + sum(part.pages for part in choice().parts) <= 16


@pytest.fixture(scope="module")
def pages(sample_report):
    """The id of each chapter of the sample report, with its page."""
    manifest = json.loads((sample_report.folder / "manifest.json").read_text(encoding="utf-8"))
    return {
        chapter["id"]: parse((sample_report.folder / chapter["page"]).read_text(encoding="utf-8"))[0]
        for chapter in manifest["chapters"]
    }


@pytest.mark.slow
def test_the_choice_names_tables_and_sections_that_are_on_the_pages(pages):
    ids = {caption.get("id") for page in pages.values() for caption in page.iter("caption")}
    headings = {visible_text(heading) for page in pages.values() for heading in page.iter("h2")}
    assert {id for part in choice().parts for id in getattr(part, "tables", ())} <= ids
    assert {part.section for part in choice().parts if hasattr(part, "section")} <= headings


@pytest.mark.slow
def test_every_text_of_the_edition_stands_on_a_page(pages):
    chapters = []
    for id, page in pages.items():
        main = page.find(".//main")
        for about in main.findall("div[@class='about']"):  # below the chapter that is the first page
            main.remove(about)
        chapters.append((id, Content(visible_text(main.find(".//h1")), inner_html(main))))
    said = {text for page in pages.values() for text in _texts(page)}
    printed = [
        text for part in council_parts(chapters, choice()) for block in part.blocks for text in _texts(block.html)
    ]
    assert len(printed) > 500
    pieces = {
        piece for text in printed if text not in said for piece in text.split(" – ")
    }  # a row as an item of a list
    # A reservation comes after its subject, which a page has in the heading above it.
    pieces = {piece for piece in pieces if piece.partition(": ")[2] not in said}
    assert pieces - said <= {"–", "(nagemaakt)", "(deels nagemaakt)", "(echt)"}


def _texts(page):
    page = parse_part(page) if isinstance(page, str) else page
    return [" ".join(text.split()) for text in page.itertext() if text.strip()]
