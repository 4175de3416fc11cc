"""Cells of the heart."""

from loligo import Channel, Current, Gate, Membrane, State


def noble():
    """Noble D (1962) J Physiol 160:317-352, doi:10.1113/jphysiol.1962.sp006849: a Purkinje fibre, a pacemaker."""
    m = Gate("m", alpha="0.1*(-v - 48)/(exp((-v - 48)/15) - 1)", beta="0.12*(v + 8)/(exp((v + 8)/5) - 1)")
    h = Gate("h", alpha="0.17*exp((-v - 90)/20)", beta="1/(exp((-v - 42)/10) + 1)")
    n = Gate("n", alpha="0.0001*(-v - 50)/(exp((-v - 50)/10) - 1)", beta="0.002*exp((-v - 90)/80)")
    return Membrane(
        Channel("Na", g=400, E=40, open=m**3 * h),
        Channel("Nab", g=0.14, E=40),
        Current("K1", "(1.2*exp((-v - 90)/50) + 0.015*exp((v + 90)/60))*(v + 100)"),
        Channel("K2", g=1.2, E=-100, open=n**4),
        C=12.0,
        spike_level=0.0,
        name="Noble",
    )


def beeler_reuter():
    """Beeler GW, Reuter H (1977) J Physiol 268:177-210, doi:10.1113/jphysiol.1977.sp011853."""
    x1 = Gate(
        "x1",
        alpha="0.0005*exp(0.083*(v + 50))/(exp(0.057*(v + 50)) + 1)",
        beta="0.0013*exp(-0.06*(v + 20))/(exp(-0.04*(v + 20)) + 1)",
    )
    m = Gate("m", alpha="-(v + 47)/(exp(-0.1*(v + 47)) - 1)", beta="40*exp(-0.056*(v + 72))")
    h = Gate("h", alpha="0.126*exp(-0.25*(v + 77))", beta="1.7/(exp(-0.082*(v + 22.5)) + 1)")
    j = Gate("j", alpha="0.055*exp(-0.25*(v + 78))/(exp(-0.2*(v + 78)) + 1)", beta="0.3/(exp(-0.1*(v + 32)) + 1)")
    d = Gate(
        "d",
        alpha="0.095*exp(-0.01*(v - 5))/(exp(-0.072*(v - 5)) + 1)",
        beta="0.07*exp(-0.017*(v + 44))/(exp(0.05*(v + 44)) + 1)",
    )
    f = Gate(
        "f",
        alpha="0.012*exp(-0.008*(v + 28))/(exp(0.15*(v + 28)) + 1)",
        beta="0.0065*exp(-0.02*(v + 30))/(exp(-0.2*(v + 30)) + 1)",
    )
    return Membrane(
        Current(
            "K1",
            "0.35*(4*(exp(0.04*(v + 85)) - 1)/(exp(0.08*(v + 53)) + exp(0.04*(v + 53)))"
            " + 0.2*(v + 23)/(1 - exp(-0.04*(v + 23))))",
        ),
        Current("x1", "0.8*x1*(exp(0.04*(v + 77)) - 1)/exp(0.04*(v + 35))", x1),
        Current("Na", "(4*m**3*h*j + 0.003)*(v - 50)", [m, h, j]),
        Channel("s", g=0.09, E="-82.3 - 13.0287*log(ca)", open=d * f),
        State("ca", "-1e-7*I_s + 0.07*(1e-7 - ca)", initial=2e-7, unit="M"),
        C=1.0,
        spike_level=0.0,
        name="Beeler-Reuter",
    )
