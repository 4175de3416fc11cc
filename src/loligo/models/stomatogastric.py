"""The neuron of the lobster stomatogastric ganglion of Prinz, Billimoria and Marder (2003)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from loligo._errors import unknown_name
from loligo._units import MV
from loligo.membrane import Channel, Gate, Membrane, State

# Maximal conductances [mS/cm²] of Na, CaT, CaS, A, KCa, Kd, H and leak.
NEURONS: Final = MappingProxyType(
    {
        "AB/PD 1": (400, 2.5, 6, 50, 10, 100, 0.01, 0.0),
        "AB/PD 2": (100, 2.5, 6, 50, 5, 100, 0.01, 0.0),
        "AB/PD 3": (200, 2.5, 4, 50, 5, 50, 0.01, 0.0),
        "AB/PD 4": (200, 5.0, 4, 40, 5, 125, 0.01, 0.0),
        "AB/PD 5": (300, 2.5, 2, 10, 5, 125, 0.01, 0.0),
        "LP 1": (100, 0.0, 8, 40, 5, 75, 0.05, 0.02),
        "LP 2": (100, 0.0, 6, 30, 5, 50, 0.05, 0.02),
        "LP 3": (100, 0.0, 10, 50, 5, 100, 0.0, 0.03),
        "LP 4": (100, 0.0, 4, 20, 0, 25, 0.05, 0.03),
        "LP 5": (100, 0.0, 6, 30, 0, 50, 0.03, 0.02),
        "PY 1": (100, 2.5, 2, 50, 0, 125, 0.05, 0.01),
        "PY 2": (200, 7.5, 0, 50, 0, 75, 0.05, 0.0),
        "PY 3": (200, 10.0, 0, 50, 0, 100, 0.03, 0.0),
        "PY 4": (400, 2.5, 2, 50, 0, 75, 0.05, 0.0),
        "PY 5": (500, 2.5, 2, 40, 0, 125, 0.01, 0.03),
        "PY 6": (500, 2.5, 2, 40, 0, 125, 0.0, 0.02),
    }
)


def stomatogastric(neuron: str = "AB/PD 1") -> Membrane:
    """Return the membrane of a neuron of the pyloric network, with calcium and a Nernst potential.

    One set of currents produces bursters, tonic spikers or silent neurons, depending on eight conductances.

    Parameters
    ----------
    neuron : str
        "AB/PD 1" to "AB/PD 5" (pacemakers: they burst by themselves), "LP 1" to "LP 5", or "PY 1" to "PY 6".

    Returns
    -------
    Membrane
        Channels Na, CaT, CaS, A, KCa, Kd, H and leak; gates m and h of each of Na, CaT, CaS and A, and m of
        each of KCa, Kd and H, called ``m_Na`` and so on; state ca, the calcium concentration [µM].
        ``replace(g_Na=...)`` gives the other neurons of the database.

    Raises
    ------
    UnknownNameError
        The neuron is not in the table.

    Notes
    -----
    The pacemakers have no stable rest: a run starts 1 mV above the unstable rest, or at ``initial={"v": -60}``.
    The Nernst slope, 12.2 mV, is that of the authors' program (10 °C). Calcium rises by 14.96 µM per nA
    through 0.628e-3 cm² of membrane, to hundreds of µM, as published. The currents are based on Liu and
    colleagues (1998), whose time constants differ. AB/PD 5 has 2.5 mS/cm² of CaT; one public copy of the
    table gives 5.0.

    Source
    ------
    Prinz AA, Billimoria CP, Marder E (2003) Alternative to hand-tuning conductance-based models: construction
    and analysis of databases of model neurons. J Neurophysiol 90:3998-4015, table 1,
    doi:10.1152/jn.00641.2003.
    Prinz AA, Bucher D, Marder E (2004) Similar network activity from disparate circuit parameters.
    Nat Neurosci 7:1345-1352, table 2 (the neurons), doi:10.1038/nn1352.
    Liu Z, Golowasch J, Marder E, Abbott LF (1998) A model neuron with activity-dependent conductances
    regulated by multiple calcium sensors. J Neurosci 18:2309-2320, doi:10.1523/JNEUROSCI.18-07-02309.1998.

    Examples
    --------
    >>> stomatogastric().variables[-3:]
    ('m_Kd', 'm_H', 'ca')
    >>> stomatogastric("LP 2")["g_leak"]
    0.02
    """
    if neuron not in NEURONS:
        raise unknown_name("neuron of stomatogastric", neuron, NEURONS)
    g_Na, g_CaT, g_CaS, g_A, g_KCa, g_Kd, g_H, g_leak = NEURONS[neuron]
    E_Ca = "nernst_slope*log(ca_out/ca)"
    m_Na = Gate("m_Na", inf="1/(1 + exp((v + 25.5)/-5.29))", tau="2.64 - 2.52/(1 + exp((v + 120)/-25))")
    h_Na = Gate(
        "h_Na",
        inf="1/(1 + exp((v + 48.9)/5.18))",
        tau="1.34/(1 + exp((v + 62.9)/-10))*(1.5 + 1/(1 + exp((v + 34.9)/3.6)))",
    )
    m_CaT = Gate("m_CaT", inf="1/(1 + exp((v + 27.1)/-7.2))", tau="43.4 - 42.6/(1 + exp((v + 68.1)/-20.5))")
    h_CaT = Gate("h_CaT", inf="1/(1 + exp((v + 32.1)/5.5))", tau="210 - 179.6/(1 + exp((v + 55)/-16.9))")
    m_CaS = Gate("m_CaS", inf="1/(1 + exp((v + 33)/-8.1))", tau="2.8 + 14/(exp((v + 27)/10) + exp((v + 70)/-13))")
    h_CaS = Gate("h_CaS", inf="1/(1 + exp((v + 60)/6.2))", tau="120 + 300/(exp((v + 55)/9) + exp((v + 65)/-16))")
    m_A = Gate("m_A", inf="1/(1 + exp((v + 27.2)/-8.7))", tau="23.2 - 20.8/(1 + exp((v + 32.9)/-15.2))")
    h_A = Gate("h_A", inf="1/(1 + exp((v + 56.9)/4.9))", tau="77.2 - 58.4/(1 + exp((v + 38.9)/-26.5))")
    m_KCa = Gate("m_KCa", inf="ca/(ca + 3)/(1 + exp((v + 28.3)/-12.6))", tau="180.6 - 150.2/(1 + exp((v + 46)/-22.7))")
    m_Kd = Gate("m_Kd", inf="1/(1 + exp((v + 12.3)/-11.8))", tau="14.4 - 12.8/(1 + exp((v + 28.3)/-19.2))")
    m_H = Gate("m_H", inf="1/(1 + exp((v + 75)/5.5))", tau="2/(exp((v + 169.7)/-11.6) + exp((v - 26.7)/14.3))")
    return Membrane(
        Channel("Na", g=g_Na, E=50, open=m_Na**3 * h_Na),
        Channel("CaT", g=g_CaT, E=E_Ca, open=m_CaT**3 * h_CaT),
        Channel("CaS", g=g_CaS, E=E_Ca, open=m_CaS**3 * h_CaS),
        Channel("A", g=g_A, E=-80, open=m_A**3 * h_A),
        Channel("KCa", g=g_KCa, E=-80, open=m_KCa**4),
        Channel("Kd", g=g_Kd, E=-80, open=m_Kd**4),
        Channel("H", g=g_H, E=-20, open=m_H),
        Channel("leak", g=g_leak, E=-50),
        # f is per nA, hence the factor 1000
        State("ca", "(ca_rest - ca - f*1000*area*(I_CaT + I_CaS))/tau_ca", initial=0.05, unit="µM"),
        C=1.0,
        celsius=10.0,
        constants={
            "nernst_slope": (12.2, MV),
            "ca_out": (3000.0, "µM"),
            "ca_rest": (0.05, "µM"),
            "tau_ca": (200.0, "ms"),
            "f": (14.96, "µM/nA"),
            "area": (0.628e-3, "cm²"),
        },
        spike_level=0.0,
        name=f"stomatogastric ({neuron})",
    )
