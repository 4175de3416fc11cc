"""Neurons of cortex, hippocampus and thalamus."""

from loligo import Channel, Current, Gate, Membrane, State
from reference.published.gates import sigmoid


def traub_miles(adaptation=None):
    """Traub RD, Miles R (1991) Neuronal Networks of the Hippocampus, doi:10.1017/CBO9780511895401.

    As reduced by Börgers C (2017) An Introduction to Modeling Neuronal Dynamics, doi:10.1007/978-3-319-51171-9,
    chapter 5, with the M-current or the afterhyperpolarisation current of chapter 9.
    """
    m = Gate(
        "m",
        alpha="0.32*(v + 54)/(1 - exp(-(v + 54)/4))",
        beta="0.28*(v + 27)/(exp((v + 27)/5) - 1)",
        instantaneous=True,
    )
    h = Gate("h", alpha="0.128*exp(-(v + 50)/18)", beta="4/(1 + exp(-(v + 27)/5))")
    n = Gate("n", alpha="0.032*(v + 52)/(1 - exp(-(v + 52)/5))", beta="0.5*exp(-(v + 57)/40)")
    w = sigmoid("w", -35, 10, tau="400/(3.3*exp((v + 35)/20) + exp(-(v + 35)/20))")
    more = {
        None: [],
        "M": [Channel("M", g=0.25, E=-100, open=w)],
        "AHP": [
            Current("AHP", "0.25*ca*(v + 100)"),
            State("ca", "(4*(120 - v)/(25*(1 + exp(-(v + 15)/5))) - ca)/80", initial=0.0, unit="µM"),
        ],
    }[adaptation]
    return Membrane(
        Channel("Na", g=100, E=50, open=m**3 * h),
        Channel("K", g=80, E=-100, open=n**4),
        Channel("leak", g=0.1, E=-67),
        *more,
        C=1.0,
        spike_level=-20.0,
        name="Traub-Miles",
    )


def erisir():
    """Erisir A, Lau D, Rudy B, Leonard CS (1999) J Neurophysiol 82:2476-2489, doi:10.1152/jn.1999.82.5.2476.

    As corrected by Börgers C (2017), doi:10.1007/978-3-319-51171-9, chapter 5.
    """
    m = Gate("m", alpha="40*(75.5 - v)/(exp((75.5 - v)/13.5) - 1)", beta="1.2262*exp(-v/42.248)", instantaneous=True)
    h = Gate("h", alpha="0.0035*exp(-v/24.186)", beta="0.017*(v + 51.25)/(1 - exp(-(v + 51.25)/5.2))")
    n = Gate("n", alpha="(95 - v)/(exp((95 - v)/11.8) - 1)", beta="0.025*exp(-v/22.222)")
    return Membrane(
        Channel("Na", g=112, E=60, open=m**3 * h),
        Channel("K", g=224, E=-90, open=n**2),
        Channel("leak", g=0.5, E=-70),
        C=1.0,
        spike_level=-20.0,
        name="Erisir",
    )


def golomb_fast_spiking():
    """Golomb D, Donner K, Shacham L, Shlosberg D, Amitai Y, Hansel D (2007) PLoS Comput Biol 3:e156.

    doi:10.1371/journal.pcbi.0030156, ModelDB 97747.
    """
    m, h = sigmoid("m", -24, 11.5), sigmoid("h", -58.3, -6.7, tau="0.5 + 14/(1 + exp((v + 60)/12))")
    tau_n = "(0.087 + 11.4/(1 + exp((v + 14.6)/8.6)))*(0.087 + 11.4/(1 + exp(-(v - 1.3)/18.7)))"
    n = sigmoid("n", -12.4, 6.8, tau=tau_n)
    a, b = sigmoid("a", -50, 20, tau="2"), sigmoid("b", -70, -6, tau="150")
    return Membrane(
        Channel("Na", g=112.5, E=50, open=m**3 * h),
        Channel("Kdr", g=225, E=-90, open=n**2),
        Channel("d", g=0.39, E=-90, open=a**3 * b),
        Channel("leak", g=0.25, E=-70),
        C=1.0,
        spike_level=-20.0,
        name="Golomb fast spiking",
    )


def golomb_pyramidal():
    """Golomb D, Yue C, Yaari Y (2006) J Neurophysiol 96:1912-1926, doi:10.1152/jn.00205.2006, without calcium."""
    m, p, a = sigmoid("m", -30, 9.5), sigmoid("p", -41, 3), sigmoid("a", -50, 20)
    h = sigmoid("h", -45, -7, tau="0.1 + 0.75/(1 + exp((v + 40.5)/6))")
    n = sigmoid("n", -35, 10, tau="0.1 + 0.5/(1 + exp((v + 27)/15))")
    b, z = sigmoid("b", -80, -6, tau="15"), sigmoid("z", -39, 5, tau="75")
    return Membrane(
        Channel("leak", g=0.05, E=-70),
        Channel("Na", g=35, E=55, open=m**3 * h),
        Channel("NaP", g=0.2, E=55, open=p),
        Channel("Kdr", g=6, E=-90, open=n**4),
        Channel("A", g=1.4, E=-90, open=a**3 * b),
        Channel("M", g=1, E=-90, open=z),
        C=1.0,
        spike_level=-20.0,
        name="Golomb pyramidal",
    )


