"""Small multiples: a title that is the finding, a panel for each indicator, and a table. All made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import analysis.display.registration  # noqa: F401 (registers how results are shown)
from analysis.display import small_multiples as module
from analysis.display import svg
from analysis.display.small_multiples import KindPanel, draw, small_multiples
from analysis.display.svg import NARROW, WIDE
from analysis.statistics.change import change
from analysis.statistics.ordinary import Grade
from analysis.store.results import Missing, Reason
from made_up_series import HOME, among_others, indicator, steady, yearly

PEOPLE = dict.fromkeys(range(2010, 2025), 50_000)


def kind(id, label, after, before=200, region=HOME, people=PEOPLE):
    series = yearly(id, region, steady(before, 2019, after, 2022) | {2020: before + 9, 2023: after}, people)
    series = replace(series, data=series.data.sort_index())
    return among_others(replace(series, indicator=indicator(id, label=label)))


RISEN, SAME = kind("a", "registraties van ruzie", 900), kind("b", "vernielingen", 205)
FALLEN, RARE = kind("c", "inbraken", 20), yearly("d", HOME, {2019: 1, 2022: 2})
FEW = kind("e", "gevallen van brand", 6, before=5)


def test_the_title_says_how_many_changed_clearly_and_which():
    shown = small_multiples([RISEN, SAME, FALLEN], 2019, 2022)
    assert shown.title == "2 van de 3 soorten veranderden duidelijk (2019–2022): ruzie (meer) en inbraken (minder)"
    assert small_multiples([RISEN, SAME], 2019, 2022).title.startswith("1 van de 2 soorten veranderde duidelijk")
    assert small_multiples([SAME], 2019, 2022).title == "Vernielingen: gewone schommeling (2019–2022)"


def test_the_title_follows_the_grades_and_names_hints_where_nothing_is_clear(monkeypatch):
    grades = {"a": Grade.HINT, "b": Grade.ORDINARY}
    monkeypatch.setattr(module.Change, "grade", property(lambda found: grades[found.series.indicator.id]))
    title = small_multiples([RISEN, SAME], 2019, 2022).title
    assert title == "Geen van de 2 soorten veranderde duidelijk (2019–2022); bij ruzie (meer) is er een aanwijzing"


def test_what_cannot_be_drawn_is_named_and_gets_no_panel():
    unknown = Missing("branden", Reason("no_figure", when="2019", label="branden", region="Leek", cause=""))
    shown = small_multiples([RISEN, RARE, unknown], 2019, 2022)
    assert shown.alt == "1 kleine grafiek: ruzie"
    assert "Te weinig om te tekenen: proefmeldingen." in shown.source
    assert "Van 2019 is er geen cijfer over branden in Leek." in shown.source
    assert small_multiples([unknown], 2019, 2022) is unknown
    assert str(small_multiples([RARE], 2019, 2022).reason) == "Er zijn te weinig proefmeldingen om te tekenen."


def panels(*series, against=()):
    theirs = {one.indicator.id: one for one in against}
    return [module._panel(change(one, 2019, 2022), theirs.get(one.indicator.id)) for one in series]


def test_each_panel_begins_at_zero_and_ends_at_its_own_highest_value():
    drawing = svg.draw_at_size(lambda size: draw(panels(RISEN, SAME), size), WIDE)
    lines = [line for line in drawing.axes[0].lines if line.get_marker() == "o" and len(line.get_xdata()) == 5]
    (risen, same) = (np.array(line.get_ydata(), dtype=float) for line in lines)
    base = min(line.get_ydata()[0] for line in drawing.axes[0].lines if line.get_linewidth() == 0.8)
    for heights, values in ((risen, (200, 900)), (same, (200, 205))):
        first, last = heights[0] - base, heights[3] - base
        assert last / first == pytest.approx(values[1] / values[0])
    assert np.isnan(risen).sum() == 1, "no line across 2021, which has no figure"


def test_all_panels_have_the_same_years_and_the_range_of_their_judgement():
    shown = panels(RISEN, replace_last(SAME))
    assert module._years(shown) == list(range(2019, 2025))
    for panel in shown:
        low, high = panel.change.ordinary
        assert (panel.expected.low, panel.expected.high) == pytest.approx((low / 50, high / 50))


def replace_last(series):
    more = yearly(series.indicator.id, HOME, {2024: 210}, PEOPLE).data
    return replace(series, data=series.data.combine_first(more).sort_index())


def test_every_panel_with_counts_is_named_where_others_are_per_inhabitant():
    own = "elke grafiek heeft een eigen schaal"
    many = kind("f", "gevallen van mensenhandel", 30, before=20, people=None)  # counts with a line, not dots
    shown = small_multiples([RISEN, FEW, many], 2019, 2022)
    assert shown.unit == f"per 1.000 inwoners, of het aantal per jaar; {own}"
    assert "Aantallen: brand en mensenhandel. Punten zonder lijn: het zijn er weinig." in shown.source
    assert small_multiples([RISEN, SAME], 2019, 2022).unit == f"per 1.000 inwoners; {own}"
    counts = small_multiples([FEW, many], 2019, 2022)
    assert counts.unit == f"aantal per jaar; {own}"
    assert "niet per inwoner" not in counts.source
    assert small_multiples([RISEN], 2019, 2022).unit == "per 1.000 inwoners"


def test_the_table_has_every_figure_that_is_drawn_and_the_count_behind_a_rate():
    theirs = kind(
        "a", "registraties van ruzie", 40_000, before=30_000, region="NL00", people=dict.fromkeys(PEOPLE, 10**7)
    )
    table = small_multiples([RISEN, FEW], 2019, 2022, against=[theirs]).table
    assert table.columns == ("Wat", "Gebied", "Eenheid", "2019", "2020", "2021", "2022", "2023")
    assert [row[:5] for row in table.cells] == [
        ("Ruzie", "Westerkwartier", "aantal", "200", "209"),
        ("Ruzie", "Westerkwartier", "per 1.000 inwoners", "4,0", "4,2"),
        ("Ruzie", "Nederland", "aantal", "30.000", "30.009"),
        ("Ruzie", "Nederland", "per 1.000 inwoners", "3,0", "3,0"),
        ("Brand", "Westerkwartier", "aantal", "5", "14"),
    ]
    assert [row[5] for row in table.cells] == [None] * 5


def test_both_sizes_say_the_same():
    shown = panels(RISEN, SAME, FALLEN, FEW)
    words = [" ".join(sorted(texts(shown, size))) for size in (WIDE, NARROW)]
    assert sorted(words[0].split()) == sorted(words[1].split())
    assert "▲ duidelijk meer" in texts(shown, WIDE)


def texts(shown, size):
    return [text.get_text() for text in svg.draw_at_size(lambda size: draw(shown, size), size).axes[0].texts]


def test_a_panel_is_named_in_few_words():
    assert [panel.name for panel in panels(RISEN, SAME, FEW)] == ["Ruzie", "Vernielingen", "Brand"]
    assert isinstance(panels(RISEN)[0], KindPanel)
