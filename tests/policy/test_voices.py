"""Partners and voters beside the figures, on the sample; the remarks there are made up."""

import pytest

from analysis.display import registration
from analysis.policy.evidence import voices
from analysis.store.results import Missing, html

assert registration  # a result can only show itself once the display layer is there


@pytest.mark.slow
def test_remarks_and_votes_of_one_field(processed):
    result = voices("GM1969", "fysiek", processed)
    assert "verkeersveiligheid" in {record.id.removeprefix("voices.") for record in result.chosen}
    shown = html(result)
    assert "Stemmers zijn niet alle inwoners" in shown
    assert (
        "beleid/partners.yml" in shown and "stemmen/stembriefjes_zuidhorn_leek_marum.csv" in shown
    )  # where it comes from


def test_another_municipality_has_no_voice_here(processed):
    assert isinstance(voices("GM0014", "fysiek", processed), Missing)


def test_silence_is_told():
    from analysis.policy.evidence import Voices

    assert "Nog niet geduid" in html(Voices((), {}, (), "GM1969", (), ()))
