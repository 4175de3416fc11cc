"""Gates: the fraction of open particles, and its rates."""

from __future__ import annotations

from dataclasses import dataclass, field

from loligo._errors import ModelError
from loligo._units import positive
from loligo.membrane.expression import Expression, expression
from loligo.membrane.names import valid_name
from loligo.membrane.probability import Factor, OpenProbability


@dataclass(frozen=True, init=False)
class Gate(Factor):
    """One gating variable, a number between 0 and 1.

    Its law is ``dx/dt = alpha (1 - x) - beta x`` or, the same in other letters,
    ``dx/dt = (inf - x) / tau``. Give either pair. A gate with ``inf`` alone, or with
    ``instantaneous=True``, is always at its steady state and is not a state variable.

    Parameters
    ----------
    name : str
        The letter of the gate, e.g. ``"m"``.
    alpha, beta : str, optional
        Opening and closing rate [1/ms] as formulas in v [mV], constants and other states.
    inf, tau : str, optional
        Steady state and time constant [ms].
    instantaneous : bool
        Use only the steady state (``alpha/(alpha + beta)`` or ``inf``).
    q10 : float, optional
        Factor of the rates per 10 °C for this gate, instead of the membrane's.

    Raises
    ------
    ModelError
        A name that cannot be used, or not exactly one pair of formulas.
    ExpressionError
        A formula outside the notation of `loligo.membrane.expression`.

    Examples
    --------
    >>> m = Gate("m", alpha="0.1*(25 - v)/(exp((25 - v)/10) - 1)", beta="4*exp(-v/18)")
    >>> h = Gate("h", inf="1/(1 + exp((v + 62)/6))", tau="0.5 + 14/(1 + exp((v + 60)/12))")
    >>> (m**3 * h).text
    '((m)**3)*(h)'
    """

    name: str
    alpha: Expression | None = None
    beta: Expression | None = None
    inf: Expression | None = None
    tau: Expression | None = None
    instantaneous: bool = False
    q10: float | None = field(default=None)

    def __init__(
        self,
        name: str,
        *,
        alpha: str | None = None,
        beta: str | None = None,
        inf: str | None = None,
        tau: str | None = None,
        instantaneous: bool = False,
        q10: float | None = None,
    ) -> None:
        given = {
            key for key, text in {"alpha": alpha, "beta": beta, "inf": inf, "tau": tau}.items() if text is not None
        }
        if given not in ({"alpha", "beta"}, {"inf", "tau"}, {"inf"}):
            got = " and ".join(sorted(given)) or "nothing"
            raise ModelError(
                f"Gate {name!r} takes alpha and beta, or inf and tau, or inf alone (instantaneous); got {got}."
            )
        object.__setattr__(self, "name", valid_name(name, "gate"))
        for key, text in (("alpha", alpha), ("beta", beta), ("inf", inf), ("tau", tau)):
            object.__setattr__(self, key, None if text is None else expression(str(text)))
        object.__setattr__(self, "instantaneous", bool(instantaneous) or given == {"inf"})
        object.__setattr__(self, "q10", None if q10 is None else positive(q10, "", f"q10 of gate {name!r}"))

    @property
    def formulas(self) -> dict[str, Expression]:
        """The formulas that were given, by name."""
        pairs = {"alpha": self.alpha, "beta": self.beta, "inf": self.inf, "tau": self.tau}
        return {key: value for key, value in pairs.items() if value is not None}

    @property
    def open(self) -> OpenProbability:
        """The gate itself as an open probability."""
        return OpenProbability(self.name, (self,))
