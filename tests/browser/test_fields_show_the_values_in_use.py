"""After any change of what runs, every field, slider and mark shows what runs, and a key goes on from there."""

from browser.links import FEW, FULL, changed

# What the page shows of every number, and what runs; a key press on each slider's value is checked in the test below.
CHECK = """
  const MEANING = {conductance: "maximal conductance", reversal: "reversal potential", capacitance: "capacitance",
                   temperature: "temperature", constant: "constant"};
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const frames = async () => { await frame(); await frame(); };
  const wrong = () => {
    const {model, parameters, stimulus, duration} = loligoLab.experiment;
    const expected = new Map(model.parameters.map((p, i) =>
      [`${p.name.replaceAll("_", " ")}, ${MEANING[p.kind]}`, [parameters[i], p.value]]));
    const found = [];
    for (const [name, [value, own]] of expected) {
      const slider = [...document.querySelectorAll("input.slider")].find((s) => s.ariaLabel === `${name}, slider`);
      if (!slider) { found.push(`${model.key}: no ${name}`); continue; }
      const field = slider.closest(".field");
      const typed = Number(field.querySelector("input.number").value.replace("\u2212", "-"));
      const near = Math.abs(slider.valueAsNumber - value) <= Number(slider.step);
      if (Math.abs(typed - value) > 1e-9 * Math.abs(value) || !near)
        found.push(`${model.key} ${name}: ${value} runs, ${typed} and ${slider.value} are shown`);
      if (field.classList.contains("changed") !== (value !== own)) found.push(`${model.key} ${name}: mark`);
    }
    const {amplitude, start, stop} = stimulus;
    const numbers = {"Duration of the run": duration, Amplitude: amplitude, Start: start, Stop: stop};
    for (const [name, value] of Object.entries(numbers)) {
      const field = [...document.querySelectorAll("input.number")].find((s) => s.ariaLabel.startsWith(`${name}, in`));
      if (field && Number(field.value.replace("\u2212", "-")) !== value)
        found.push(`${model.key} ${name}: ${value} runs, ${field.value} is shown`);
    }
    return found;
  };
"""


def test_every_change_of_model_is_shown(lab):
    page = lab(FEW)
    keys = page.evaluate("loligoLab.models.map((model) => model.key)")
    changes, found = page.evaluate(
        f"""async () => {{ {CHECK}
          const select = document.querySelector("select.model");
          const press = async (text) => {{
            const named = (b) => (b.ariaLabel ?? b.textContent).startsWith(text);
            [...document.querySelectorAll("button")].find(named).click();
            await frames();
          }};
          const choose = async (key) => {{
            select.value = key;
            select.dispatchEvent(new Event("change", {{bubbles: true}}));
            await frames();
          }};
          let count = 0;
          const found = [];
          const note = (what) => found.push(...wrong().map((each) => `${{what}}: ${{each}}`));
          const keys = loligoLab.models.map((model) => model.key);
          const pairs = keys.flatMap((one, i) => keys.slice(0, i).map((other, j) =>
            (i + j) % 2 ? [one, other] : [other, one]));
          for (const [a, b] of pairs) {{  // from a to b and back, by every way: undoing the swap is a swap, too
            if (loligoLab.experiment.model.key !== a) await choose(a);
            await press("Keep this as B");
            await choose(b); note(`${{a}} to ${{b}}`);
            await press("Swap A and B"); note("swap");
            await press("Undo"); note("undo of the swap");
            await press("Undo"); note("undo");
            await press("Redo"); note("redo");
            await choose(a); note(`${{b}} to ${{a}}`);
            count += 2;
          }}
          return [count, found];
        }}"""
    )
    assert len(keys) > 10
    assert changes == len(keys) * (len(keys) - 1)
    assert found == []
    assert page.complaints == []


def test_a_key_press_after_a_change_of_model_starts_from_its_own_value(lab):
    page = lab(FULL)
    page.get_by_label("Model", exact=True).select_option("connor_stevens")
    field = page.get_by_label("E K, reversal potential, in mV", exact=True)
    changed(page, lambda: field.press("ArrowUp"))
    assert page.evaluate("loligoLab.setting.conditions.parameters.E_K") == -71.8  # -72 and a step of 0.2
    changed(page, page.get_by_role("button", name="Undo").click)
    changed(page, page.get_by_role("button", name="Undo").click)
    assert field.input_value() == "\N{MINUS SIGN}12"


def test_invalid_input_disappears_with_its_model(lab):
    page = lab(FEW)
    field = page.get_by_label("g Na, maximal conductance, in mS/cm²", exact=True)
    field.fill("much")
    field.press("Enter")
    assert page.locator(".wrong").count() == 1
    changed(page, lambda: page.get_by_label("Model", exact=True).select_option("connor_stevens"))
    assert page.locator(".wrong").count() == 0
