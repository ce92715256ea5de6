"""What a reader must know before believing a figure, gathered from the definitions and from the figure itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from .. import regions
from ..catalogue import Break, Indicator
from ..results import Result, html
from ..series import Missing, Series
from ..statistics.comparison import Comparison
from ..statistics.counts import Change
from ..statistics.surveys import SurveyChange
from ..statistics.trends import Trend
from ..statistics.verdicts import same_territory
from . import dutch
from .territory import span, territory

USUAL = "een verschuiving die vaker voorkomt bij gemeenten van deze omvang"
ALIKE = "niet te onderscheiden van het verschil bij de andere gemeenten van deze omvang samen"
UNMEASURED = "een gewone schommeling die niet te meten is"
Told = Series | Change | Trend | Comparison | SurveyChange


@dataclass(frozen=True)
class Caveats(Result):
    """Sentences under a heading, in the same place in every section."""

    sentences: tuple[str, ...]
    heading: str = "Wat weten we niet?"


@html.register
def _(caveats: Caveats) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in caveats.sentences)
    heading = f"<h3>{escape(caveats.heading)}</h3>" if caveats.heading else ""
    return f'<div class="note" role="note">{heading}<ul>{items}</ul></div>' if items else ""


def caveats(*results: Told | Missing) -> Caveats:
    """Gather what limits only these results: breaks, small or missing figures, other editions.

    What holds for more figures on a page is said once, see `shared_caveats`.

    Parameters
    ----------
    *results : Series, Change, Trend, Comparison, SurveyChange or Missing
        Whatever was shown; what is missing has already said so itself.
    """
    shown = _series(results)
    found = [
        *(one.text for one in _breaks(results) if not _shared(one)),
        *(sentence for one in shown for sentence in _provisional(one)),
        *_of_indicators(list({one.indicator.id: one.indicator for one in shown}.values())),
        *(sentence for one in shown for sentence in _rounded(one)),
        *(sentence for one in shown for sentence in _editions(one)),
    ]
    return Caveats(tuple(dict.fromkeys(found)))


def shared_caveats(*results: Told | Missing) -> Caveats:
    """What limits more of the figures on a page, each once: exceptional periods, borders, unknown population.

    Parameters
    ----------
    *results : Series, Change, Trend, Comparison, SurveyChange or Missing
        Everything that was shown on the page.
    """
    periods = [one.text for one in _breaks(results) if _shared(one)]
    found = tuple(dict.fromkeys([*periods, *territory(*_series(results))]))
    return Caveats(found or ("Zulke kanttekeningen zijn er niet.",), heading="")


def _of_indicators(shown: list[Indicator]) -> list[str]:
    """What limits each indicator; what does not hold for all of them names the one that it is about."""
    about: dict[str, list[Indicator]] = {}
    for one in shown:
        for sentence in one.caveats:
            about.setdefault(sentence, []).append(one)
    return [
        sentence if len(of) == len(shown) else f"Over {dutch.listed([one.label for one in of])}: {sentence}"
        for sentence, of in about.items()
    ]


def _series(results: Iterable[Told | Missing]) -> list[Series]:
    there = [one for one in results if not isinstance(one, Missing)]
    return list(dict.fromkeys(one if isinstance(one, Series) else one.series for one in there))


def _breaks(results: Iterable[Told | Missing]) -> list[Break]:
    """The breaks that touch a comparison of years; a series alone compares none."""
    return [each for one in results if not isinstance(one, Series | Missing) for each in one.breaks]


def _shared(one: Break) -> bool:
    """Whether it is a period that changed many figures, and not how one of them is registered."""
    return one.kind == "period" and (one.indicators == "all" or len(one.indicators) > 1)


def borders(*series: Series | Missing) -> Caveats:
    """Only what is to be said about the territory of some series."""
    there = _series(series)
    told = territory(*there) or [_unmoved(one) for one in there] or ["Er zijn geen cijfers om dit bij te zeggen."]
    return Caveats(tuple(dict.fromkeys(told)), heading="")


def _unmoved(series: Series) -> str:
    """Of figures that all are about one territory."""
    if regions.merger(series.region) is None:
        return "De grenzen zijn sinds 2012 niet veranderd."
    return "De cijfers gaan over de grenzen van nu."


def reasons(result: Change | Comparison) -> list[str]:
    """Why a verdict carries a reservation, each in a few words; the verdict itself is computed from the same."""
    found = [one.label for one in result.breaks]
    if early := result.series.provisional(result.years):
        found.append(f"voorlopig cijfer over {dutch.listed([str(year) for year in early])}")
    if not same_territory(result.series, result.years):
        found.append("cijfers die niet over precies hetzelfde gebied gaan")
    if isinstance(result, Change) and result.peers and not result.peers.outside:
        found.append(ALIKE if result.peers.beyond_shifts else USUAL)
    return found if result.measured else [*found, UNMEASURED]


def _provisional(series: Series) -> Iterable[str]:
    """Years that the publisher may still change."""
    if early := series.provisional(series.years):
        yield f"De cijfers over {series.indicator.label} van {span(early)} zijn voorlopig."


def _rounded(series: Series) -> Iterable[str]:
    """Counts that the publisher rounds."""
    if (to := series.indicator.rounded_to) > 1:
        about = f"De bron rondt het aantal {series.indicator.label} af op een veelvoud van {to}"
        yield f"{about}. Een klein verschil kan door het afronden komen; de marge houdt daar rekening mee."


def _editions(series: Series) -> Iterable[str]:
    """Other exports of the same figures that differ a little, or may stand in other borders."""
    about, region = f"{series.indicator.label} in {series.region_name}", series.region
    ours = {one.before.get(region) for one in series.sources}
    alike = [one for one in series.set_aside if one.before.get(region) in ours and region not in one.unsure]
    if alike:
        files = dutch.listed([one.path for one in alike])
        yield f"Over {about} staan iets andere cijfers in {files}. Uitgevers werken hun cijfers bij."
    if others := [one.path for one in series.set_aside if one not in alike]:
        files = dutch.listed(others)
        yield f"Ook {files} geeft cijfers over {about}. Die kunnen over een ander gebied gaan en tellen niet mee."
