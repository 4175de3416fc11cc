"""``loligo threshold``: the lowest amplitude that makes a membrane fire, with its error."""

import json
import math
from typing import TYPE_CHECKING, Annotated, Final

import typer

from loligo._errors import ArgumentError
from loligo.cli.experiment_options import ExperimentOptions
from loligo.cli.membrane_options import MembraneOptions
from loligo.cli.run_options import RunOptions
from loligo.cli.stimulus_options import StimulusOptions
from loligo.cli.tables import columns

if TYPE_CHECKING:
    from loligo.analysis import Threshold

EXAMPLES: Final = """Examples:

  loligo threshold squid --step 1 --start 20 --stop 180

  loligo threshold squid --step 1 --start 20 --stop 180 --fires repetitively --set g_Na=180

  loligo threshold squid --step -1 --start 20 --stop 180 --resolution 1e-3 --json
"""


def threshold(
    *,
    membrane: MembraneOptions,
    stimulus: StimulusOptions,
    run: RunOptions,
    experiment: ExperimentOptions,
    fires: Annotated[
        str,
        typer.Option(
            metavar="HOW",
            help="once, repetitively (still at the end of the stimulus), or a number of spikes.",
        ),
    ] = "once",
    resolution: Annotated[
        float,
        typer.Option(metavar="NUMBER", help="Width of the result's bracket, in µA/cm² (or of the factor, for a sum)."),
    ] = 1e-6,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, amplitudes in µA/cm².")] = False,
) -> None:
    """Find the lowest amplitude, in µA/cm², that makes a membrane fire.

    Only the sign of the stimulus's amplitude matters. For a sum of stimuli, or for samples, the result is the
    factor by which the whole stimulus is multiplied.
    """
    from loligo.analysis import threshold as find_threshold

    cell, played = membrane.membrane(), stimulus.stimulus()
    if played is None:
        raise ArgumentError("A threshold needs a stimulus whose amplitude is varied, such as --step 1 --stop 160.")
    criterion = int(fires) if fires.lstrip("-").isdecimal() else fires
    settings = run.settings(played) | experiment.settings()
    answer = find_threshold(cell, played, fires=criterion, resolution=resolution, **settings)
    typer.echo(as_words(answer) if not as_json else json.dumps(as_dict(answer), indent=2))


def as_dict(answer: "Threshold") -> dict[str, object]:
    """Return all attributes of a threshold, for JSON."""
    from loligo.intervention.description import described_interventions

    whose = ("membrane", "stimulus", "interventions", "asked")
    found = {name: value for name, value in vars(answer).items() if name in answer.__dataclass_fields__}
    shown = {name: value for name, value in found.items() if name not in whose}
    done = described_interventions(answer.interventions)
    lists = {"bracket": list(answer.bracket), "others": list(answer.others)}
    return shown | lists | ({"interventions": done} if done else {})


def as_words(answer: "Threshold") -> str:
    """Return all attributes of a threshold, one per line."""
    digits = 1 + max(0, math.ceil(-math.log10(answer.error)))
    unit = answer.unit or "times the stimulus"

    def shown(*amplitudes: float) -> str:
        return f"{' to '.join(f'{amplitude:.{digits}f}' for amplitude in amplitudes)} {unit}"

    rows = [
        ("threshold", shown(answer.value)),
        ("bracket", shown(*answer.bracket)),
        ("runs", str(answer.runs)),
        ("monotone", "yes: every larger amplitude that was tried fires too" if answer.monotone else "no"),
    ]
    rows += [("changes again at", shown(other)) for other in answer.others]
    if answer.error > answer.resolution:
        rows.append(("error", f"{answer.error:.2g}, larger than the resolution: give a smaller tolerance"))
    if answer.passive:
        rows.append(("passive", "yes: no spike, v is only pushed over the spike level"))
    if answer.settled is False:
        rows.append(("settled", "no: longer runs find later spikes"))
    return columns(rows)
