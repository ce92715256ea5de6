"""The plan and its progress. Amounts are made up, except those of the transcription of the council's own plan."""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from datetime import date

import pytest
from pydantic import ValidationError

import made_up_council
from analysis import paths
from analysis.definitions import catalogue
from analysis.display import registration
from analysis.display.finding_texts import finding_text
from analysis.display.plan_results import repeated_partners
from analysis.documents.council import LastDay, Measure, Plan, Reporting, ReportingMoment
from analysis.documents.statements import SumTest
from analysis.errors import DataError
from analysis.policy.document_tests import judge_sum
from analysis.policy.evidence import Evidence
from analysis.policy.plan import (
    Calendar,
    MeasureState,
    PlanPartners,
    PlanReview,
    calendar,
    plan,
    plan_partners,
    plan_status,
    progress,
)
from analysis.statistics.verdicts import Verdict
from analysis.store.raw_sources import Source
from analysis.store.results import Missing, html

TRANSCRIBED = paths.PROJECT / "samples" / "beleid" / "plan.yml"
TEXTS = paths.PROJECT.parent / "shared" / "council"
FILE = Source("plan", "beleid/plan.yml", "beleidsdocument", "Gemeente", "0" * 64, 1, synthetic=False)
assert registration  # a result can only show itself once the display layer is there


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made_up_council.processed(tmp_path_factory.mktemp("plan"))


def reviewed(**fields):
    return PlanReview(Plan.model_validate(deepcopy(made_up_council.PLAN) | fields), FILE)


def test_decimals_are_added_to_the_cent():
    """In binary 700.1 + 200.2 is not 900.3."""
    assert all(check.agrees for check in reviewed().sums)


def test_a_sum_that_is_wrong_is_said_with_both_amounts():
    wrong = reviewed(total=1100)
    assert [check.kind for check in wrong.sums if not check.agrees] == ["budget", "measures"]
    assert "tellen op tot €\u00a01.000 en <b>niet</b> tot €\u00a01.100" in html(wrong)


def test_one_theme_or_none_is_told_as_that():
    assert "Ook bij alle 2 thema's met kosten en een budget kloppen" in html(reviewed())
    only_one = [line for line in made_up_council.PLAN["budget"] if line["theme"] != "winkels"]
    assert "het ene thema met kosten" in html(reviewed(budget=only_one))


def test_costs_that_differ_from_the_budget_of_a_theme_are_named():
    budget = [
        {**line, "amount": 950.3} if line["theme"] == "inbraak" else line for line in made_up_council.PLAN["budget"]
    ]
    assert "Bij inbraak zijn de kosten van de maatregelen <b>niet</b> gelijk" in html(reviewed(budget=budget))


def test_no_line_in_the_budget_is_not_nothing():
    inbraak, winkels, onvoorzien = reviewed().means
    assert (winkels.amount, winkels.costs, winkels.hours) == (0, 0, 0.1)
    assert (onvoorzien.costs, onvoorzien.hours) == (None, None)
    assert inbraak.hours == 0.9


def test_a_page_says_what_must_be_known_about_the_plan_and_what_is_not_known():
    page = html(reviewed())
    assert "Niet volledig." in page
    assert "De kosten zijn niet bekend van &#x27;Overleg&#x27;" in page


@pytest.mark.parametrize(
    ("costs", "amount", "shown"),
    [(700.1, 700.1, "€\u00a0700,10"), ("geen", 0, "geen"), ("niet ingevuld", None, "niet ingevuld"),
     (None, None, "niet bekend")],
)  # fmt: skip
def test_a_dash_is_nothing_an_empty_cell_is_no_amount_and_what_is_not_there_is_not_known(
    costs, amount, shown, tmp_path
):
    document = deepcopy(made_up_council.PLAN)
    document["measures"]["overleg"]["costs"] = costs
    assert Plan.model_validate(document).measures["overleg"].amount == amount
    review = PlanReview(Plan.model_validate(document), FILE)
    assert len(review.unfilled) == (costs == "niet ingevuld")
    folder = made_up_council.processed(tmp_path, plan=document)
    assert re.search(rf"Overleg</th>.*?<td>{shown}</td>", html(plan_status("GM1969", folder)))


