"""The program under "Show the Python" runs as it stands, and its spikes are those of the page."""

import numpy as np
import pytest

from browser.links import SQUID

WINDOW = "I.start=20&I.stop=180&duration=200"
HELD = "model=squid&frozen.m=0.05&during.m=stimulus"
HELD_FROM = "model=squid&frozen.h=0.5&during.h=45,60"
LINKS = {
    "step": SQUID,
    "changed": f"model=squid&p.celsius=10&p.g_Na=150&stimulus=step&I.amplitude=12.5&{WINDOW}",
    "held gate": f"model=squid&frozen.n=0.35&stimulus=ramp&I.amplitude=25&{WINDOW}",
    "held for a time": f"model=squid&frozen.h=0.4&during.h=30.5,90&stimulus=step&I.amplitude=12&{WINDOW}",
    "held while stimulated": f"model=squid&frozen.n=0.3&during.n=stimulus&stimulus=step&I.amplitude=-7&{WINDOW}",
    "reset": f"model=squid&reset.v=-40&reset.n=0.2&reset=77.7&stimulus=step&I.amplitude=10&{WINDOW}",
    "reset at the end": f"{HELD}&reset.m=0.2&reset.v=5&reset=stimulus&stimulus=step&I.amplitude=-9&{WINDOW}",
    "held at rest": f"model=squid&p.g_K=30&frozen.n=rest&during.n=stimulus&stimulus=step&I.amplitude=-9&{WINDOW}",
    "at rest for ever": f"model=squid&frozen.h=rest&stimulus=step&I.amplitude=10&{WINDOW}",
    "reset again and again": "model=squid&p.E_leak=9&reset.v=-40&reset=50&reset2.v=rest&reset2.n=0.2&reset2=30"
    f"&reset3.h=rest&reset3=stimulus&reset4.n=0.4&reset4=30&stimulus=step&I.amplitude=10&{WINDOW}",
    "set while held": f"{HELD_FROM}&reset.h=0.2&reset.v=30&reset=50&stimulus=step&I.amplitude=10&{WINDOW}",
    "sine": f"model=wang_buzsaki&stimulus=sine&I.amplitude=2&I.frequency=12.5&{WINDOW}",
    "pulses": "model=squid&stimulus=pulses&I.amplitude=20&I.start=10.3&I.width=1.1&I.period=17.7&I.count=8&duration=99",
    "pair": "model=squid&stimulus=pair&I.amplitude=30&I.second=45.5&I.start=5&I.width=0.5&I.interval=9&duration=60",
    "noise": f"model=connor_stevens&stimulus=noise&I.amplitude=8&I.mean=10&I.tau=3&I.seed=7&{WINDOW}",
    "pacemaker": "model=stomatogastric&stimulus=step&I.amplitude=1&I.start=20&I.stop=180&duration=300",
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_its_spikes_are_those_of_the_page(lab, link, capsys, monkeypatch):
    monkeypatch.setattr("loligo.Recording.plot", lambda recording: None)
    page = lab(link)
    assert page.locator(".message").count() == 0
    page.get_by_role("button", name="Show the Python").click()
    names = {}
    exec(page.locator("#python").inner_text(), names)
    capsys.readouterr()
    spikes = page.evaluate("[...loligoLab.run.spikes]")
    assert len(spikes) > 0
    np.testing.assert_allclose(spikes, names["recording"].spikes, rtol=0, atol=1e-3)
