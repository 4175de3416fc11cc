"""Options of the stimulus: one for each kind, others for times and shapes; all given stimuli are added."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loligo.cli.stimulus_words import StimulusWords, built

if TYPE_CHECKING:
    from loligo.stimulus import Stimulus

_KIND, _SHAPE = "Stimulus (several are summed)", "Times and shape of the stimulus"


def _kind(text: str, metavar: str = "AMPLITUDE") -> Any:
    return typer.Option(metavar=metavar, help=text, rich_help_panel=_KIND)


def _shape(text: str, metavar: str) -> Any:
    return typer.Option(metavar=metavar, help=text, rich_help_panel=_SHAPE)


Texts = list[str] | None


@dataclass(frozen=True)
class StimulusOptions:
    """The given stimuli, and the settings that they share."""

    step: Annotated[Texts, _kind("A constant current of AMPLITUDE µA/cm², from --start to --stop.")] = None
    ramp: Annotated[Texts, _kind("A current that grows from zero to AMPLITUDE µA/cm² at --stop.")] = None
    sine: Annotated[Texts, _kind("A sinusoid of AMPLITUDE µA/cm² with a --frequency around an --offset.")] = None
    pulses: Annotated[Texts, _kind("Rectangular pulses of AMPLITUDE µA/cm² and one --width at --onsets.")] = None
    chirp: Annotated[Texts, _kind("A sinusoid of AMPLITUDE µA/cm² whose frequency grows from --first to --last.")] = (
        None
    )
    noise: Annotated[
        Texts, _kind("Seeded noise with a standard deviation of AMPLITUDE µA/cm² and correlation time --tau.")
    ] = None
    samples: Annotated[
        Texts,
        _kind(
            "A recorded current in µA/cm²: a text or .npy file with one column of values at intervals of "
            "--dt, or with two, time in ms and current; also a CSV that `loligo simulate` wrote.",
            metavar="FILE",
        ),
    ] = None
    start: Annotated[float | None, _shape("When the stimulus begins, in ms (0).", "MS")] = None
    stop: Annotated[float | None, _shape("When the stimulus ends, in ms.", "MS")] = None
    frequency: Annotated[float | None, _shape("Frequency of --sine, in kHz (0.01).", "KHZ")] = None
    offset: Annotated[float | None, _shape("Offset of --sine, in µA/cm² (0).", "CURRENT")] = None
    phase: Annotated[float | None, _shape("Phase of --sine at its start, in rad (0).", "RAD")] = None
    onsets: Annotated[
        str | None,
        _shape("When --pulses begin, in ms: 10,25,40, or 10:200:20 for from:until:every (0).", "MS,..."),
    ] = None
    width: Annotated[float | None, _shape("Width of each of --pulses, in ms (1).", "MS")] = None
    first: Annotated[float | None, _shape("Frequency of --chirp at its start, in kHz (0.001).", "KHZ")] = None
    last: Annotated[float | None, _shape("Frequency of --chirp at its stop, in kHz (0.1).", "KHZ")] = None
    tau: Annotated[float | None, _shape("Correlation time of --noise, in ms (5).", "MS")] = None
    mean: Annotated[float | None, _shape("Mean of --noise, in µA/cm² (0).", "CURRENT")] = None
    seed: Annotated[int | None, _shape("Seed of --noise; the same seed gives the same current (0).", "NUMBER")] = None
    dt: Annotated[
        float | None,
        _shape("Interval of --samples in a file without times, or of the knots of --noise (tau/20), in ms.", "MS"),
    ] = None
    most_megabytes: Annotated[float | None, _shape("Largest size of the file of --samples, in MB (64).", "NUMBER")] = (
        None
    )
    between: Annotated[
        str | None, _shape("Connect --samples by straight lines, or hold each: line or hold (line).", "WORD")
    ] = None

    def stimulus(self) -> "Stimulus | None":
        """Return the sum of all given stimuli, or None.

        Raises
        ------
        LoligoError
            An invalid number, or a setting that applies to none of the given stimuli.
        OSError
            A file of samples that cannot be read.
        """
        kinds = ("step", "ramp", "sine", "pulses", "chirp", "noise", "samples")
        own = {name: value for name, value in vars(self).items() if value is not None}
        words = [StimulusWords.read(kind, text) for kind in kinds for text in own.pop(kind, ())]
        return built(words, own)
