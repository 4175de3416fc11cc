"""Every number, button and choice of the full view changes the run, and only in its own way."""

import pytest

from browser.links import FEW, FULL, SQUID, changed, spikes, trace


def typed(page, label, text):
    field = page.get_by_label(label, exact=True)
    changed(page, lambda: (field.fill(text), field.press("Enter")))


@pytest.mark.parametrize(
    ("label", "text", "path", "value"),
    [
        ("Amplitude, in µA/cm²", "7.5", "setting.conditions.stimulus.amplitude", 7.5),
        ("Start, in ms", "35", "setting.conditions.stimulus.start", 35),
        ("Stop, in ms", "90,5", "setting.conditions.stimulus.stop", 90.5),
        ("Duration of the run, in ms", "150", "setting.conditions.duration", 150),
        ("g Na, maximal conductance, in mS/cm²", "180", "setting.conditions.parameters.g_Na", 180),
        ("g K, maximal conductance, in mS/cm²", "0", "setting.conditions.parameters.g_K", 0),
        ("E leak, reversal potential, in mV", "12", "setting.conditions.parameters.E_leak", 12),
        ("C, capacitance, in µF/cm²", "2", "setting.conditions.parameters.C", 2),
        ("celsius, temperature, in °C", "18.5", "setting.conditions.parameters.celsius", 18.5),
    ],
)
def test_a_typed_number_is_simulated(lab, label, text, path, value):
    page = lab(FEW)
    before = trace(page)
    typed(page, label, text)
    assert page.evaluate(f"loligoLab.{path}") == value
    assert trace(page) != before
    assert page.complaints == []


def test_a_dragged_slider_is_simulated(lab):
    page = lab(SQUID)
    count = len(spikes(page))
    slider = page.get_by_role("slider", name="Injected current, slider")
    changed(page, lambda: slider.fill("2"))
    assert len(spikes(page)) == 0 < count
    assert page.get_by_label("Injected current, in µA/cm²").input_value() == "2"


@pytest.mark.parametrize("kind", ["ramp", "sine", "pulses", "pair", "noise"])
def test_every_kind_of_stimulus_is_played(lab, kind):
    page = lab(FEW)
    changed(page, lambda: page.get_by_label("Kind of stimulus").select_option(kind))
    assert page.evaluate("loligoLab.setting.conditions.stimulus.kind") == kind
    assert page.evaluate("new Set(loligoLab.run.I).size") > 1
    assert page.complaints == []


@pytest.mark.parametrize(("blocker", "channel"), [("TTX", 0), ("TEA", 1)])
def test_blockers_block_and_wash_out(lab, blocker, channel):
    page = lab(FEW)
    button = page.get_by_role("button", name=blocker, exact=True)
    before = spikes(page)
    changed(page, button.click)
    assert set(page.evaluate(f"[...loligoLab.run.conductances[{channel}]]")) == {0}
    assert spikes(page) != before
    changed(page, button.click)
    assert spikes(page) == before


def test_a_held_gate_stays_where_it_is_held(lab):
    page = lab(FEW)
    changed(page, lambda: page.locator(".hold input[type=checkbox]").nth(1).check())
    typed(page, "h held at", "0.25")
    assert set(page.evaluate("[...loligoLab.run.y[2]]")) == {0.25}


def test_thresholds_are_found_and_can_be_shown(lab):
    page = lab(FEW)
    page.get_by_role("button", name="For a spike").click()
    assert page.locator("#threshold-once").inner_text().startswith("2.241")  # 2.240946
    changed(page, page.get_by_role("button", name="Show just below").click)
    assert spikes(page) == []
    page.get_by_role("button", name="For repetitive firing").click()
    assert page.locator("#threshold-repetitively").inner_text().startswith("6.2")
    changed(page, page.get_by_role("button", name="Show it").click)
    assert len(spikes(page)) > 3


def test_b_is_kept_while_a_changes(lab):
    page = lab(FEW)
    first = spikes(page)
    page.get_by_role("button", name="Keep this as B").click()
    typed(page, "Amplitude, in µA/cm²", "7")
    page.wait_for_function("() => loligoLab.overlayRun !== null")
    assert page.evaluate("[...loligoLab.overlayRun.spikes]") == first
    assert spikes(page) != first
    changed(page, page.get_by_role("button", name="Swap A and B").click)
    assert spikes(page) == first


