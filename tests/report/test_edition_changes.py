"""The differences between two editions of a report. All figures are made up."""

from pathlib import Path
from tempfile import mkdtemp

import pytest

from analysis.errors import DataError
from analysis.report.changes_page import changes_html, changes_text, first_sentence, summary
from analysis.report.edition import read_edition
from analysis.report.edition_changes import ChangeGroup, Figure, VerdictChange, compare
from analysis.report.edition_figures import unanswered
from made_up_editions import figure, raw, report

HOMES = "woon.woninginbraak"


@pytest.fixture
def changed(tmp_path):
    """Compare two reports, each given by its numbers and what else its manifest tells."""

    def compared(old, new, before=None, after=None):
        folder = Path(mkdtemp(dir=tmp_path))
        editions = ("oud", old, before), ("nieuw", new, after)
        old_folder, new_folder = (report(folder / name, *records, **about or {}) for name, records, about in editions)
        return compare(read_edition(old_folder), read_edition(new_folder))

    return compared


def test_the_first_edition_has_nothing_to_compare(tmp_path):
    changes = compare(None, read_edition(report(tmp_path / "a")))
    assert summary(changes) == "Dit is de eerste editie."
    assert "Dit is de eerste editie." in changes_html(changes)
    assert "<h2" not in changes_html(changes)


def test_the_same_numbers_are_no_change(changed):
    changes = changed([figure(f"{HOMES}.2022", 36)], [figure(f"{HOMES}.2022", 36 + 1e-12)])
    assert (
        summary(changes) == "De cijfers en de oordelen zijn dezelfde als in de editie van " + changes.old.moment + "."
    )
    assert changes_text(changes) == summary(changes)


def test_another_value_from_another_file_is_revised_by_the_publisher(changed):
    changes = changed(
        [figure(f"{HOMES}.2022", 1036, source=["a"])], [figure(f"{HOMES}.2022", 1041, source=["b"])],
        {"inputs": [raw("a")]}, {"inputs": [raw("b", vintage="2025-02-15")]},
    )  # fmt: skip
    figure_change = Figure("woninginbraken", "GM1969", "registrations", None, "2022", 1041, "2022", 1036, ("Wonen",))
    assert changes.revised == (figure_change,)
    assert not changes.recalculated and not changes.new_period
    assert "1 bijgesteld cijfer" in summary(changes)
    assert "woninginbraken, Westerkwartier, 2022, Wonen: van 1.036 naar 1.041" in changes_text(changes)
    assert "van politie/a.csv (15 februari 2024) naar politie/b.csv (15 februari 2025)" in changes_text(changes)


def test_another_value_from_the_same_file_is_another_calculation(changed):
    changes = changed([figure(f"{HOMES}.2022", 36)], [figure(f"{HOMES}.2022", 41)], after={"code": {"sha256": "2"}})
    assert len(changes.recalculated) == 1 and not changes.revised
    assert "Het programma dat het rapport maakt, of de software die het gebruikt, is veranderd" in changes_text(changes)


@pytest.mark.parametrize(("code", "kind"), [("1", "revised"), ("2", "unclear")])
def test_a_file_without_checksum_is_blamed_only_if_nothing_else_can_be(changed, code, kind):
    hidden = {"inputs": [raw(sha256=None, public=False)]}
    manifest = hidden | {"code": {"sha256": code}}
    changes = changed([figure(f"{HOMES}.2022", 36)], [figure(f"{HOMES}.2022", 41)], hidden, manifest)
    assert [figure_change.new for figure_change in getattr(changes, kind)] == [41]
    assert len([*changes.revised, *changes.recalculated, *changes.unclear]) == 1
    assert not changes.files and "niet openbaar zijn, staat hier niet of hun inhoud veranderd is" in changes_text(
        changes
    )


def test_another_date_tells_that_a_file_without_checksum_is_another(changed):
    dated = [{"inputs": [raw(sha256=None, public=False, vintage=f"2024-02-1{n}")], "code": {"sha256": n}} for n in "12"]
    changes = changed([figure(f"{HOMES}.2022", 36)], [figure(f"{HOMES}.2022", 41)], *dated)
    assert len(changes.revised) == 1 and not changes.unclear


def test_a_checksum_that_is_no_longer_told_is_no_other_file(changed):
    assert not changed([], [], {"inputs": [raw()]}, {"inputs": [raw(sha256=None, public=False)]}).files


