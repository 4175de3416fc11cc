"""Nodes of myelinated axons."""

from loligo import Channel, Current, Gate, Membrane


def frankenhaeuser_huxley():
    """Frankenhaeuser B, Huxley AF (1964) J Physiol 171:302-315, doi:10.1113/jphysiol.1964.sp007378.

    A node of Ranvier of the toad; v counts from rest, and currents follow Goldman, Hodgkin and Katz at 295.18 K.
    """
    x = "((v - 70)/25.4365)"
    m = Gate("m", alpha="0.36*(v - 22)/(1 - exp((22 - v)/3))", beta="0.4*(13 - v)/(1 - exp((v - 13)/20))")
    h = Gate("h", alpha="0.1*(-10 - v)/(1 - exp((v + 10)/6))", beta="4.5/(1 + exp((45 - v)/10))")
    n = Gate("n", alpha="0.02*(v - 35)/(1 - exp((35 - v)/10))", beta="0.05*(10 - v)/(1 - exp((v - 10)/10))")
    p = Gate("p", alpha="0.006*(v - 40)/(1 - exp((40 - v)/10))", beta="0.09*(-25 - v)/(1 - exp((v + 25)/20))")
    sodium = f"96485*{x}*(114.5 - 13.74*exp({x}))/(1 - exp({x}))"
    potassium = f"96485*{x}*(2.5 - 120*exp({x}))/(1 - exp({x}))"
    return Membrane(
        Current("Na", f"8e-3*m**2*h*{sodium}", [m, h]),
        Current("p", f"0.54e-3*p**2*{sodium}", p),
        Current("K", f"1.2e-3*n**2*{potassium}", n),
        Channel("leak", g=30.3, E=0.026),
        C=2.0,
        spike_level=40.0,
        name="Frankenhaeuser-Huxley",
    )
