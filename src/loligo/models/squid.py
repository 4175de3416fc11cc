"""The squid giant axon of Hodgkin and Huxley (1952)."""

from __future__ import annotations

from loligo._units import MV, number
from loligo.membrane import Channel, Gate, Membrane


def squid(rest: float = 0.0) -> Membrane:
    """Return the membrane of the squid giant axon.

    Parameters
    ----------
    rest : float
        The resting potential [mV]: 0 for the paper's own scale (depolarisation positive), -65 for absolute
        potentials. All potentials of the membrane shift with it.

    Returns
    -------
    Membrane
        Channels Na, K and leak; gates m, h, n; 6.3 °C, rates x 3 per 10 °C.

    Source
    ------
    Hodgkin AL, Huxley AF (1952) J Physiol 117:500-544, table 3 and equations 7-26,
    doi:10.1113/jphysiol.1952.sp004764; in the modern sign convention. The leak reversal 10.6 mV (printed: 10.613)
    and the temperature law are those of the paper's pages 519 and 525.

    Examples
    --------
    >>> squid().variables
    ('v', 'm', 'h', 'n')
    >>> squid(rest=-65)["E_Na"]
    50.0
    """
    rest = number(rest, MV, "rest")
    u = f"(v - {rest!r})" if rest else "v"
    m = Gate("m", alpha=f"0.1*(25 - {u})/(exp((25 - {u})/10) - 1)", beta=f"4*exp(-{u}/18)")
    h = Gate("h", alpha=f"0.07*exp(-{u}/20)", beta=f"1/(exp((30 - {u})/10) + 1)")
    n = Gate("n", alpha=f"0.01*(10 - {u})/(exp((10 - {u})/10) - 1)", beta=f"0.125*exp(-{u}/80)")
    return Membrane(
        Channel("Na", g=120, E=rest + 115, open=m**3 * h),
        Channel("K", g=36, E=rest - 12, open=n**4),
        Channel("leak", g=0.3, E=rest + 10.6),
        C=1.0,
        celsius=6.3,
        reference_celsius=6.3,
        q10=3.0,
        spike_level=rest + 50,
        name="squid",
    )
