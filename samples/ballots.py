"""Votes at the village stands: the card, the ballots as CSV and workbook, and the tally sheet."""

from __future__ import annotations

from collections import Counter

import numpy as np
import yaml

from samples.calibration import Calibration, stream
from samples.register import Resource
from samples.workbook import Rows, xlsx

BOM = "\ufeff"
VINTAGE = "2023-09-01"
PUBLISHER = "Gemeente Westerkwartier"
THEME_FIELDS = ("id", "label", "known", "source")
CARD_HEAD = """\
# Stemkaart van de veiligheidsstand: NAGEMAAKT (synthetisch). De inwonertallen van de dorpen zijn verzonnen.
# known: true = het beleidsstuk noemt dit thema in de uitslag; false = aanname.
"""

Ballot = list[str]
Stands = dict[str, list[Ballot]]


def exports(calibration: Calibration) -> list[Resource]:
    """Return ballots of three villages as CSV and three as workbook, the tally of all six, and the card."""
    votes = calibration["votes"]
    stands = draw(calibration)
    villages = list(stands)
    return [
        _ballots(villages[:3], "csv", _csv(_ballot_rows(votes, stands, villages[:3]))),
        _ballots(villages[3:], "xlsx", xlsx(_ballot_rows(votes, stands, villages[3:]))),
        _tally(_csv(_tally_rows(votes, stands))),
        _card(votes),
    ]


def draw(calibration: Calibration) -> Stands:
    """Draw the ballots of each village.

    Themes are drawn one by one without replacement, in proportion to their weight: the Plackett-Luce model, of which
    the highest of log-weight plus Gumbel noise are a draw.

    Parameters
    ----------
    calibration : dict
        From `samples.calibration.load`.

    Returns
    -------
    dict of str to list
        By village a list of ballots, each a list of labels of themes.
    """
    votes, rng = calibration["votes"], stream(calibration, "stemmen")
    labels = np.array([theme["label"] for theme in votes["themes"]])
    weights = np.log([theme["weight"] for theme in votes["themes"]])
    stands = {}
    for village, stand in votes["villages"].items():
        taste = weights + rng.normal(0, votes["village_spread"], len(labels))
        order = np.argsort(-(taste + rng.gumbel(size=(stand["voters"], len(labels)))), axis=1)
        short = rng.random(stand["voters"]) < votes["incomplete"]
        sizes = np.where(short, rng.integers(2, votes["max_choices"], stand["voters"]), votes["max_choices"])
        stands[village] = [labels[row[:n]].tolist() for row, n in zip(order, sizes, strict=True)]
    return stands


def _ballot_rows(votes: Calibration, stands: Stands, villages: list[str]) -> Rows:
    choices = range(1, votes["max_choices"] + 1)
    rows: Rows = [["stemmer", "dorp", *(f"thema_{n}" for n in choices)]]
    for village in villages:
        prefix = votes["villages"][village]["prefix"]
        for number, ballot in enumerate(stands[village], start=1):
            blank = [""] * (len(choices) - len(ballot))
            rows.append([f"{prefix}-{number:03}", village, *ballot, *blank])
    return rows


def _tally_rows(votes: Calibration, stands: Stands) -> Rows:
    rows: Rows = [["dorp", "thema", "stemmen", "stemmers"]]
    for village, ballots in stands.items():
        count = Counter(label for ballot in ballots for label in ballot)
        rows += [[village, theme["label"], count[theme["label"]], len(ballots)] for theme in votes["themes"]]
    return rows


def _csv(rows: Rows) -> bytes:
    return (BOM + "".join(";".join(map(str, row)) + "\r\n" for row in rows)).encode()


def _ballots(villages: list[str], suffix: str, data: bytes) -> Resource:
    path = f"stemmen/stembriefjes_{'_'.join(villages).lower()}.{suffix}"
    title = f"Stembriefjes per stemmer: {', '.join(villages)}"
    return Resource(path, title, PUBLISHER, "stembriefjes", VINTAGE, data)


def _tally(data: bytes) -> Resource:
    title = "Turflijst: stemmen per dorp en thema"
    return Resource("stemmen/turflijst.csv", title, PUBLISHER, "turflijst", VINTAGE, data)


def _card(votes: Calibration) -> Resource:
    """Return the vote card as the policy folder holds it, without weights and numbers of voters."""
    villages = votes["villages"].items()
    card = {
        **{key: votes[key] for key in ("title", "date_range", "max_choices")},
        "themes": [{key: theme[key] for key in THEME_FIELDS} for theme in votes["themes"]],
        "villages": [{"name": name, "inhabitants": stand["inhabitants"]} for name, stand in villages],
        "population_of": "GM1969",
    }
    data = (CARD_HEAD + yaml.safe_dump(card, allow_unicode=True, sort_keys=False, width=110)).encode()
    title = "Stemkaart veiligheidsstand"
    return Resource("beleid/vote_card.yml", title, PUBLISHER, "stemkaart", VINTAGE, data)