@pytest.mark.parametrize(
    ("total", "verdict"),
    [(900.3, Verdict.CONFIRMED), (1000, Verdict.NOT_TESTABLE), (900, Verdict.CONTRADICTED)],
)
def test_a_sum_counts_a_dash_as_nothing_and_names_an_empty_cell(total, verdict, tmp_path):
    """The empty cell is no reservation about a total that is right; it may explain one that is higher."""
    document = deepcopy(made_up_council.PLAN)
    document["measures"]["dicht"] = {"action": "Dicht", "theme": "inbraak", "costs": "geen", "source": "h5"}
    document["measures"]["leeg"] = {"action": "Leeg", "theme": "inbraak", "costs": "niet ingevuld", "source": "h5"}
    evidence = Evidence("GM1969", made_up_council.processed(tmp_path, plan=document))
    (added,) = judge_sum(SumTest(kind="sum", of="costs", theme="inbraak", total=total), evidence)
    assert (added.verdict, len(added.known), added.unknown, added.unfilled) == (verdict, 3, 0, 1)
    assert "Bij 1 maatregel is geen bedrag ingevuld." in finding_text(added)


@pytest.mark.parametrize("costs", ["gratis", -1, "5.000"])
def test_other_costs_are_refused(costs):
    with pytest.raises(ValidationError):
        Measure(action="proef", theme="proef", costs=costs, source="h5")


@pytest.mark.parametrize(
    ("deadline", "due"),
    [("Q1 2024", date(2024, 3, 31)), ("Q2 2024", date(2024, 6, 30)), ("2024", date(2024, 12, 31)),
     ("Q3 en Q4 2024", date(2024, 12, 31)), ("Q1 en Q2 2025", date(2025, 6, 30)), ("structureel", None), (None, None)],
)  # fmt: skip
def test_the_last_day_of_a_deadline(deadline, due):
    assert Measure(action="proef", theme="proef", deadline=deadline, source="h5").due == due


def test_what_is_late_costs_too_much_or_is_not_filled_in(folder):
    review = progress("GM1969", folder)
    assert review.on == date(2024, 8, 1)  # the newest day in the sheet
    assert [state.id for state in review.overdue] == ["sloten"]
    assert [state.id for state in review.over_budget] == ["sloten"]
    assert [state.id for state in review.unknown] == ["overleg"]
    assert review.spent == 1050.5
    records = {record.id: record for record in review.records()}
    assert records["progress.spent.inbraak"].value == 1050.5
    assert records["progress.overdue"].value == 1


def test_a_deadline_holds_until_its_last_day(tmp_path):
    rows = (
        made_up_council.PROGRESS[0],
        "sloten;loopt;30-6-2024;;",
        "brief;gestopt;30-6-2024;;",
        "lampen;klaar;30-6-2024;;",
    )
    review = progress("GM1969", made_up_council.processed(tmp_path, progress=rows))
    assert review.overdue == []  # the second quarter ends that day, and what was stopped is not late
    assert "<b>geen enkele maatregel te laat</b>" in html(plan_status("GM1969", tmp_path / "processed"))


def test_a_measure_is_judged_by_its_own_row_and_not_by_a_newer_one_of_another(tmp_path):
    """The second quarter ended after the only row of one measure, and before that of the other."""
    rows = (made_up_council.PROGRESS[0], "sloten;loopt;1-6-2024;;", "lampen;loopt;1-8-2024;;")
    review = progress("GM1969", made_up_council.processed(tmp_path, progress=rows))
    states = {state.id: state.state for state in review.states}
    assert states["sloten"] is MeasureState.OUTDATED
    assert review.overdue == []
    page = html(plan_status("GM1969", tmp_path / "processed"))
    assert "Stand van vóór de termijn" in page and "stand van 1 juni 2024" in page
    assert "Van 2 maatregelen is geen stand ingevuld. Voorbij is de termijn van &#x27;Brief&#x27;" in page