def golomb_amitai():
    """Golomb D, Amitai Y (1997) J Neurophysiol 78:1199-1211, doi:10.1152/jn.1997.78.3.1199.

    As in Ermentrout GB, Terman DH (2010), doi:10.1007/978-0-387-87708-2.
    """
    m, p = sigmoid("m", -30, 9.5), sigmoid("p", -40, 5)
    h = sigmoid("h", -53, -7, tau="(1 + 7.5/(1 + exp((v + 40.5)/6)))/2.7")
    n = sigmoid("n", -30, 10, tau="(1 + 5/(1 + exp((v + 27)/15)))/2.7")
    z = sigmoid("z", -39, 5, tau="75")
    return Membrane(
        Channel("leak", g=0.02, E=-70),
        Channel("Na", g=24, E=55, open=m**3 * h),
        Channel("NaP", g=0.07, E=55, open=p),
        Channel("K", g=3, E=-90, open=n**4),
        Channel("z", g=0.1, E=-90, open=z),
        C=1.0,
        spike_level=-20.0,
        name="Golomb-Amitai",
    )


def wilson():
    """Wilson HR (1999) Spikes, Decisions, and Actions, Oxford University Press, equation 10.3, bursts; v in 100 mV.

    Numbers as in the programs of R Clewley's course on this book (github.com/robclewley/compneuro).
    """
    return Membrane(
        Current("Na", "13*(1.37 + 3.67*v + 2.51*v**2)*(v - 0.48)"),
        Current("K", "26*r*(v + 0.95)"),
        Current("T", "1.93*x*(1 - 0.5*c)*(v - 1.4)"),
        Current("AHP", "3.25*c*(v + 0.95)"),
        State("r", "(1.29*v + 0.79 + 3.3*(v + 0.38)**2 - r)/5.6", initial=0.1),
        State("x", "(7.33*(v + 0.86)*(v + 0.84) - x)/300", initial=0.0),
        State("c", "(3*x - c)/125", initial=0.0),
        C=0.97,
        v_scale=0.1,
        spike_level=-0.2,
        name="Wilson",
    )


def wang():
    """Wang XJ (1994) Neuroscience 59:21-31, doi:10.1016/0306-4522(94)90095-7: a thalamic relay neuron."""

    def sodium(name, shift):
        alpha = f"0.1*(v + 29.7 - ({shift}))/(1 - exp(-(v + 29.7 - ({shift}))/10))"
        return Gate(name, alpha=alpha, beta=f"4*exp(-(v + 54.7 - ({shift}))/18)", instantaneous=True)

    m, p, s = sodium("m", 3), sodium("p", -5), sigmoid("s", -65, 7.8)
    n = Gate(
        "n",
        alpha="200/7*0.01*(v + 35.7)/(1 - exp(-(v + 35.7)/10))",
        beta="200/7*0.125*exp(-(v + 45.7)/80)",
    )
    h = sigmoid("h", -81, -6.25, tau="(exp((v + 162.3)/17.8)/(1 + exp((v + 81)/6.25)) + 20)/2")
    y = sigmoid("y", -69, -7.1, tau="1000/(exp((v + 66.4)/9.3) + exp(-(v + 81.6)/13))")
    return Membrane(
        Channel("T", g=0.3, E=120, open=s**3 * h),
        Channel("h", g=0.04, E=-40, open=y**2),
        Channel("Na", g=42, E=55, open=m**3 * (0.85 - n)),
        Channel("K", g=30, E=-80, open=n**4),
        Channel("NaP", g=9, E=55, open=p**3),
        Channel("leak", g=0.1, E=-72),
        C=1.0,
        spike_level=-20.0,
        name="Wang",
    )


def calcium_dependent():
    """Ermentrout GB, Terman DH (2010), doi:10.1007/978-0-387-87708-2, chapter 4: a spiking cell with I_K(Ca).

    Sodium and potassium after Destexhe A, Paré D (1999) J Neurophysiol 81:1531-1547, doi:10.1152/jn.1999.81.4.1531.
    """
    m = Gate("m", alpha="0.32*(v + 45)/(1 - exp(-(v + 45)/4))", beta="0.28*(v + 18)/(exp((v + 18)/5) - 1)")
    h = Gate("h", alpha="0.128*exp(-(v + 51)/18)", beta="4/(1 + exp(-(v + 28)/5))")
    n = Gate("n", alpha="0.032*(v + 43)/(1 - exp(-(v + 43)/5))", beta="0.5*exp(-(v + 48)/40)")
    return Membrane(
        Channel("leak", g=0.019, E=-65),
        Channel("Na", g=120, E=55, open=m**3 * h),
        Channel("K", g=100, E=-85, open=n**4),
        Channel("Ca", g=0.5, E=120, open=sigmoid("l", -5, 5)),
        Current("AHP", "ca**2/(4 + ca**2)*(v + 85)"),
        State("ca", "-(I_Ca + ca)/300", initial=0.1, unit="µM"),
        C=1.0,
        spike_level=-20.0,
        name="calcium-dependent",
    )
