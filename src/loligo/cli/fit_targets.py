"""Options of a fit to features: their means and standard deviations, and how the membrane is run."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from loligo._errors import ArgumentError
from loligo.cli.fit_parameters import two_numbers
from loligo.cli.pairs import number_in, pairs

if TYPE_CHECKING:
    from loligo.stimulus import Stimulus

FORM: Final = "NAME=MEAN:SD"
TIMES: Final = "spike_times"
_PANEL = "Features, instead of recordings"


@dataclass(frozen=True)
class TargetOptions:
    """Features with mean and standard deviation, and the runs that are compared with them."""

    feature: Annotated[
        list[str] | None,
        typer.Option(
            metavar=FORM,
            help="A feature that was measured under the stimulus below, in its unit, with its standard deviation; "
            f"times of all spikes are {TIMES}=MS,MS,...:SD. Repeatable.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    duration: Annotated[
        float | None,
        typer.Option(
            metavar="MS",
            help="Length of the runs in ms; by default 60 ms longer than the stimulus.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    members: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            help="Number of membranes within the bounds that are run first (1024); searches start at the best.",
            rich_help_panel=_PANEL,
        ),
    ] = None

    @property
    def given(self) -> list[str]:
        """The options that were given."""
        return [f"--{name}" for name, value in vars(self).items() if value is not None]

    def targets(self) -> dict[str, tuple[Any, float]]:
        """Return mean and standard deviation by feature.

        Raises
        ------
        ArgumentError
            No numbers, or a feature given twice.
        """
        found: dict[str, tuple[Any, float]] = {}
        for name, text in pairs(self.feature, "--feature", FORM).items():
            what = f"--feature {name}"
            if name == TIMES:
                times, colon, deviation = text.rpartition(":")
                if not colon:
                    raise ArgumentError(f"{what} takes times and their standard deviation, MS,MS,...:SD; got {text!r}.")
                each = [number_in(time, f"each time of {what}") for time in times.split(",")]
                found[name] = (each, number_in(deviation, f"the standard deviation of {what}"))
            else:
                found[name] = two_numbers(text, what, "MEAN:SD")
        return found

    def settings(self, stimulus: "Stimulus | None") -> dict[str, Any]:
        """Return stimulus, targets and what else was typed, as keyword arguments of `loligo.fit_features`.

        Raises
        ------
        ArgumentError
            There is no stimulus, or targets are no numbers.
        """
        if stimulus is None:
            raise ArgumentError("Features are those under a stimulus: give one, e.g. --step 10 --stop 100.")
        chosen = {"duration": self.duration, "members": self.members}
        given: dict[str, Any] = {"stimulus": stimulus, "targets": self.targets()}
        return given | {name: value for name, value in chosen.items() if value is not None}
