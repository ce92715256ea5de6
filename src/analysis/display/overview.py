"""Several indicators beside each other: how many changed in a sentence, all of them in a table."""

from __future__ import annotations

from html import escape

from ..results import html
from ..statistics.counts import Change
from ..statistics.overview import Overview
from . import dutch
from .sentences import answer, src
from .tables import Table, details
from .trails import trail


@html.register
def _(overview: Overview) -> str:
    if not overview.tested:
        return html(overview.missing[0]) if overview.missing else ""
    kinds = dutch.counted(overview.tested, "soort", "soorten")
    named = f"Over {overview.name} zijn er van {kinds} registraties" if _about(overview) else ""
    there = named or f"Van {kinds} zijn er registraties"
    told = f"{there} in {overview.first} of {overview.last}. {_changed(overview)}."
    times = dutch.counted(overview.family, "vergelijking", "vergelijkingen")
    correction = (
        "Wie veel vergelijkt, vindt altijd wel iets dat door toeval opvalt. Het oordeel is daarvoor gecorrigeerd "
        f"(methode van Holm, {times}). De marge geldt per soort en is niet gecorrigeerd. "
        "Daarom kan het oordeel 'toeval' zijn, ook als nul buiten de marge ligt."
    )
    table = src(correction) + html(_kinds(overview)) + src(_without(overview))
    return answer(told) + details(f"Alle soorten registraties{_about(overview)}", table) + trail(overview)


def _changed(overview: Overview) -> str:
    """How many kinds changed by more than chance, and which."""
    changed, more = overview.changed, "meer dan door toeval te verklaren is"
    named = f" ({escape('; '.join(_named(one) for one in changed))})" if changed else ""
    if overview.tested == 1:
        return f"Die veranderde <b>{'' if changed else 'niet '}{more}</b>{named}"
    verb = "veranderden" if len(changed) > 1 else "veranderde"
    return f"Daarvan {verb} <b>{_kinds_changed(len(changed))}</b> {more}{named}"


def _named(one: Change) -> str:
    """A kind with its change; a percentage without its margin only where counts are large enough."""
    label = one.series.indicator.label
    much = dutch.signed_percent(one.percentage or 0) if one.small == "full" else f"van {one.before} naar {one.after}"
    labels = cautions(one)
    return f"{label} {much}, met kanttekening: {dutch.listed(labels)}" if labels else f"{label} {much}"


def cautions(one: Change) -> list[str]:
    """The reservations of a change, each in a word or two."""
    labels = [each.label for each in one.breaks]
    labels += ["voorlopig cijfer"] * bool(one.series.provisional(one.years))
    return labels + ["niet ongewoon"] * (one.unusual is False) + ["schommeling niet te meten"] * (not one.measured)


def _kinds_changed(number: int) -> str:
    return dutch.counted(number, "soort", "soorten") if number else "geen enkele soort"


def _about(overview: Overview) -> str:
    """What a named overview is about: a page may have more than one."""
    return "" if overview.name == "overview" else f" over {overview.name}"


def _kinds(overview: Overview) -> Table:
    columns = ("Wat", str(overview.first), str(overview.last), "Verschil", "Marge (95 %)", "Oordeel")
    place = overview.changes[0].series.region_name
    tested = [one for one in overview.changes if one.p_value is not None]
    rows = tuple(_row(one) for one in sorted(tested, key=lambda one: -one.after))
    caption = f"Registraties{_about(overview)} in {overview.first} en {overview.last}, {place}"
    return Table(f"{overview.name}-{overview.first}-{overview.last}", caption, columns, rows, text=("Oordeel",))


def _without(overview: Overview) -> str:
    """Kinds that are not in the table, and why."""
    none = [one.series.indicator.label for one in overview.changes if one.p_value is None]
    absent = sorted(one.subject for one in overview.missing if not one.hidden)
    return " ".join(
        [
            *([f"Geen enkele registratie in beide jaren: {dutch.listed(none)}."] if none else []),
            *([f"Geen cijfer over een van beide jaren: {dutch.listed(absent)}."] if absent else []),
            *sorted(one.reason for one in overview.missing if one.hidden),
        ]
    )


def _row(one: Change) -> tuple[str | None, ...]:
    pct, low, high = one.percentage, one.lower_percentage, one.upper_percentage
    shown = pct is not None and low is not None and high is not None
    return (
        one.series.indicator.label,
        dutch.number(one.before),
        dutch.number(one.after),
        dutch.signed_percent(pct) if pct is not None else "te weinig",
        f"{dutch.signed_percent(low or 0)} tot {dutch.signed_percent(high or 0)}" if shown else None,
        str(one.verdict),
    )