@pytest.mark.parametrize(
    ("rows", "state", "remark"),
    [
        (("loopt;1-8-2024", "klaar;10-9-2024"), MeasureState.DONE_LATE, False),  # open after the second quarter
        (("loopt;1-5-2024", "klaar;10-9-2024"), MeasureState.DONE, True),  # it may have been ready in June
        (("klaar;1-5-2024", "klaar;10-9-2024"), MeasureState.DONE, False),
        (("klaar;1-6-2024",), MeasureState.DONE, False),
        (("loopt;1-8-2024", "gestopt;10-9-2024"), MeasureState.STOPPED, False),
    ],
)
def test_what_is_ready_says_when_it_was_not_in_time(rows, state, remark, tmp_path):
    sheet = (made_up_council.PROGRESS[0], *(f"sloten;{row};;" for row in rows), "lampen;loopt;10-9-2024;;")
    review = progress("GM1969", made_up_council.processed(tmp_path, progress=sheet))
    assert {one.id: one.state for one in review.states}["sloten"] is state
    page = html(plan_status("GM1969", tmp_path / "processed"))
    assert (">klaar, na de termijn<" in page) is (state is MeasureState.DONE_LATE)
    assert ("niet te zeggen of het op tijd klaar was: &#x27;Sloten&#x27;" in page) is remark


def test_states_of_several_days_are_told_as_of_those_days(tmp_path):
    rows = (made_up_council.PROGRESS[0], "sloten;loopt;15-7-2024;50;", "lampen;loopt;10-9-2024;;")
    made_up_council.processed(tmp_path, progress=rows)
    page = html(plan_status("GM1969", tmp_path / "processed"))
    days = "stand van 15 juli tot en met 10 september 2024"
    assert f"Volgens de {days} is <b>1 maatregel te laat</b>" in page
    assert f"Besteed per thema, {days}, voor zover ingevuld" in page and f"maatregelen van het plan, {days}" in page
    assert "p 10 september 2024" not in page


def test_each_list_names_what_put_a_measure_there(folder):
    """This measure is late and over its budget: one sentence names its deadline, the other the amounts."""
    page = html(plan_status("GM1969", folder))
    (late,) = re.findall(r"te laat</b>: (.*?)\. Van de", page)
    (over,) = re.findall(r"<li>Meer besteed dan begroot: (.*?)</li>", page)
    assert "termijn: Q2 2024" in late and "besteed" not in late
    assert "besteed van" in over and "termijn" not in over


def test_the_first_answer_says_what_is_late_what_was_spent_and_what_comes_next(folder):
    page = html(plan_status("GM1969", folder))
    (first, *_) = re.findall(r'<p class="answer">(.*?)</p>', page)
    assert (
        "Volgens de stand van 1 juli tot en met 1 augustus 2024 is <b>1 maatregel te laat</b>: &#x27;Sloten&#x27;"
        in first
    )
    assert "Van de €\u00a01.000 is <b>€\u00a01.050,50</b> besteed" in first and "bij 3 van de 4 maatregelen" in first
    assert "de termijn van &#x27;Lampen&#x27;, op 31 december 2024" in first  # what is late no longer comes
    assert "&#x27;Proefbegroting&#x27;, uiterlijk op 14 november 2024" in first
    assert "€\u00a01.000,50 besteed van €\u00a0700,10" in page and "117\u00a0%" in page
    assert "zijn nagemaakt" not in page


def test_every_measure_stands_under_its_theme_with_its_state(folder):
    page = html(plan_status("GM1969", folder))
    (table,) = re.findall(r"<details><summary>Alle 4 maatregelen: .*?</summary>(.*?)</table>", page)
    assert re.findall(r'<th scope="row">(.*?)</th>', table) == ["Sloten", "Lampen", "Brief", "Overleg"]
    assert ">te laat, boven budget<" in table and ">niet ingevuld<" in table and ">klaar<" in table


def test_without_a_sheet_the_page_says_so_and_shows_the_measures(tmp_path):
    folder = made_up_council.processed(tmp_path, progress=None)
    result = progress("GM1969", folder)
    assert isinstance(result, Missing) and "nog geen voortgang ingevuld" in result.reason
    page = html(plan_status("GM1969", folder))
    assert "nog geen voortgang ingevuld" in page and ">Sloten<" in page
    assert calendar("GM1969", folder).start == date(2024, 1, 1)  # the year of the plan
    assert "de eerste dag van het jaar van het plan" in html(calendar("GM1969", folder))


