"""Vote card, ballots and tally sheet of a made-up voting stand."""

from __future__ import annotations

CARD = """
title: Proefstand
date_range: [2023-05-01, 2023-08-31]
max_choices: 3
themes:
- {id: verkeer, label: Verkeersveiligheid, known: true, source: proef}
- {id: inbraken, label: Inbraken, known: true, source: proef}
- {id: drugs, label: Handel in drugs, known: false, source: proef}
- {id: jeugd, label: Jeugdoverlast, known: false, source: proef}
villages:
- {name: Leek, inhabitants: 10}
- {name: Zuidhorn, inhabitants: 10}
population_of: GM1969
"""
HEAD = "stemmer;dorp;thema_1;thema_2;thema_3"
LEEK = [HEAD, "L1;Leek;Inbraken;Verkeersveiligheid;", "L2;leek;verkeer;;", "L3;Leek;;;"]
TALLY = ["dorp;thema;stemmen;stemmers", "Leek;Verkeersveiligheid;2;3", "Leek;Inbraken;1;3", "Zuidhorn;Inbraken;4;5"]
