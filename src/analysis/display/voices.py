"""Partners and voters beside the figures; an empty place says that nobody has spoken yet."""

from __future__ import annotations

from html import escape

from ..policy.voices import Voices
from ..results import html
from . import dutch, origin


@html.register
def _(voices: Voices) -> str:
    told = "".join(
        f"<li><b>{escape(one.partner)}</b> over {escape(voices.labels[one.theme].lower())}: "
        f"{escape(one.observation)}</li>"
        for one in voices.remarks
    )
    partners = (
        f"<ul>{told}</ul>" if told else "<p>Nog niet geduid: partners hebben hier nog niets over opgeschreven.</p>"
    )
    votes = f"<p>{_votes(voices)}</p>" if voices.chosen else ""
    return partners + votes + (_trail(voices) if told or votes else "")


def _trail(voices: Voices) -> str:
    selection = f"opmerkingen en stemmen over {dutch.listed([label.lower() for label in voices.labels.values()])}"
    method = "opmerkingen zoals partners ze opschreven; deel van de stemmers dat een thema koos"
    return origin.trail([*voices.sources, *voices.votes], "partners en stemmers", selection, method)


def _votes(voices: Voices) -> str:
    shares = [f"{escape(one.label.lower())} ({dutch.percent(one.value or 0)})" for one in voices.chosen]
    return f"Stemmers op de dorpsstands kozen hieruit: {dutch.listed(shares)}. Stemmers zijn niet alle inwoners."