def test_a_file_of_the_same_name_with_other_contents_is_told(changed):
    changes = changed([], [], {"inputs": [raw()]}, {"inputs": [raw(sha256="ff")]})
    was_and_is = "van politie/a.csv (15 februari 2024) naar politie/a.csv (15 februari 2024, andere inhoud)"
    assert was_and_is in changes_text(changes)


def test_a_new_period_stands_beside_the_last_one(changed):
    old = [figure(f"{HOMES}.2021", 50), figure(f"{HOMES}.2022", 36)]
    changes = changed(old, [*old, figure(f"{HOMES}.2023", 41)])
    assert [(change.period, change.new, change.old_period, change.old) for change in changes.new_period] == [
        ("2023", 41, "2022", 36)
    ]
    assert not changes.added and not changes.revised
    assert "woninginbraken, Westerkwartier, Wonen: van 36 (2022) naar 41 (2023)" in changes_text(changes)


def test_a_half_year_stands_beside_the_same_half_and_never_beside_a_year(changed):
    whole, first, second = (figure(f"{HOMES}.{when}", 70, period=when) for when in ("2022", "2022H1", "2022H2"))
    changes = changed([whole], [whole, first, second])
    assert not changes.new_period
    assert changes.added == (ChangeGroup("woninginbraken", "GM1969", "Wonen", 2, ("2022H1", "2022H2")),)
    later = [figure(f"{HOMES}.{when}", 45, period=when) for when in ("2023H1", "2023-12", "2021-2023")]
    months = [figure(f"{HOMES}.{when}", 9, period=when) for when in ("2022-11", "2022-12", "2019-2022", "2020-2022")]
    changes = changed([whole, first, second, *months], [whole, first, second, *months, *later])
    assert [(change.period, change.old_period) for change in changes.new_period] == [
        ("2023H1", "2022H1"), ("2023-12", "2022-12"), ("2021-2023", "2020-2022"),
    ]  # fmt: skip


def test_what_follows_from_new_figures_is_not_calculated_otherwise(changed):
    """A count of other figures names no file that changed; with the same program it can only follow from those."""
    signals = [figure("dashboard.signals.2022", n, label="signalen", unit="indicators", source=["c"]) for n in (7, 8)]
    homes = [figure(f"{HOMES}.2022", n, source=[name]) for n, name in ((36, "a"), (41, "b"))]
    files = [{"inputs": [raw(name), raw("c")]} for name in ("a", "b")]
    changes = changed([signals[0], homes[0]], [signals[1], homes[1]], *files)
    assert [change.label for change in changes.revised] == ["woninginbraken"]
    assert not changes.recalculated and changes.rest == 1


def test_what_is_only_counted_is_no_reason_to_say_that_all_is_the_same(changed):
    wider = figure(f"{HOMES}.change_pct", -57, unit="percent", baseline="2019", lower=-70, upper=-40)
    changes = changed([wider], [wider | {"upper": 40}])
    assert "dezelfde" not in summary(changes) and "1 ander getal, zoals een marge" in summary(changes)
    gap = figure("woon.missing.x", None, label="overvallen", unit="missing")
    assert "1 vraag die niet meer te beantwoorden is" in summary(changed([], [gap]))


def test_an_earlier_period_is_no_new_period(changed):
    late = figure(f"{HOMES}.2022", 36)
    changes = changed([late], [figure(f"{HOMES}.2012", 90), late])
    assert not changes.new_period
    assert changes.added == (ChangeGroup("woninginbraken", "GM1969", "Wonen", 1, ("2012",)),)


def test_a_verdict_that_moved_is_told_on_the_same_and_on_the_next_period(changed):
    before = dict(unit="percent", baseline="2019", verdict="bevestigd")
    chance = before | {"verdict": "niet te onderscheiden van toeval"}
    old = [
        figure(f"{HOMES}.change_pct", -57, **before),
        figure("woon.overval.change_pct", 9, label="overvallen", **before),
    ]
    new = [
        figure(f"{HOMES}.change_pct", -57, **chance),
        figure("woon.overval.change_pct", 3, label="overvallen", **chance | {"period": "2023", "baseline": "2020"}),
    ]
    changes = changed(old, new)
    words = "bevestigd", "niet te onderscheiden van toeval"
    moved = [("woninginbraken", "2019", "2022"), ("overvallen", "2020", "2023")]
    assert set(changes.moved) == {VerdictChange(label, "GM1969", *when, *words, ("Wonen",)) for label, *when in moved}
    assert "overvallen, Westerkwartier, 2023 (sinds 2020), Wonen: van bevestigd naar" in changes_text(changes)
    assert "2 andere oordelen" in summary(changes)


