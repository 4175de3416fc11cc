"""In a browser, a membrane with kinetic schemes runs as `loligo.simulate` runs it, and the page shows it whole."""

import numpy as np
import pytest

import loligo as lo
from reference.schemes import squid

MEMBRANE = squid()
STEP = {"kind": "step", "amplitude": 10, "start": 20, "stop": 180}


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    from browser.conftest import missing
    from loligo.lab import export
    from loligo.lab.document import BUILT

    if not BUILT.exists():
        missing("the lab's page has not been built: make web")
    file = export(tmp_path_factory.mktemp("schemes"), [MEMBRANE], diagrams=False)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    opened.complaints = []
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.goto(file.as_uri())
    opened.wait_for_function("() => window.loligoLab?.run")
    yield opened
    context.close()


def evaluated(page, what):
    return page.evaluate(
        f"""(stimulus) => {{
          const model = LOLIGO.models.find((one) => one.title === "squid in schemes");
          const parameters = Float64Array.from(model.parameters.map((one) => one.value));
          const experiment = {{model, parameters, stimulus, duration: 200, frozen: new Map()}};
          {what}
        }}""",
        STEP,
    )


def test_spikes_and_occupancies_are_those_of_simulate(page):
    found = evaluated(
        page,
        """const run = loligoLab.engine.simulate(experiment, 401);
        const y = run.y.map((trace) => [...trace]);
        return {names: model.states.map((s) => s.name), spikes: run.spikes, t: [...run.t], y};""",
    )
    assert found["names"] == list(MEMBRANE.variables)
    run = lo.simulate(MEMBRANE, lo.Step(10.0, start=20, stop=180), 200, sampling=np.array(found["t"]))
    assert len(found["spikes"]) == run.spikes.size > 5
    assert np.abs(np.array(found["spikes"]) - run.spikes).max() < 1e-3
    for name, trace in list(zip(found["names"], found["y"], strict=True))[1:]:
        assert np.abs(np.array(trace) - run[name]).max() < 1e-2


def test_printed_functions_are_the_compiled_ones(page):
    from loligo.kernel import compiled

    states = np.random.default_rng(2).uniform(0.0, 0.1, (50, len(MEMBRANE.variables)))
    states[:, 0] = np.linspace(-100, 120, 50)
    rows = page.evaluate(
        """(states) => {
          const model = LOLIGO.models.find((one) => one.title === "squid in schemes");
          const p = Float64Array.from(model.parameters.map((one) => one.value));
          return states.map((row) => {
            const out = new Float64Array(row.length);
            model.derivatives(Float64Array.from(row), 3.5, p, out);
            return [...out];
          });
        }""",
        states.tolist(),
    )
    kernel, q = compiled(MEMBRANE)
    slopes = kernel.slopes(3.5, states, q)
    assert np.abs(np.array(rows) - slopes).max() < 1e-12 * np.abs(slopes).max()


def test_the_page_opens_every_panel(page):
    assert page.complaints == []
    assert page.evaluate("loligoLab.run.spikes.length") >= 1
