"""The minimal cortical neurons of Pospischil and colleagues (2008)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple

from loligo._errors import unknown_name
from loligo._units import MV
from loligo.membrane import Channel, Gate, Membrane, State


class Cell(NamedTuple):
    """The parameters that differ between kinds of cells: maximal conductances [mS/cm²] and the leak's reversal [mV]."""

    g_Kd: float
    g_leak: float
    E_leak: float
    g_M: float = 0.0
    g_CaL: float = 0.0
    g_CaT: float = 0.0


KINDS: Final = MappingProxyType(
    {
        "RS": Cell(5.0, 0.1, -70.0, g_M=0.07),
        "FS": Cell(10.0, 0.15, -70.0),
        "IB": Cell(5.0, 0.01, -85.0, g_M=0.03, g_CaL=0.17),
        "LTS": Cell(5.0, 0.01, -85.0, g_M=0.03, g_CaT=0.4),
    }
)


def pospischil(kind: str = "RS") -> Membrane:
    """Return the membrane of a cortical neuron, with the fewest currents that produce its kind of firing.

    Parameters
    ----------
    kind : {"RS", "FS", "IB", "LTS"}
        Regular spiking (adapting, by the M-current), fast spiking, intrinsically bursting (with an L-type
        calcium current), or low-threshold spiking (with a T-type calcium current, and calcium).

    Returns
    -------
    Membrane
        Channels Na, Kd and leak, then M (not FS), CaL (IB) or CaT (LTS); gates m, h, n, then p, q and r, or u
        and the instantaneous s. LTS has a state ca [mM], which sets the reversal of its CaT. At 36 °C.

    Raises
    ------
    UnknownNameError
        The name is not that of a kind of cell.

    Notes
    -----
    The formulas are those of the paper, the numbers those of the authors' programs (ModelDB 123623), because the
    paper fits different numbers to each recording. Where formulas disagree, this follows the programs: the
    temperature factor 3**1.2 divides all of tau of u (paper: 3.7 divides only its second term); CaL reverses at 120.25
    mV (paper: 120); the reversal of CaT follows its calcium (paper: 120).

    Source
    ------
    Pospischil M, Toledo-Rodriguez M, Monier C, Piwkowska Z, Bal T, Frégnac Y, Markram H, Destexhe A (2008)
    Minimal Hodgkin-Huxley type models for different classes of cortical and thalamic neurons.
    Biol Cybern 99:427-441, doi:10.1007/s00422-008-0263-8.

    Examples
    --------
    >>> pospischil("FS").variables
    ('v', 'm', 'h', 'n')
    >>> pospischil("LTS").variables
    ('v', 'm', 'h', 'n', 'p', 'u', 'ca')
    """
    if kind not in KINDS:
        raise unknown_name("kind of pospischil", kind, KINDS)
    cell = KINDS[kind]
    parts: list[Channel | State] = [*_spiking(cell)]
    constants: dict[str, tuple[float, str]] = {"V_T": (-55.0, MV)}
    if cell.g_M:
        parts.append(_m_current(cell))
        constants |= {"tau_max": (1000.0, "ms")}
    if cell.g_CaL:
        parts.append(_l_current(cell))
    if cell.g_CaT:
        parts += _t_current(cell)
        constants |= {
            "V_x": (2.0, MV),
            "ca_out": (2.0, "mM"),
            "ca_rest": (2.4e-4, "mM"),
            "tau_ca": (5.0, "ms"),
            "depth": (1.0, "µm"),
        }
    return Membrane(
        *parts,
        C=1.0,
        celsius=36.0,
        reference_celsius=36.0,
        constants=constants,
        spike_level=0.0,
        name=f"pospischil ({kind})",
    )


def _spiking(cell: Cell) -> list[Channel]:
    """Sodium current and delayed rectifier of Traub and Miles, whose thresholds V_T shifts; and the leak."""
    m = Gate(
        "m",
        alpha="-0.32*(v - V_T - 13)/(exp(-(v - V_T - 13)/4) - 1)",
        beta="0.28*(v - V_T - 40)/(exp((v - V_T - 40)/5) - 1)",
        q10=3.0,
    )
    h = Gate("h", alpha="0.128*exp(-(v - V_T - 17)/18)", beta="4/(1 + exp(-(v - V_T - 40)/5))", q10=3.0)
    n = Gate(
        "n",
        alpha="-0.032*(v - V_T - 15)/(exp(-(v - V_T - 15)/5) - 1)",
        beta="0.5*exp(-(v - V_T - 10)/40)",
        q10=3.0,
    )
    return [
        Channel("Na", g=50, E=50, open=m**3 * h),
        Channel("Kd", g=cell.g_Kd, E=-100, open=n**4),
        Channel("leak", g=cell.g_leak, E=cell.E_leak),
    ]


def _m_current(cell: Cell) -> Channel:
    """Slow potassium current of Yamada, Koch and Adams: spike-frequency adaptation."""
    p = Gate(
        "p",
        inf="1/(1 + exp(-(v + 35)/10))",
        tau="tau_max/(3.3*exp((v + 35)/20) + exp(-(v + 35)/20))",
        q10=2.3,
    )
    return Channel("M", g=cell.g_M, E=-100, open=p)


def _l_current(cell: Cell) -> Channel:
    """High-threshold calcium current of Reuveni and colleagues: bursts."""
    q = Gate("q", alpha="0.055*(-27 - v)/(exp((-27 - v)/3.8) - 1)", beta="0.94*exp((-75 - v)/17)")
    r = Gate("r", alpha="0.000457*exp((-13 - v)/50)", beta="0.0065/(exp((-15 - v)/28) + 1)")
    return Channel("CaL", g=cell.g_CaL, E=120.25, open=q**2 * r)


def _t_current(cell: Cell) -> list[Channel | State]:
    """Low-threshold calcium current of Huguenard and McCormick, and the calcium under the membrane."""
    s = Gate("s", inf="1/(1 + exp(-(v + V_x + 57)/6.2))")
    u = Gate(
        "u",
        inf="1/(1 + exp((v + V_x + 81)/4))",
        tau="(30.8 + (211.4 + exp((v + V_x + 113.2)/5))/(1 + exp((v + V_x + 84)/3.2)))/3**1.2",
        q10=3.0,
    )
    nernst = "1000*8.31441*(celsius + 273.15)/(2*96485.309)*log(ca_out/ca)"
    inflow = "(-10*I_CaT/(2*96489*depth) if I_CaT < 0 else 0)"  # as in the source, an outward current does not lower ca
    return [
        Channel("CaT", g=cell.g_CaT, E=nernst, open=s**2 * u),
        State("ca", f"{inflow} + (ca_rest - ca)/tau_ca", initial=2.4e-4, unit="mM"),
    ]