def test_a_verdict_on_a_part_is_not_told_beside_that_on_the_whole(changed):
    whole, part = figure("kern.K1", 9, verdict="bevestigd"), figure("kern.K1.2", 9, verdict="bevestigd", period="2021")
    changes = changed([whole, part], [change | {"verdict": "weersproken"} for change in (whole, part)])
    assert [change.period for change in changes.moved] == ["2022"]


def test_a_statement_that_can_no_longer_be_tested_is_a_verdict_that_moved(changed):
    old = figure("statement.K03", 63.2, label="Het steeg.", unit="percent", baseline="2019", verdict="bevestigd")
    parts = [
        figure("statement.K03.1.2019", 242, label="Het steeg."),
        figure("statement.K03.1.2022", 395, label="Het steeg."),
    ]
    gone = dict(label="Het steeg.", region="", period="", unit="statement", verdict="niet toetsbaar")
    changes = changed([old, *parts], [figure("statement.K03", None, **gone)])
    assert [(change.old, change.new) for change in changes.moved] == [("bevestigd", "niet toetsbaar")]
    assert not changes.added and not changes.removed


def test_what_only_one_edition_has_is_told_once_under_its_label(changed):
    old = [figure(f"woon.overval.{year}", 1, label="overvallen") for year in (2021, 2022)]
    new = [figure("jeugd.halt.2022", 5, label="verwijzingen", period="2022")]
    repeated = [record | {"id": record["id"].replace("woon", "plan"), "chapter": "plan"} for record in old]
    changes = changed([*old, *old, *repeated], new)
    in_both = "overvallen", "GM1969"
    assert changes.removed == tuple(ChangeGroup(*in_both, title, 2, ("2021", "2022")) for title in ("Wonen", ""))
    assert changes.added == (ChangeGroup("verwijzingen", "GM1969", "", 1, ("2022",)),)
    sentence = (
        "Niet meer in het rapport: overvallen in Westerkwartier (2 cijfers over 2021 en 2022), in het hoofdstuk Wonen."
    )
    assert sentence in changes_text(changes)


def test_a_number_that_stands_in_several_chapters_is_told_once_with_where(changed):
    both = [f"{chapter}.woninginbraak.2022" for chapter in ("woon", "plan")]
    chapters = [{"id": id, "title": id.title(), "page": "a.html", "reason": None} for id in ("woon", "plan")]
    after = {"code": "2", "chapters": chapters}
    changes = changed([figure(id, 36) for id in both], [figure(id, 41) for id in both], after=after)
    assert [change.chapters for change in changes.recalculated] == [("Woon", "Plan")]


def test_a_number_of_another_day_takes_the_place_of_the_last_one(changed):
    old, new = (figure("plan.progress.spent", n, period=day) for n, day in ((5, "2024-07-15"), (7, "2025-01-20")))
    changes = changed([old], [new])
    assert [(change.old_period, change.period) for change in changes.new_period] == [("2024-07-15", "2025-01-20")]
    assert not changes.added and not changes.removed
    assert "van 5 (15 juli 2024) naar 7 (20 januari 2025)" in changes_text(changes)


def test_a_count_of_other_months_is_told_when_the_one_above_it_stays(changed):
    year = figure(f"{HOMES}.2022", 36)
    twelve = [figure(f"{HOMES}.last_12.2022-12", n, period="2022-01-2022-12") for n in (36, 41)]
    changes = changed([year, twelve[0]], [year, twelve[1]], after={"code": "2"})
    assert [(change.period, change.new) for change in changes.recalculated] == [("2022-01-2022-12", 41)]
    assert "januari 2022 tot en met december 2022" in changes_text(changes)


def test_the_numbers_of_a_chapter_that_came_or_went_are_not_told_one_by_one(changed):
    homes = figure(f"{HOMES}.2022", 36)
    gone = {"chapters": [{"id": "woon", "title": "Wonen", "page": None, "reason": "weg"}]}
    assert (went := changed([homes], [], after=gone)).closed == ("Wonen",) and not went.removed
    assert (came := changed([], [homes], before=gone)).opened == ("Wonen",) and not came.added


def test_what_follows_from_other_numbers_is_counted_and_not_listed(changed):
    old = [figure(f"{HOMES}.2022", 36), figure(f"{HOMES}.change_pct", -57.0, unit="percent", baseline="2019")]
    new = [figure(f"{HOMES}.2022", 36), figure(f"{HOMES}.change_pct", -56.9, unit="percent", baseline="2019")]
    changes = changed(old, new)
    assert not changes.revised and not changes.recalculated and changes.rest == 1
    assert "Nog 1 ander getal veranderde" in changes_text(changes)


