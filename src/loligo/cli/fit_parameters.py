"""Options of fits: the membrane, varied parameters and their bounds, ties, and priors."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import typer

from loligo._errors import ArgumentError
from loligo.cli.membrane_options import changed_model
from loligo.cli.pairs import number_in, pairs

if TYPE_CHECKING:
    from loligo.fitting import Bound
    from loligo.membrane import Membrane

FORM: Final = "LOW:HIGH[:log|linear][:sweep]"
SCALES: Final = ("linear", "log")
EQUALS: Final = re.compile(r"(?<![<>=!])=(?!=)")  # an equals sign that does not belong to a comparison
PER_SWEEP: Final = "sweep"


@dataclass(frozen=True)
class FitParameters:
    """The membrane of a fit and its parameters."""

    model: Annotated[str, typer.Option(metavar="MODEL", help="A published membrane; `loligo models` lists them.")]
    vary: Annotated[
        list[str],
        typer.Option(
            metavar=f"NAME={FORM}",
            help="Fit this parameter between two bounds, on a logarithmic or linear scale; with `sweep` each sweep has "
            "its own value; repeatable.",
        ),
    ]
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a parameter that is not varied.")
    ] = None
    tie: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FORMULA",
            help="Let a parameter follow from others, as in g_leak=g_K/120, or fix it at a number; repeatable.",
        ),
    ] = None
    prior: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=MEAN:SD",
            help="Prior of a varied parameter, as its mean and standard deviation; repeatable.",
        ),
    ] = None

    def membrane(self) -> "Membrane":
        """Return the membrane.

        Raises
        ------
        LoligoError
            An unknown model or parameter, or an invalid number.
        """
        return changed_model(self.model, self.changes)

    def bounds(self) -> "dict[str, Bound]":
        """Return the bounds of the varied parameters.

        Raises
        ------
        ArgumentError
            The text is not two numbers, or an unknown word follows them.
        """
        return {name: _bound(name, text) for name, text in pairs(self.vary, "--vary", "NAME=LOW:HIGH").items()}

    def ties(self) -> dict[str, str]:
        """Return the formulas as text; only `loligo.membrane.expression` parses them.

        Raises
        ------
        ArgumentError
            A name or a formula is missing, there is a second equals sign, or a name is given twice.
        """
        found = pairs(self.tie, "--tie", "NAME=FORMULA")
        for name, formula in found.items():
            if EQUALS.search(formula):
                raise ArgumentError(
                    f"--tie takes one NAME=FORMULA, without another =; got '{name}={formula}'. Repeat --tie for each "
                    "parameter."
                )
        return found

    def priors(self) -> dict[str, tuple[float, float]]:
        """Return the means and standard deviations of the priors.

        Raises
        ------
        ArgumentError
            A value is not two numbers, or a name is given twice.
        """
        return measured(self.prior, "--prior")


def measured(texts: Iterable[str] | None, option: str) -> dict[str, tuple[float, float]]:
    """Return the means and standard deviations of a repeatable option NAME=MEAN:SD.

    Raises
    ------
    ArgumentError
        A value is not two numbers, or a name is given twice.
    """
    given = pairs(texts, option, "NAME=MEAN:SD")
    return {name: two_numbers(text, f"{option} {name}", "MEAN:SD") for name, text in given.items()}


def two_numbers(text: str, what: str, form: str) -> tuple[float, float]:
    """Return two numbers that were typed with a colon between them.

    Raises
    ------
    ArgumentError
        Anything else.
    """
    first, colon, second = text.partition(":")
    if not colon:
        raise ArgumentError(f"{what} takes two numbers, {form}; got {text!r}.")
    return number_in(first, what), number_in(second, what)


def _bound(name: str, text: str) -> "Bound":
    from loligo.fitting import Bound

    numbers, words = text.split(":")[:2], [word.strip() for word in text.split(":")[2:]]
    low, high = two_numbers(":".join(numbers), f"--vary {name}", "LOW:HIGH")
    if not {*words} <= {*SCALES, PER_SWEEP} or len({*words}) < len(words) or {*SCALES} <= {*words}:
        raise ArgumentError(f"--vary {name} takes {FORM}; got {text!r}.")
    scale = next((word for word in words if word in SCALES), "")
    try:
        return Bound(low, high, scale=scale, per=PER_SWEEP if PER_SWEEP in words else "")
    except ArgumentError as error:
        raise ArgumentError(f"--vary {name}: {error}") from None