@pytest.mark.parametrize(
    ("moment", "day", "due"),
    [({"rhythm": "halfjaarlijks"}, date(2024, 6, 30), date(2024, 6, 30)),
     ({"rhythm": "halfjaarlijks"}, date(2024, 7, 1), date(2024, 12, 31)),
     ({"rhythm": "jaarlijks"}, date(2024, 7, 1), date(2024, 12, 31)),
     ({"rhythm": "jaarlijks", "last_day": {"day": "14 juli", "source": "wet"}}, date(2024, 7, 15), date(2025, 7, 14)),
     ({"rhythm": "P&C"}, date(2024, 7, 15), None), ({}, date(2024, 7, 15), None)],
)  # fmt: skip
def test_the_next_day_of_a_moment(moment, day, due):
    assert ReportingMoment.model_validate({"what": "proef", "source": "h7", **moment}).next_from(day) == due


@pytest.mark.parametrize("day", ["31 november", "29 februari", "14-11", "0 mei", "juni"])
def test_a_last_day_that_is_not_there_every_year_is_refused(day):
    with pytest.raises(ValidationError, match="elk jaar"):
        LastDay(day=day, source="wet")


def test_a_wrong_day_is_told_with_its_file_and_field(tmp_path):
    document = deepcopy(made_up_council.REPORTING)
    document["moments"]["begroting"]["last_day"]["day"] = "15-11"
    with pytest.raises(DataError, match=r"verantwoording\.yml, veld 'moments › begroting › last_day › day'"):
        made_up_council.processed(tmp_path, verantwoording=document)


@pytest.mark.parametrize("rhythm", ["halfjaarlijks", None])
def test_a_last_day_is_for_what_comes_once_a_year(rhythm):
    with pytest.raises(ValidationError, match="last_day"):
        ReportingMoment(what="proef", rhythm=rhythm, last_day={"day": "1 mei", "source": "wet"}, source="h7")


def test_the_calendar_counts_from_the_day_of_the_sheet_and_says_so(folder):
    result = calendar("GM1969", folder)
    assert [(occasion.moment.what, occasion.due) for occasion in result.upcoming] == [
        ("Proefbegroting", date(2024, 11, 14)), ("Kaart", date(2024, 12, 31)), ("Jaarbrief", date(2024, 12, 31)),
    ]  # fmt: skip
    assert [moment.what for moment in result.undated] == ["Tafel"]
    page = html(result)
    assert "Jaarbrief" in page.partition("<details")[0]  # in plain view
    assert "vanaf 1 augustus 2024: de nieuwste stand van een maatregel" in page and "proefwet" in page
    assert "Van 1 moment staat nergens een dag." in page


def test_without_a_plan_no_moment_has_a_day(tmp_path):
    result = calendar("GM1969", made_up_council.processed(tmp_path, progress=None, plan=None))
    assert result.start is None and result.upcoming == () and len(result.undated) == 4
    assert "Volgende momenten" not in html(result)


def test_without_the_document_the_calendar_is_missing_and_the_status_is_not(tmp_path):
    folder = made_up_council.processed(tmp_path, verantwoording=None)
    assert isinstance(calendar("GM1969", folder), Missing)
    assert "31 december 2024." in html(plan_status("GM1969", folder))


def test_who_takes_part_is_computed_from_the_measures():
    document = deepcopy(made_up_council.PLAN)
    document["measures"]["sloten"]["owners"] = ["Team", "Politie"]
    document["measures"]["brief"]["owners"] = ["Politie"]
    partners = PlanPartners(PlanReview(Plan.model_validate(document), FILE))
    assert {name: len(measures) for name, measures in partners.measures.items()} == {"Politie": 2, "Team": 1}
    page = html(partners)
    assert "staan 2 namen, van teams van de gemeente en van partners daarbuiten." in page
    assert "Het vaakst staat er Politie (bij 2), daarna Team (bij 1)." in page
    assert "Bij 2 maatregelen staat niemand." in page and "Sloten; Brief" in page