def test_subjects_and_chapters_that_come_and_go_are_told(changed):
    gap = figure("woon.missing.x", None, label="overvallen", unit="missing", verdict="niet toetsbaar")
    changes, back = changed([], [gap]), changed([gap], [])
    assert (changes.lacking, back.answered) == ((("overvallen", "Wonen"),), (("overvallen", "Wonen"),))
    assert "Niet meer te beantwoorden, in het hoofdstuk Wonen: overvallen." in changes_text(changes)
    assert "Nu wel te beantwoorden, in het hoofdstuk Wonen: overvallen." in changes_text(back)
    without = {"chapters": [{"id": "woon", "title": "Wonen", "page": None, "reason": "weg"}]}
    closed, opened = changed([gap], [], after=without), changed([], [gap], before=without)
    assert "Dit hoofdstuk is er niet meer: Wonen." in changes_text(closed)
    assert "Nieuw hoofdstuk: Wonen." in changes_text(opened)
    assert "beantwoorden" not in changes_text(closed) + changes_text(opened)  # nobody asked, or nobody asks any more


def test_reasons_that_differ_by_their_subject_become_one_sentence():
    reason = "Van 2019 is er geen cijfer over {} in Leek."
    many = [f"soort {letter}" for letter in "abcdefgh"]
    labels = [("overvallen", reason), ("straatroven", reason), ("de stemming", "Er is niet gestemd.")]
    labels += [(label, "Er zijn geen cijfers over {}.") for label in many] + [("overvallen", reason)]
    records = [
        figure(f"x.{n}", None, label=label, unit="missing", note=why.format(label))
        for n, (label, why) in enumerate(labels)
    ]
    assert unanswered([*records, figure("woon.y", 3)]) == [
        "Van 2019 is er geen cijfer over overvallen en straatroven in Leek.",
        "Er is niet gestemd.",
        "Er zijn geen cijfers over soort a, soort b, soort c, soort d, soort e, soort f en 2 andere onderwerpen.",
    ]


def test_how_many_files_a_report_rests_on_is_no_figure(changed):
    files = [figure("verantwoording.sources", count, label="bronbestanden", unit="files") for count in (7, 17)]
    assert summary(changed(files[:1], files[1:])).startswith("De cijfers en de oordelen zijn dezelfde")


def test_two_municipalities_are_no_editions_of_each_other(changed):
    groningen = {"parameters": {"municipality": "GM0014", "first_year": 2019, "last_year": 2022}}
    with pytest.raises(DataError, match="Westerkwartier en Groningen"):
        changed([], [], after=groningen)


def test_the_page_shows_labels_as_text_and_leads_to_all_editions(changed):
    evil = '<script>alert(1)</script>"'
    old, new = ([figure("woon.x.2022", n, label=evil)] for n in (1, 2))
    changes = changed(old, new, after={"code": "2"})
    page = changes_html(changes)
    assert "<script" not in page and "&lt;script&gt;" in page
    assert '<a href="../index.html">Alle perioden en edities' in page
    assert page.count("<caption") == page.count("<table") == 1


CHAPTERS = {
    "chapters": [
        {"id": "kern", "title": "Kernboodschappen", "page": "00.html", "reason": None},
        {"id": "woon", "title": "Wonen", "page": "01.html", "reason": None},
    ]
}


def first_page(changed, old, new):
    return first_sentence(changed(old, new, CHAPTERS, CHAPTERS | {"code": {"sha256": "2"}}))


def judged(id, verdict, label="woninginbraken"):
    return figure(id, 1, label=label, verdict=verdict)


def test_the_first_page_says_which_verdict_moved_that_of_a_key_message_first(changed):
    subjects = ("woon.a", "woninginbraken"), ("kern.b", "Er is meer gestolen."), ("woon.c", "fietsdiefstallen")
    was, now = (
        [judged(f"{id}.2022", verdict, label) for id, label in subjects] for verdict in ("duidelijk", "aanwijzing")
    )
    since = "Sinds de editie van 22 november 2026 ging het oordeel over"
    assert first_page(changed, was, now) == (
        f"{since} 'Er is meer gestolen' van 'duidelijk' naar 'aanwijzing'; ook 2 andere oordelen veranderden."
    )
    assert first_page(changed, was[:2], [*was[:1], now[1]]) == (
        f"{since} 'Er is meer gestolen' van 'duidelijk' naar 'aanwijzing'."
    )
    assert first_page(changed, was[:1], now[:1]) == f"{since} woninginbraken van 'duidelijk' naar 'aanwijzing'."


