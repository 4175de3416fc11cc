"""``loligo fit``: the parameters of a membrane from recordings, or from features under a stimulus."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from loligo._errors import ArgumentError
from loligo.cli.fit_output import FitOutput
from loligo.cli.fit_parameters import FitParameters
from loligo.cli.fit_recordings import RecordingOptions
from loligo.cli.fit_targets import TargetOptions
from loligo.cli.stimulus_options import StimulusOptions

if TYPE_CHECKING:
    from loligo.fitting import FeatureFit, Fit

EXAMPLES: Final = """Examples:

  loligo fit steps.abf --model squid --set rest=-65 --vary g_Na=20:500 --vary g_K=5:200 --area 2e-5

  loligo fit current.csv --model squid --vary g_K=5:200 --holding -65 --exclude 20:21 --report fit.html

  loligo fit spikes.csv --model squid --set rest=-65 --vary g_Na=40:360 --vary g_K=12:108 --starts 3

  loligo fit *.csv --model squid --vary g_K=5:200:log --vary E_leak=-30:30:sweep --tie g_leak=g_K/120 --prior g_K=36:5

  loligo fit --model squid --vary g_Na=60:240 --vary g_K=10:60 --step 10 --stop 100 --feature mean_frequency=75:1
  --feature AP_amplitude=80:1

The first line of current.csv names t, current and command with their units: t \\[ms], current \\[µA/cm²],
command \\[mV]. That of spikes.csv, under current clamp, is t \\[ms], v \\[mV], stimulus \\[µA/cm²].
Under voltage clamp series_resistance, g_leak_clamp and E_leak_clamp may be varied, too. Features are those of
docs/populations.md, in their units.
"""


def fit(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE...]", help="Recordings: ABF, NWB, CSV, ... or none, to fit features."),
    ] = None,
    *,
    parameters: FitParameters,
    starts: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            help="How many points to start from (30; of features 5); under current clamp a regression is one more, "
            "with 0 the only one.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="NUMBER", help="Seed of the random starts.")] = 0,
    evaluations: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Largest number of evaluations for each start (300; of features 60)."),
    ] = None,
    recording: RecordingOptions,
    targets: TargetOptions,
    stimulus: StimulusOptions,
    output: FitOutput,
) -> None:
    """Find parameters of a membrane, with their errors, from currents under voltage clamp or v under current clamp.

    Without a file, parameters are found from features with standard deviations, such as a frequency, under a stimulus.
    """
    from loligo.fitting import fit as fit_recordings
    from loligo.fitting import fit_features

    output.check()
    membrane, bounds = parameters.membrane(), parameters.bounds()
    chosen: dict[str, Any] = {"tied": parameters.ties(), "priors": parameters.priors(), "seed": seed}
    chosen |= {} if starts is None else {"starts": starts}
    chosen |= {} if evaluations is None else {"evaluations": evaluations}
    _check_kind(files, recording, targets, stimulus)
    if targets.feature:
        chosen |= targets.settings(stimulus.stimulus())
    else:
        recording.windows()

    def made() -> "Fit | FeatureFit":
        if targets.feature:
            return fit_features(membrane, bounds=bounds, **chosen)
        return fit_recordings(membrane, recording.sweeps(files or ()), bounds, progress=True, **chosen)

    output.written(made)


def _check_kind(
    files: list[Path] | None, recording: RecordingOptions, targets: TargetOptions, stimulus: StimulusOptions
) -> None:
    """Refuse options of features with recordings, and those of recordings with features.

    Raises
    ------
    ArgumentError
    """
    if not files and not targets.feature:
        raise ArgumentError("A fit needs what was measured: recordings, FILE..., or features, --feature NAME=MEAN:SD.")
    if files and targets.feature:
        raise ArgumentError("A fit takes recordings or features, not both: leave out the files, or --feature.")
    shapes = [f"--{name.replace('_', '-')}" for name, value in vars(stimulus).items() if value is not None]
    if files and (others := [*targets.given, *shapes]):
        raise ArgumentError(f"{others[0]} is for features; a recording has its own stimulus: leave it out.")
    if targets.feature and recording.given:
        raise ArgumentError(f"{recording.given[0]} is for recordings, not for features: leave it out.")