def test_undo_redo_and_reset_go_back_and_forth(lab):
    page = lab(FEW)
    first = spikes(page)
    typed(page, "g Na, maximal conductance, in mS/cm²", "200")
    second = spikes(page)
    changed(page, page.get_by_role("button", name="Undo").click)
    assert spikes(page) == first
    changed(page, page.get_by_role("button", name="Redo").click)
    assert spikes(page) == second
    assert page.locator(".field.changed").count() == 1
    changed(page, page.get_by_role("button", name="Reset").click)
    assert spikes(page) == first
    assert page.locator(".field.changed").count() == 0


def test_every_model_is_shown_in_full(lab):
    page = lab(FULL)
    for key in page.evaluate("loligoLab.models.map((model) => model.key)")[1:]:
        changed(page, lambda key=key: page.get_by_label("Model", exact=True).select_option(key))
        assert page.evaluate("[loligoLab.experiment.model.key, loligoLab.run.end]") == [key, "finished"]
    assert page.complaints == []


def test_panels_are_hidden_and_shown(lab):
    page = lab(FULL)
    assert page.locator(".panel-gates canvas").count() == 1
    page.get_by_role("button", name="Hide Gates").click()
    page.locator(".panel-gates").wait_for(state="detached")
    page.get_by_role("checkbox", name="Gates").check()
    page.locator(".panel-gates canvas").wait_for()


def test_the_beginner_has_a_trace_and_three_controls(lab):
    page = lab()
    assert page.locator(".controls .field").count() == 3
    assert page.locator(".panel").count() == 2  # v, and what causes it
    page.get_by_role("button", name="Full").click()
    page.locator(".panel-phase").wait_for()


def test_a_wrong_number_is_refused_with_the_reason(lab):
    page = lab(FEW)
    field = page.get_by_label("g Na, maximal conductance, in mS/cm²", exact=True)
    for text, reason in (("1e9", "Enter a value from 0 to 360"), ("much", "Enter a number")):
        field.fill(text)
        field.press("Enter")
        assert reason in page.get_by_role("alert").inner_text()
        assert page.evaluate("loligoLab.experiment.parameters[4]") == 120


def test_the_beginner_is_notified_of_hidden_changes(lab):
    page = lab(f"{SQUID}&p.celsius=10&frozen.h=0.5")
    assert page.locator(".beyond").inner_text() == "Also changed (see Full): temperature, h held."


def test_initial_settings_of_models_and_questions_are_not_changes(lab):
    page = lab(SQUID)
    found = page.evaluate(
        """async () => {
          const frames = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          const beyond = () => document.querySelector(".beyond")?.innerText ?? "";
          const press = async (text) => {
            [...document.querySelectorAll("button")].find((b) => b.textContent === text).click();
            await frames();
          };
          const found = [];
          for (const {key} of loligoLab.models) {
            const select = document.querySelector("select.model");
            select.value = key;
            select.dispatchEvent(new Event("change", {bubbles: true}));
            await frames();
            found.push([key, beyond()]);
            await press("Exercise");
            for (let last = false; !last;) {
              found.push([key, document.querySelector("#tour-title").innerText, beyond()]);
              last = [...document.querySelectorAll("button")].find((b) => b.textContent === "Next").disabled;
              if (!last) await press("Next");
            }
            await press("Exercise");
          }
          return found;
        }"""
    )
    assert len(found) > 60
    assert [each for each in found if each[-1] != ""] == []


def test_settings_taken_from_the_start_of_a_model_are_shown(lab):
    bistable = "model=morris_lecar_homoclinic&stimulus=step&I.amplitude=38&I.start=100&I.stop=900&duration=1000"
    for reset, said in (("&reset.v=-15&reset=300", None), ("&reset.v=-15&reset=400", "v reset"), ("", "no reset")):
        beyond = lab(f"{bistable}{reset}").locator(".beyond").all_inner_texts()
        assert beyond == ([] if said is None else [f"Also changed (see Full): {said}."])


def test_an_enlarged_stretch_ends_with_its_model(lab):
    page = lab(FEW)
    box = page.locator(".plot-v .u-over").bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 40)
    page.mouse.up()
    whole = page.get_by_role("button", name="Show the whole run")
    whole.wait_for()
    changed(page, lambda: page.get_by_label("Model", exact=True).select_option("connor_stevens"))
    assert whole.count() == 0


def test_the_cursor_shows_its_time(lab):
    page = lab(FEW)
    page.locator(".plot-v .u-over").hover()
    page.wait_for_function("() => /^t = [0-9.]+ ms$/.test(document.querySelector('.when').textContent)")