@pytest.mark.parametrize(
    ("places", "by_paragraph", "explained"),
    [
        ("KN:8-9", {"KN"}, "alle maatregelen; KN:8 is alinea 8 van de tekst van dat stuk."),
        ("KN:8", (), "alle maatregelen; KN:8 is regel 8 van de tekst van dat stuk."),
        ("KN:p2", {"KN"}, "alle maatregelen; KN:p2 is bladzijde 2 van de tekst van dat stuk."),
        ("hoofdstuk 2", (), "alle maatregelen."),
    ],
)
def test_a_place_of_the_plan_itself_is_explained(places, by_paragraph, explained):
    document = deepcopy(made_up_council.PLAN)
    for measure in document["measures"].values():
        measure["source"] = places
    review = PlanReview(Plan.model_validate(document), FILE, frozenset(by_paragraph))
    assert explained.removesuffix(".") in html(review)
    assert "UVP" not in html(review)


def test_a_partner_in_other_capitals_is_the_same_one():
    document = deepcopy(made_up_council.PLAN)
    document["measures"]["sloten"]["owners"] = ["Politie", "OM"]
    document["measures"]["brief"]["owners"] = ["politie", "Politie"]
    review = PlanReview(Plan.model_validate(document), FILE)
    assert {name: len(found) for name, found in PlanPartners(review).measures.items()} == {"Politie": 2, "OM": 1}
    assert list(repeated_partners(review.plan)) == [
        "In plan.yml is 'Politie' en 'politie' dezelfde partner. Schrijf de naam overal hetzelfde."
    ]


def test_a_plan_that_names_nobody_says_so(folder):
    assert "Bij geen enkele maatregel" in html(plan_partners("GM1969", folder))


def test_the_plan_of_another_municipality_is_not_ours(folder):
    assert all(isinstance(answer("GM0014", folder), Missing) for answer in (plan, plan_status, plan_partners, calendar))


def test_the_transcribed_plan_adds_up_as_the_council_published():
    """Totals as chapter 8 and the sections of the plan give them."""
    review = PlanReview(catalogue.read_yaml(TRANSCRIBED, Plan), FILE)
    assert all(check.agrees for check in review.sums)
    assert (review.plan.total, review.costs, review.without_measures) == (75000, 72500, 2500)
    assert (review.regular, review.priority, review.plan.external) == (3.2, 0.8, 0.6)
    means = {line.theme: line for line in review.means}
    assert (means["zorg"].amount, means["zorg"].hours, means["evenementen"].hours) == (0, 0.95, 0.1)
    assert sum(line.costs or 0 for line in review.means if line.kind == "prioriteit") == 40000
    assert {id: line.costs for id, line in means.items() if line.kind == "strategisch"} == {
        "jaarwisseling": 15000, "crisisbeheersing": 10000, "verkeer": 7500, "evenementen": 0, "inbraak": 0,
    }  # fmt: skip


def uvp():
    """The lines of the text of the plan, from 1."""
    if not (TEXTS / "UVP.txt").exists():
        pytest.skip("the texts of the council are not here")
    return dict(enumerate((TEXTS / "UVP.txt").read_text(encoding="utf-8").splitlines(), start=1))


def euros_in(text):
    return [int(amount.replace(".", "")) for amount in re.findall(r"([0-9][0-9.]*),-", text)]


def measure_rows():
    """The deadline, costs and line of every row of the tables with measures, and the total of each table by line."""
    rows, totals, within = [], {}, False
    for number, text in uvp().items():
        line = text.strip()
        if line.startswith("Wat gaan we doen? Hoe") or line == "Wat gaan we":
            within = True
        elif within and line.startswith("Totaal"):
            (totals[number],), within = euros_in(line), False
        elif within and (found := re.fullmatch(r"(?:.* )?(Structureel|Q[1-4] 2024|Q3 en Q4)\b *(.*)", line)):
            rows.append([found[1], found[2], number])
        elif within and rows and re.fullmatch(r"(2024)? *((€ *)?[0-9.]+,-|-)?", line):
            rows[-1][1] += f" {line}"
    return rows, totals


