"""The report as one self-contained HTML page with its figures, which also prints well."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING, Final

import loligo
from loligo._units import CURRENT, MS
from loligo.course.digits import plain
from loligo.course.drawings import draw
from loligo.course.protocol import RAMP, RAMP_DURATION, STEP, STEP_DURATION, TOLERANCE
from loligo.course.rebound import EXPERIMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.figure import Figure

    from loligo.course.exercise import ExerciseAnswers
    from loligo.course.ramps import SlowRamp
    from loligo.course.rebound import Rebound
    from loligo.course.steps import OneSpike
    from loligo.membrane import Membrane

DOTS_PER_INCH: Final = 130
TITLE: Final = "The Hodgkin-Huxley exercise"

_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; border-top: 1px solid #ccc; padding-top: 1rem; }
p.who span { display: inline-block; width: 14rem; border-bottom: 1px solid #888; margin: 0 2rem 0 .4rem; }
p.why { margin: .6rem 0; } p.others { color: #555; font-size: .92rem; }
p.answer { background: #f3f6f9; border-left: 4px solid #0072B2; padding: .6rem .9rem; }
table { border-collapse: collapse; margin: 1rem 0; font-size: .92rem; }
th, td { text-align: left; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid #ddd; }
figure { margin: 1rem 0; } img { max-width: 100%; } figcaption, footer { color: #555; font-size: .88rem; }
code { font-size: .92em; } @page { size: A4; margin: 18mm 16mm; }
@media print { html { font-size: 9.5pt; }
  body { font-size: 1rem; line-height: 1.35; max-width: none; margin: 0; padding: 0; }
  h2 { break-after: avoid; margin-top: 1.2rem; padding-top: .6rem; } figure, table, p { break-inside: avoid; }
  figure, table { margin: .6rem 0; } th, td { padding-top: .05rem; padding-bottom: .05rem; }
  img { max-height: 105mm; max-width: 85%; }
  p.answer { border: 1px solid #999; border-left-width: 4px; } }
"""


def page(answers: ExerciseAnswers, questions: dict[str, str]) -> str:
    """Return the report as HTML."""
    figures = draw(answers)
    why, others = answers.physiology, answers.elsewhere
    counted = {number: k for k, number in enumerate(figures, 1)}
    tables = {
        "3.1.1": _trials(answers.one_spike),
        "3.1.3": _experiments(answers.rebound),
        "3.2.1": _durations(answers.slow_ramp),
    }
    sections = []
    for number, answer in answers.answers.items():
        lines = "<br>\n".join(escape(line) for line in answer.text().splitlines())
        sections += [f"<h2>({number}) {escape(questions[number])}</h2>", f'<p class="answer">{lines}</p>']
        sections += [f'<p class="why">{escape(why[number])}</p>'] if number in why else []
        sections += [f'<p class="others">{escape(others[number])}</p>'] if number in others else []
        sections += [tables.get(number, "")]
        sections += [_image(*figures[number], counted[number])] if number in figures else []
    body = "\n".join(section for section in sections if section)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{TITLE}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>The Hodgkin-Huxley exercise, answered by simulation</h1>
<p class="who">Name <span>&nbsp;</span> Date <span>&nbsp;</span></p>
{_neuron(answers)}
{body}
{_method(answers.membrane)}
</body>
</html>
"""


def _neuron(answers: ExerciseAnswers) -> str:
    edited = "".join(f"<li><code>{escape(change)}</code></li>" for change in answers.edited)
    changed = f"It was edited:</p><ul>{edited}</ul>" if edited else "It is unchanged.</p>"
    changed += "".join(f"<p><strong>{escape(slip)}</strong></p>" for slip in answers.slips)
    parameters = answers.membrane.parameters
    shown = [name for name in parameters if name[:2] in {"g_", "E_", "C"}]
    numbers = _table(shown, [[escape(str(parameters[name])) for name in shown]])
    gates = answers.membrane.gates
    heads = ["gate", *dict.fromkeys(key for gate in gates for key in gate.formulas)]
    rows = [[gate.name, *(f"<code>{escape(f.text)}</code>" for f in gate.formulas.values())] for gate in gates]
    source = f"<code>{escape(answers.source)}</code>"
    return f"<p>The neuron is defined in {source}. {changed}\n{numbers}\n{_table(heads, rows)}"


def _trials(answer: OneSpike) -> str:
    if not answer.trials:
        return ""
    rows = [[f"{trial.amplitude:g}", str(trial.spikes)] for trial in answer.trials]
    return _table([f"binary search: I [{CURRENT}]", "spikes"], rows)


def _experiments(answer: Rebound) -> str:
    tables = []
    for response in answer.responses:
        if not response.experiments:
            continue
        rows = [["nothing", *[_spiked(response.spikes)] * len(response.names)]]
        rows += [
            [what, *(_spiked(response.spikes_when(gate, what)) for gate in response.names)] for what in EXPERIMENTS
        ]
        rows.append(["all gates reset at its end", *[_spiked(response.no_gate)] * len(response.names)])
        tables.append(_table([f"{response.amplitude:g} {CURRENT}: manipulation", *response.names], rows))
    if answer.map:
        heads = [f"step [{CURRENT}]", *(f"{one.amplitude:g}" for one in answer.map)]
        tables.append(_table(heads, [["abolished by holding", *(one.text() for one in answer.map)]]))
    return "\n".join(tables)


def _durations(answer: SlowRamp) -> str:
    rows = []
    for point in answer.points:
        cells = [f"{point.duration:g}", escape(point.lowest.reason), "", ""]
        if point.lowest.value is not None:
            digits = "#.4g" if answer.graded else ".6f"
            cells[1:] = [f"{point.lowest.value:{digits}}", f"{point.slope:.5f}", f"{point.spike:+.2f}"]
        rows.append(cells)
    return _table(
        [f"ramp [{MS}]", f"I [{CURRENT}]", f"slope [{CURRENT}/{MS}]", f"first spike, after the end [{MS}]"], rows
    )


def _method(membrane: Membrane) -> str:
    return f"""<h2>How these answers were found</h2>
<footer>
<p>Every number is the result of simulations from the rest of the neuron: steps from {STEP.start:g} to
{STEP.stop:g} {MS} in runs of {STEP_DURATION:g} {MS}, ramps from {RAMP.start:g} to {RAMP.stop:g} {MS} in runs of
{RAMP_DURATION:g} {MS}, with an adaptive step (tolerance {plain(TOLERANCE)}) that ends at every edge of the current.
A spike is an upward crossing of {membrane.spike_level:g} mV. Firing is repetitive when there are at least
three spikes inside the step and the gap from the last one to its end is shorter than 1.5 times the last
interval. Below each threshold, a lower amplitude was simulated too and does not make the neuron fire; the error is
the difference between the two.</p>
<p>loligo {escape(loligo.__version__)}</p>
</footer>"""


def _spiked(spikes: tuple[float, ...]) -> str:
    return f"spike after {spikes[0] - STEP.stop:.2f} {MS}" if spikes else "no spike"


def _image(figure: Figure, caption: str, number: int) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    data = base64.b64encode(buffer.getvalue()).decode()
    text = escape(f"Figure {number}. {caption}")
    return f'<figure><img alt="{text}" src="data:image/png;base64,{data}"><figcaption>{text}</figcaption></figure>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{name}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    return f"<table><tr>{head}</tr>\n{body}</table>"