def test_the_first_page_says_which_figure_of_a_key_message_changed_and_of_no_other(changed):
    old, new = ([figure("woon.x.2022", n), figure("kern.y.2022", n, label="inbraken")] for n in (36, 41))
    told = "Sinds de editie van 22 november 2026 veranderde een kernboodschap, inbraken: van 36 (2022) naar 41 (2022)."
    assert first_page(changed, old, new) == told
    assert first_page(changed, old[:1], new[:1]) is None
    assert first_page(changed, old[:1], old) == (
        "Sinds de editie van 22 november 2026 is er een nieuw onderwerp op deze bladzijde: inbraken."
    )


def test_the_first_page_of_a_first_edition_says_nothing_about_changes(tmp_path):
    assert first_sentence(compare(None, read_edition(report(tmp_path / "a")))) is None


def test_what_is_the_same_in_another_period_is_counted_and_not_listed(changed):
    def state(day, *numbers):
        return [
            figure(f"plan.progress.{n}", number, label=f"maatregelen {n}", unit="measures", period=day)
            for n, number in enumerate(numbers)
        ]

    july, september = state("2024-07-15", 2, 0, 1), state("2024-09-10", 1, 0, 1)
    for old, new in ((july, september), (september, july)):  # also back to an earlier day
        changes = changed(old, new)
        assert [change.label for change in changes.new_period] == ["maatregelen 0"] and changes.steady == 2
        assert not changes.added and not changes.removed and not changes.rest
        assert "Nog 2 cijfers gaan over een andere periode en bleven gelijk." in changes_text(changes)
        assert summary(changes).endswith(": 1 cijfer over een andere periode.")


def test_only_what_no_page_has_is_gone_and_only_what_no_page_had_is_new(changed):
    both = [figure(f"{chapter}.K03", 1, label="Er is meer gestolen.", unit="statement") for chapter in ("kern", "woon")]
    assert not changed(both, both[1:], CHAPTERS, CHAPTERS).removed
    assert not changed(both[1:], both, CHAPTERS, CHAPTERS).added
    assert len(changed(both, [], CHAPTERS, CHAPTERS).removed) == 2


def test_key_messages_that_came_or_went_are_told_on_both_pages(changed):
    old, new = (
        CHAPTERS | {"messages": {"01.html inbraken": "Meer inbraken (36)"} | other}
        for other in (
            {"06.html verkeer": "Verkeer kreeg de meeste stemmen"},
            {"07.html uitspraak K03": "Minder onrust"},
        )
    )
    changes = changed([], [], old, new)
    assert "1 nieuwe kernboodschap en 1 kernboodschap minder" in summary(changes)
    text = changes_text(changes)
    assert "Erbij gekomen: 'Minder onrust'." in text
    assert "Niet meer bij de kernboodschappen: 'Verkeer kreeg de meeste stemmen'." in text
    assert first_sentence(changes) == (
        "Sinds de editie van 22 november 2026 veranderden de kernboodschappen; erbij gekomen: 'Minder onrust'; "
        "niet meer bij: 'Verkeer kreeg de meeste stemmen'."
    )
    more = changed([], [], old, {"messages": new["messages"] | {"a": "Meer vuurwerk", "b": "Minder drugs"}} | CHAPTERS)
    assert "erbij gekomen: 'Minder onrust' en 2 andere; niet meer bij" in first_sentence(more)
    other_title = {"messages": {"01.html inbraken": "Minder inbraken (30)"}}
    same = changed([], [], CHAPTERS | {"messages": {"01.html inbraken": "Meer inbraken"}}, CHAPTERS | other_title)
    assert first_sentence(same) is None and "kernboodschap" not in summary(same)
    assert first_sentence(changed([], [], CHAPTERS, new)) is None  # not known which ones there were


def test_verdicts_come_before_figures_and_an_empty_column_is_left_out(changed):
    about = dict(label="Het model is ingevoerd.", region="", period="", unit="statement")
    old, new = (
        [figure("woon.x.2022", n), figure("woon.U1", None, verdict=verdict, **about)]
        for n, verdict in ((36, "te laat"), (41, "klaar"))
    )
    page = str(changes_html(changed(old, new, after={"code": {"sha256": "2"}})))
    assert page.index("Welke oordelen") < page.index("Welke cijfers")
    verdicts, figures = page.split("<table")[1:]
    assert ">Waar<" not in verdicts and ">Periode<" not in verdicts and ">Hoofdstuk<" in verdicts
    assert ">Waar<" in figures and ">Periode<" in figures
