"""``loligo simulate``: run a membrane under a stimulus; spikes on the screen, traces in files."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from loligo.cli.experiment_options import ExperimentOptions
from loligo.cli.membrane_options import MembraneOptions
from loligo.cli.output_options import OutputOptions
from loligo.cli.run_options import RunOptions
from loligo.cli.stimulus_options import StimulusOptions

if TYPE_CHECKING:
    from loligo.recording import Recording

EXAMPLES: Final = """Examples:

  loligo simulate squid --step 7 --start 20 --stop 180

  loligo simulate squid --step 7 --start 20 --stop 180 --set g_Na=180 --png spikes.png --csv traces.csv

  loligo simulate squid --step 7,start=20,stop=60 --sine 2,frequency=0.05 --duration 100

  loligo simulate squid --step -5 --start 20 --stop 180 --hold n=rest@20:180
"""


def simulate(
    *,
    membrane: MembraneOptions,
    stimulus: StimulusOptions,
    run: RunOptions,
    experiment: ExperimentOptions,
    output: OutputOptions,
    sampling: Annotated[
        float,
        typer.Option(
            metavar="MS",
            help="Interval of the traces in ms; spikes do not depend on it.",
            rich_help_panel="Output",
        ),
    ] = 0.05,
) -> None:
    """Run a membrane under a stimulus and list its spikes in ms.

    An amplitude may be followed by its own settings, as in --step 7,start=20,stop=60; an option such as --start applies
    to all other stimuli. A stimulus may be given several times.
    """

    def recording() -> "Recording":
        from loligo.simulation import simulate as run_membrane

        cell, played = membrane.membrane(), stimulus.stimulus()
        settings: dict[str, Any] = run.settings(played) | experiment.settings()
        settings["sampling"] = sampling if output.traces_are_needed else None
        return run_membrane(cell, played, **settings)

    output.written(recording)
