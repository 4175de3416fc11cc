"""The barnacle muscle fibre of Morris and Lecar (1981), as a membrane of either class of excitability."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from loligo._errors import unknown_name
from loligo._units import MV
from loligo.membrane import Channel, Gate, Membrane

# The parameters that differ between classes: g_Ca [mS/cm²], V_3 and V_4 [mV], phi [1/ms].
CLASSES: Final = MappingProxyType(
    {
        "hopf": (4.4, 2.0, 30.0, 0.04),
        "snic": (4.0, 12.0, 17.4, 0.067),
        "homoclinic": (4.0, 12.0, 17.4, 0.23),
    }
)


def morris_lecar(excitability: str = "hopf") -> Membrane:
    """Return the membrane of Morris and Lecar, with the parameters of Rinzel and Ermentrout.

    Parameters
    ----------
    excitability : {"hopf", "snic", "homoclinic"}
        How an increasing current makes the membrane fire. "hopf" is class II: the rest is unstable between Hopf
        bifurcations at 93.86 and 212.0 µA/cm². "snic" is class I: the rest meets a saddle on an invariant
        circle at 39.96 µA/cm², where firing begins at rate zero. "homoclinic" has the same equilibria with
        faster potassium gates: rest and firing coexist below 39.96 µA/cm².

    Returns
    -------
    Membrane
        Channels Ca, K and leak; gate w and the instantaneous m; constants V_1 to V_4, and phi [1/ms], the
        rate of w at V_3.

    Raises
    ------
    UnknownNameError
        The name is not that of a class.

    Source
    ------
    Morris C, Lecar H (1981) Voltage oscillations in the barnacle giant muscle fiber. Biophys J 35:193-213,
    equations 9, with w for their N and phi for their lambda_N, doi:10.1016/S0006-3495(81)84782-0.
    Rinzel J, Ermentrout GB (1998) Analysis of neural excitability and oscillations. In: Koch C, Segev I (eds)
    Methods in Neuronal Modeling, 2nd ed., MIT Press, chapter 7, appendix A (1st ed. 1989, chapter 5).

    Examples
    --------
    >>> morris_lecar("snic").variables
    ('v', 'w')
    >>> morris_lecar()["phi"]
    0.04
    """
    if excitability not in CLASSES:
        raise unknown_name("class of excitability of morris_lecar", excitability, CLASSES)
    g_Ca, V_3, V_4, phi = CLASSES[excitability]
    m = Gate("m", inf="0.5*(1 + tanh((v - V_1)/V_2))")
    w = Gate("w", inf="0.5*(1 + tanh((v - V_3)/V_4))", tau="1/(phi*cosh((v - V_3)/(2*V_4)))")
    return Membrane(
        Channel("Ca", g=g_Ca, E=120, open=m),
        Channel("K", g=8, E=-84, open=w),
        Channel("leak", g=2, E=-60),
        C=20.0,
        constants={
            "V_1": (-1.2, MV),
            "V_2": (18.0, MV),
            "V_3": (V_3, MV),
            "V_4": (V_4, MV),
            "phi": (phi, "1/ms"),
        },
        spike_level=0.0,
        name=f"morris_lecar ({excitability})",
    )