def transcribed():
    return catalogue.read_yaml(TRANSCRIBED, Plan)


def lines_of(source):
    first, _, last = source.removeprefix("UVP:").partition("-")
    return range(int(first), int(last or first) + 1)


def test_the_transcribed_measures_are_those_of_the_text():
    """Every row of the tables is one measure, at its lines, with its deadline and costs."""
    rows, totals = measure_rows()
    measures = list(transcribed().measures.values())
    assert len(rows) == len(measures)
    for (deadline, cell, line), measure in zip(rows, measures, strict=True):
        assert line in lines_of(measure.source), measure.action
        assert measure.deadline.casefold().startswith(deadline.casefold()), measure.action
        amounts = euros_in(cell)
        word = "geen" if re.search(r"(^| )-( |$)", cell) else "niet ingevuld"
        assert measure.costs == (amounts[0] if amounts else word), measure.action
    found = [sum(m.amount or 0 for m in measures if low < lines_of(m.source)[0] < line)
             for low, line in zip([0, *totals], totals, strict=False)]  # fmt: skip
    assert found == list(totals.values()) and len(totals) == len({measure.section for measure in measures})


def test_the_sections_of_the_transcribed_measures_are_those_of_the_text():
    heads = {number: found[1] for number, line in uvp().items() if (found := re.match(r" ?([56]\.[1-9]) +[A-Z]", line))}
    for measure in transcribed().measures.values():
        first = lines_of(measure.source)[0]
        assert heads[max(number for number in heads if number < first)] == measure.section


def test_the_transcribed_budget_and_hours_are_those_of_the_text():
    document, text = transcribed(), uvp()
    for line in document.budget:
        (row,) = [text[number] for number in lines_of(line.source)]
        assert row.split("€")[1].strip(" ,-").replace(".", "") == f"{line.amount:.0f}"
    for line in document.hours:
        row = " ".join(text[number] for number in lines_of(line.source))
        assert [float(part.replace(",", ".")) for part in re.findall(r"([0-9],[0-9]{2}) fte", row)] == [
            part for part in (line.regular, line.priority) if part is not None
        ]
    whole = "\n".join(text.values())
    assert f"TOTAAL €{document.total:,.0f}".replace(",", ".") in whole
    rows = len(re.findall(r"[0-9],[0-9]{2} fte", whole[whole.index("Regulier (80%)") :]))
    assert rows == sum(part is not None for line in document.hours for part in (line.regular, line.priority)) + 2


def test_the_names_in_the_transcribed_budget_and_hours_are_those_of_the_text():
    document, text = transcribed(), uvp()
    for line in (*document.budget, *document.hours):
        row = " ".join(" ".join(text[number] for number in lines_of(line.source)).split()).casefold()
        label = document.themes[line.theme][0].casefold()
        assert row.startswith(label) or label.startswith(row.split(" €")[0].split(" 0,")[0])


def test_every_partner_of_the_transcribed_plan_has_one_name():
    names = Counter(name.casefold() for measure in transcribed().measures.values() for name in set(measure.owners))
    spelled = {name for measure in transcribed().measures.values() for name in measure.owners}
    assert len(spelled) == len(names)
    text = re.sub(r"[^a-z]", "", "".join(uvp().values()).casefold())
    ours = {
        "Andere partners",
        "Medewerkers van de gemeente",
        "Interne afdelingen",
        "Vergunningverlening",
    }
    for name in spelled - ours:
        assert re.sub(r"[^a-z]", "", name.casefold()) in text, name


def test_the_sample_of_who_is_told_what_has_the_days_of_the_law():
    document = catalogue.read_yaml(TRANSCRIBED.with_name("verantwoording.yml"), Reporting)
    result = Calendar(document, date(2024, 7, 15), FILE, FILE, by_progress=True)
    days = {occasion.moment.what: occasion.due for occasion in result.upcoming}
    assert days["Begroting"] == date(2024, 11, 14) and days["Jaarrekening en jaarverslag"] == date(2025, 7, 14)
    assert {moment.what for moment in result.undated} >= {"Bestuursrapportage"}
