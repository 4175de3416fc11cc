"""A link holds everything that is seen, and a link that is not one of ours changes nothing and runs nothing."""

import pytest

from browser.links import FEW, FULL, SQUID, changed, spikes

ELABORATE = (
    "model=connor_stevens&p.g_Na=150&p.E_K=-80&frozen.b=0.25&during.b=12.5,90&reset.v=-60&reset=stimulus&stimulus=pulses&I.amplitude=30&I.start=10&I.width=2"
    "&I.period=15&I.count=6&duration=120&b.model=squid&b.p.g_K=20&b.stimulus=noise&b.I.amplitude=3&b.I.mean=6&b.I.tau=4"
    "&b.I.seed=12&b.I.start=5&b.I.stop=110&b.duration=120&view=full&panels=v,currents,phase&phase=h,m"
    "&clamp=-70,-60,20,5&clamped=A&theme=dark&tour=2"
)


def settled(page, fragment):
    page.wait_for_function("(fragment) => location.hash === fragment", arg=f"#{fragment}")


@pytest.mark.parametrize("fragment", [FULL, ELABORATE])
def test_a_link_gives_the_same_state_and_is_written_again(lab, fragment):
    page = lab(fragment)
    setting = page.evaluate("loligoLab.setting")
    again = lab(page.evaluate("location.hash.slice(1)"))
    assert again.evaluate("loligoLab.setting") == setting
    assert spikes(again) == spikes(page)
    assert setting["conditions"]["model"] == fragment.split("&")[0].split("=")[1]
    assert page.locator(".message").count() == 0
    page.get_by_role("button", name="Undo").wait_for()
    assert page.evaluate("location.hash.slice(1)") == fragment


def test_changes_are_in_the_link(lab):
    page = lab(SQUID)
    page.get_by_role("slider", name="Injected current, slider").fill("12")
    settled(page, SQUID.replace("amplitude=10", "amplitude=12"))


def test_a_pasted_link_is_followed(lab):
    page = lab(SQUID)
    page.evaluate("(fragment) => { location.hash = fragment; }", FULL.replace("amplitude=10", "amplitude=1"))
    page.wait_for_function("() => loligoLab.run.spikes.length === 0")
    page.locator(".panel-phase").wait_for()


HOSTILE = [
    "model=<script>window.broken=1</script>",
    "model=squid&p.g_Na=1e308&" + SQUID.removeprefix("model=squid&"),
    f"{SQUID}&p.g_Na=NaN",
    f"{SQUID}&p.g_Na=Infinity",
    f"{SQUID}&p.__proto__=1",
    f"{SQUID}&__proto__=1",
    f"{SQUID}&model=squid",
    f"{SQUID}&view=%3Cimg%20src=x%20onerror=window.broken=1%3E",
    f"{SQUID}&panels=v,constructor",
    f"{SQUID}&phase=v,v",
    f"{SQUID}&clamp=0,10",
    f"{SQUID}&tour=1.5",
    f"{SQUID}&theme=javascript:alert(1)",
    f"{SQUID}&frozen.h=2",
    f"{SQUID}&during.h=stimulus",
    f"{SQUID}&frozen.h=0.5&during.h=20,<b>",
    f"{SQUID}&reset.v=1e9&reset=20",
    f"{SQUID}&reset=20",
    f"{SQUID}&%E0%A4%A",
    SQUID.replace("duration=200", "duration=1e12"),
    SQUID.replace("amplitude=10", "amplitude=window.broken"),
    SQUID.replace("amplitude=10", "amplitude=1e300"),
    SQUID.replace("I.stop=180", "I.stop=10"),
    SQUID.replace("step", "pulses"),
    "model=squid&stimulus=pulses&I.amplitude=5&I.start=1&I.width=1&I.period=2&I.count=1e9&duration=200",
    "&" * 500,
    "x" * 100_000,
]


def assert_default(page, start):
    """Check that the page shows what it starts with, says why, and took nothing of the link."""
    assert "The link could not be read" in page.get_by_role("alert").inner_text()
    assert page.evaluate("[loligoLab.setting.conditions, loligoLab.setting.view]") == start
    assert len(spikes(page)) > 0
    assert page.evaluate("window.broken ?? null") is None
    assert page.locator("#lab img, #lab script").count() == 0
    assert page.complaints == []


@pytest.fixture(scope="module")
def start(engine_page):
    """Return what the page starts with."""
    return engine_page.evaluate("[loligoLab.setting.conditions, loligoLab.setting.view]")


@pytest.mark.parametrize("fragment", [HOSTILE[0], HOSTILE[18], HOSTILE[-1]], ids=["markup", "escape", "long"])
def test_a_hostile_link_gives_the_default_and_a_message(lab, start, fragment):
    assert_default(lab(fragment), start)


def test_no_hostile_link_does_more_when_it_is_pasted(lab, start):
    page = lab(FEW)
    for fragment in HOSTILE:
        changed(page, lambda: page.evaluate("(fragment) => { location.hash = fragment; }", FEW.replace("=10", "=1")))
        page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
        page.wait_for_function(
            "() => loligoLab.setting.conditions.stimulus.amplitude === 10 && loligoLab.run.spikes.length > 0"
        )
        assert_default(page, start)


def test_axes_and_clamp_of_a_model_stay_out_of_the_link_of_another(lab):
    page = lab("model=morris_lecar&view=full")
    page.get_by_role("button", name="Keep this as B").click()
    changed(page, lambda: page.get_by_label("Model", exact=True).select_option("squid"))
    page.get_by_label("Vertical axis of the phase plane").select_option("m")
    page.get_by_label("Current shown").select_option("Na")
    page.locator(".panel-clamp summary").click()
    page.get_by_label("Last step to, in mV", exact=True).fill("165")
    page.keyboard.press("Enter")
    changed(page, page.get_by_role("button", name="Swap A and B").click)
    page.wait_for_function("() => location.hash.startsWith('#model=morris_lecar')")
    again = lab(page.evaluate("location.hash.slice(1)"))
    assert again.locator(".message").count() == 0
    assert again.evaluate("loligoLab.setting") == page.evaluate("loligoLab.setting")
    changed(page, page.get_by_role("button", name="Undo").click)
    assert page.evaluate("loligoLab.setting.phase") == ["v", "m"]
