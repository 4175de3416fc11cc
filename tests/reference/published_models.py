"""Thirty-four published membranes of one potential that are not shipped, written from their sources.

Amounts are the sources' own: where a source gives pS, fA and fF, or nS, pA and pF, of a whole cell, these stand for
mS/cm², µA/cm² and µF/cm², because only their ratios matter. Times are in ms. Where v is not in mV, `v_scale` says so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from loligo import Channel, Current, Gate, Membrane, State


@dataclass(frozen=True)
class Published:
    """A membrane, two or three constant currents for its f-I curve, and its source.

    Attributes
    ----------
    make : callable
        Returns the membrane.
    currents : tuple of float
        Below and above where it begins to fire [the unit of its amounts].
    pulse : float
        The duration of a step whose threshold is looked for [ms].
    search : (float, float)
        The range of v in which roots are looked for.
    held : float or None
        A constant current that brings a membrane to rest that fires by itself; None where none does; else 0.
    seconds : float
        The duration of runs in which firing has settled [s].
    share : float
        The part at the end of such a run in which spikes are counted.
    """

    make: Callable[[], Membrane]
    currents: tuple[float, ...]
    pulse: float = 5.0
    search: tuple[float, float] = (-100.0, 40.0)
    held: float | None = 0.0
    seconds: float = 5.0
    share: float = 0.5

    @property
    def scale(self) -> float:
        """The size of currents."""
        return max(map(abs, self.currents)) or 1.0


def tanh_gate(name, half, slope, **tau):
    return Gate(name, inf=f"0.5*(1 + tanh((v - ({half}))/{slope}))", **tau)


def sigmoid(name, half, slope, **tau):
    """Return a gate that opens with v where the slope is positive."""
    return Gate(name, inf=f"1/(1 + exp(-(v - ({half}))/({slope})))", **tau)


def fitzhugh_nagumo():
    """FitzHugh R (1961) Biophys J 1:445-466, doi:10.1016/S0006-3495(61)86902-6, with v for -x, a = 0.7, b = 0.8."""
    return Membrane(
        Current("cubic", "v**3/3 - v + w"),
        State("w", "0.08*(v + 0.7 - 0.8*w)", initial=-0.6),
        C=1.0,
        v_scale=0.1,
        spike_level=0.5,
        name="FitzHugh-Nagumo",
    )


def hindmarsh_rose():
    """Hindmarsh JL, Rose RM (1984) Proc R Soc Lond B 221:87-102, doi:10.1098/rspb.1984.0024."""
    return Membrane(
        Current("fast", "v**3 - 3*v**2 - y + z"),
        State("y", "1 - 5*v**2 - y", initial=-12),
        State("z", "0.005*(4*(v + 1.6) - z)", initial=0),
        C=1.0,
        v_scale=0.1,
        spike_level=0.5,
        name="Hindmarsh-Rose",
    )


def izhikevich(E_leak, n_half, tau_n=1.0, g_M=0.0):
    """Izhikevich EM (2007) Dynamical Systems in Neuroscience, MIT Press, doi:10.7551/mitpress/2526.001.0001.

    INa,p + IK, chapters 4 (figure 4.1) and 9 (figure 9.4, with a slow potassium current).
    """
    m, n = sigmoid("m", -20, 15), sigmoid("n", n_half, 5, tau=str(tau_n))
    slow = [Channel("M", g=g_M, E=-90, open=sigmoid("k", -20, 5, tau="20"))] if g_M else []
    return Membrane(
        Channel("leak", g=8, E=E_leak),
        Channel("NaP", g=20, E=60, open=m),
        Channel("K", g=10 if not g_M else 9, E=-90, open=n),
        *slow,
        C=1.0,
        spike_level=-20.0,
        name="INa,p + IK",
    )


def krinskii_kokoz():
    """Krinskii VI, Kokoz YM (1973) Biofizika 18:506-511: the squid with fast m and h = 0.8 - n.

    Numbers: Ermentrout GB, Terman DH (2010) Mathematical Foundations of Neuroscience,
    doi:10.1007/978-0-387-87708-2, chapter 1.
    """
    m = Gate("m", alpha="0.1*(v + 40)/(1 - exp(-(v + 40)/10))", beta="4*exp(-(v + 65)/18)", instantaneous=True)
    n = Gate("n", alpha="0.01*(v + 55)/(1 - exp(-(v + 55)/10))", beta="0.125*exp(-(v + 65)/80)")
    return Membrane(
        Channel("Na", g=120, E=50, open=m**3 * (0.8 - n)),
        Channel("K", g=36, E=-77, open=n**4),
        Channel("leak", g=0.3, E=-54.4),
        C=1.0,
        spike_level=-20.0,
        name="Krinskii-Kokoz",
    )


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


def butera():
    """Butera RJ, Rinzel J, Smith JC (1999) J Neurophysiol 82:382-397, doi:10.1152/jn.1999.82.1.382, model 1.

    Amounts in nS, pA and pF of a cell.
    """
    m, p = sigmoid("m", -34, 5), sigmoid("p", -40, 6)
    n = sigmoid("n", -29, 4, tau="10/cosh((v + 29)/8)")
    h = sigmoid("h", -48, -6, tau="10000/cosh((v + 48)/12)")
    return Membrane(
        Channel("Na", g=28, E=50, open=m**3 * (1 - n)),
        Channel("K", g=11.2, E=-85, open=n**4),
        Channel("NaP", g=2.8, E=50, open=p * h),
        Channel("leak", g=2.8, E=-65),
        C=21.0,
        spike_level=-20.0,
        name="Butera-Rinzel-Smith",
    )


def plant():
    """Plant RE (1981) J Math Biol 11:15-32, doi:10.1007/BF00275821.

    Numbers as in Keener J, Sneyd J (2009) Mathematical Physiology, doi:10.1007/978-0-387-75847-3, exercise 9.10.
    """
    u = "(1.209*v + 78.714)"
    m = Gate("m", alpha=f"0.1*(50 - {u})/(exp((50 - {u})/10) - 1)", beta=f"4*exp((25 - {u})/18)", instantaneous=True)
    h = Gate("h", alpha=f"0.08*0.07*exp((25 - {u})/20)", beta=f"0.08/(exp((55 - {u})/10) + 1)")
    n = Gate("n", alpha=f"0.08*0.01*(55 - {u})/(exp((55 - {u})/10) - 1)", beta=f"0.08*0.125*exp((45 - {u})/80)")
    x = sigmoid("x", -50, 1 / 0.15, tau="235")
    return Membrane(
        Channel("Na", g=4, E=30, open=m**3 * h),
        Channel("Ca", g=0.004, E=140, open=x),
        Channel("K", g=0.3, E=-75, open=n**4),
        Current("KCa", "0.03*ca/(0.5 + ca)*(v + 75)"),
        Channel("leak", g=0.003, E=-40),
        State("ca", "-0.0003*(0.0085*I_Ca/0.004 + ca)", initial=0.6, unit="µM"),
        C=1.0,
        spike_level=-20.0,
        name="Plant",
    )


def chay():
    """Chay TR (1985) Physica D 16:233-242, doi:10.1016/0167-2789(85)90060-0, with g_KC = 11 /s; rates by the ms."""
    m = Gate("m", alpha="0.1*(25 + v)/(1 - exp(-0.1*v - 2.5))", beta="4*exp(-(v + 50)/18)", instantaneous=True)
    h = Gate("h", alpha="0.07*exp(-0.05*v - 2.5)", beta="1/(1 + exp(-0.1*v - 2))", instantaneous=True)
    n = Gate("n", alpha="0.23*0.01*(20 + v)/(1 - exp(-0.1*v - 2))", beta="0.23*0.125*exp(-(v + 30)/80)")
    return Membrane(
        Channel("I", g=1.8, E=100, open=m**3 * h),
        Channel("KV", g=1.7, E=-75, open=n**4),
        Current("KCa", "0.011*ca/(1 + ca)*(v + 75)"),
        Channel("leak", g=0.007, E=-40),
        State("ca", "0.27e-3*(-I_I/1.8 - 3.3/18*ca)", initial=0.5, unit="µM"),
        C=1.0,
        spike_level=-30.0,
        name="Chay",
    )


def chay_keizer():
    """Chay TR, Keizer J (1983) Biophys J 42:181-190, doi:10.1016/S0006-3495(83)84384-7, at 20 °C."""
    m = Gate("m", alpha="-0.1*(v + 25)/(exp(-(v + 25)/10) - 1)", beta="4*exp(-(v + 50)/18)")
    h = Gate("h", alpha="0.07*exp(-(v + 50)/20)", beta="1/(exp(-(v + 20)/10) + 1)")
    n = Gate("n", alpha="-0.01*(v + 20)/(exp(-(v + 20)/10) - 1)", beta="0.125*exp(-(v + 30)/80)")
    return Membrane(
        Channel("Ca", g=13, E=100, open=m**3 * h),
        Channel("K", g=12, E=-75, open=n**4),
        Current("KCa", "0.09*ca/(ca + 1)*(v + 75)"),
        Channel("leak", g=0.04, E=-40),
        State("ca", "0.004*(-3/(8.9e-4*96487)*I_Ca/2 - 0.04*ca)", initial=0.1, unit="µM"),
        C=1.0,
        celsius=20.0,
        reference_celsius=6.3,
        q10=3.0,
        spike_level=-35.0,
        name="Chay-Keizer",
    )


def chay_cook():
    """Chay TR, Cook D (1988) Math Biosci 90:139-153, doi:10.1016/0025-5564(88)90062-4.

    As in Bertram R, Butte MJ, Kiemel T, Sherman A (1995) Bull Math Biol 57:413-439, doi:10.1007/BF02460633, type Ia.
    Amounts in pS, fA and fF of a cell.
    """
    s_exponent = "((-22 + 10*log(ca) - v)/20)"
    m = sigmoid("m", -22, 7.5)
    n = sigmoid("n", -9, 10, tau="9.09/(0.95*(1 + exp((v + 9)/10)))")
    s = Gate("s_Ca", inf=f"1/(1 + exp(2*{s_exponent}))", tau=f"0.1/(2*cosh({s_exponent}))")
    return Membrane(
        Channel("Caf", g=250, E=100, open=m),
        Channel("Cas", g=10, E=100, open=s),
        Channel("K", g=1300, E=-80, open=n),
        Channel("leak", g=50, E=-60),
        State("ca", "0.002*(-5.727e-6*(I_Caf + I_Cas) - 0.027*ca)", initial=0.2, unit="µM"),
        C=4524.0,
        spike_level=-30.0,
        name="Chay-Cook",
    )


def sherman_keizer_rinzel():
    """Sherman A, Keizer J, Rinzel J (1990) Biophys J 58:985-995, doi:10.1016/S0006-3495(90)82443-7.

    A calcium channel of three states and a current by Goldman, Hodgkin and Katz; pS, fA and fF of a cell.
    """
    i = "(7*14*v/13.35*10/(1 - exp(v/13.35)))"
    opening, closing = "1/(1 + exp((-5 - v)/10))/1.25", "(1 - 1/(1 + exp((-5 - v)/10)))/1.25"
    n = sigmoid("n", -10, 5.6, tau="60/2.4/(exp((v + 75)/65) + exp((-75 - v)/20))")
    return Membrane(
        Current("Ca", f"200*po*{i}"),
        Channel("K", g=2500, E=-75, open=n),
        Current("KCa", "30000*ca*(v + 75)/(100 + ca)"),
        State("pc", f"-{opening}*pc + {closing}*po", initial=1.0, minimum=0.0),
        State(
            "po",
            f"0.018*(1 - po - pc) + 0.036*0.0007*{i}*po + {opening}*pc - {closing}*po",
            initial=0.0,
            minimum=0.0,
        ),
        State("ca", "0.001*(-I_Ca/2/1150/96.487 - 0.03*ca)", initial=0.9, unit="µM"),
        C=5310.0,
        spike_level=-35.0,
        name="Sherman-Keizer-Rinzel",
    )


def keizer_smolen():
    """Keizer J, Smolen P (1991) Proc Natl Acad Sci USA 88:3897-3901, doi:10.1073/pnas.88.9.3897; pS, fA and fF."""
    ghk = "(8*v/(1 - exp(v/13.35)))"
    opening, closing = "1/(1 + exp((-8 - v)/10))/1.2820513", "(1 - 1/(1 + exp((-8 - v)/10)))/1.2820513"
    m = sigmoid("m", 2, 14)
    j = sigmoid("j", -40, -7, tau="30000/(exp((v + 40)/14) + exp((-40 - v)/14))")
    n = sigmoid("n", -13, 5.6, tau="20/(exp((v + 75)/65) + exp((-75 - v)/20))")
    return Membrane(
        Current("Caf", f"1470*po*0.45*{ghk}"),
        Current("Cas", f"1470*m*j*0.55*{ghk}", [m, j]),
        Channel("K", g=2500, E=-75, open=n),
        Channel("KATP", g=380, E=-75),
        State("pc", f"-{opening}*pc + {closing}*po", initial=1.0, minimum=0.0),
        State("po", f"0.002*(1 - po - pc) + 0.000047*{ghk}*po + {opening}*pc - {closing}*po", initial=0.0, minimum=0.0),
        State("ca", "0.015*(-4.5e-6*(I_Caf + I_Cas) - 0.24*ca)", initial=0.1, unit="µM"),
        C=5310.0,
        spike_level=-35.0,
        name="Keizer-Smolen",
    )


def phantom_burster():
    """Bertram R, Previte J, Sherman A, Kinard TA, Satin LS (2000) Biophys J 79:2880-2892.

    doi:10.1016/S0006-3495(00)76525-8, fast bursts (g_s1 = 20 pS); pS, fA and fF.
    """
    m = sigmoid("m", -22, 7.5)
    n = sigmoid("n", -9, 10, tau="9.09/(1.1*(1 + exp((v + 9)/10)))")
    s1, s2 = sigmoid("s1", -40, 0.5, tau="1000"), sigmoid("s2", -42, 0.4, tau="120000")
    return Membrane(
        Channel("Ca", g=280, E=100, open=m),
        Channel("K", g=1300, E=-80, open=n),
        Channel("leak", g=25, E=-40),
        Channel("K1", g=20, E=-80, open=s1),
        Channel("K2", g=32, E=-80, open=s2),
        C=4524.0,
        spike_level=-30.0,
        name="phantom burster",
    )


def prescott(half):
    """Prescott SA, De Koninck Y, Sejnowski TJ (2008) PLoS Comput Biol 4:e1000198.

    doi:10.1371/journal.pcbi.1000198; beta_w = 0, -13 or -21 mV for class 1, 2 or 3.
    """
    w = tanh_gate("w", half, 10, tau=f"1/(0.15*cosh((v - ({half}))/20))")
    return Membrane(
        Channel("fast", g=20, E=50, open=tanh_gate("m", -1.2, 18)),
        Channel("slow", g=20, E=-100, open=w),
        Channel("leak", g=2, E=-70),
        C=2.0,
        spike_level=0.0,
        name=f"Prescott ({half})",
    )


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


def huber_braun():
    """Braun HA, Huber MT, Dewald M, Schäfer K, Voigt K (1998) Int J Bifurcation Chaos 8:881-889.

    doi:10.1142/S0218127498000681, a cold receptor at 25 °C.
    """
    return Membrane(
        Channel("d", g=1.5, E=50, open=sigmoid("a_d", -25, 4)),
        Channel("r", g=2.0, E=-90, open=sigmoid("a_r", -25, 4, tau="2")),
        Channel("sd", g=0.25, E=50, open=sigmoid("a_sd", -40, 1 / 0.09, tau="10")),
        Current("sr", "0.4*a_sr*(v + 90)"),
        Channel("leak", g=0.1, E=-60),
        State("a_sr", "(-0.012*I_sd - 0.17*a_sr)/20", initial=0.1),
        C=1.0,
        spike_level=-20.0,
        name="Huber-Braun",
    )


def leech():
    """Cymbalyuk GS, Shilnikov AL (2005) J Comput Neurosci 18:255-263, doi:10.1007/s10827-005-0354-7.

    A reduced heart interneuron, with v in V; nS, nA and nF·1000 because time is in ms.
    """
    m = Gate("m", inf="1/(1 + exp(-150*(v + 0.0305)))")
    h = Gate("h", inf="1/(1 + exp(500*(v + 0.0325)))", tau="40.5")
    k = Gate("k", inf="1/(1 + exp(-83*(v + 0.018)))", tau="250")
    return Membrane(
        Channel("Na", g=200, E=0.045, open=m**3 * h),
        Channel("K2", g=30, E=-0.07, open=k**2),
        Channel("leak", g=8, E=-0.046),
        C=500.0,
        v_scale=0.01,
        spike_level=-0.02,
        name="leech heart interneuron",
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


def square_wave():
    """Rinzel J, Ermentrout GB (1998) in Koch C, Segev I (eds) Methods in Neuronal Modeling, MIT Press, chapter 7.

    Numbers: Ermentrout GB, Terman DH (2010), doi:10.1007/978-0-387-87708-2, chapter 5: Morris-Lecar with calcium.
    """
    w = tanh_gate("w", 12, 17.4, tau="1/(0.23*cosh((v - 12)/34.8))")
    return Membrane(
        Channel("Ca", g=4, E=120, open=tanh_gate("m", -1.2, 18)),
        Channel("K", g=8, E=-84, open=w),
        Current("KCa", "0.25*ca/(ca + 1)*(v + 84)"),
        Channel("leak", g=2, E=-60),
        State("ca", "0.005*(-0.02*I_Ca - ca)", initial=0.1, unit="µM"),
        C=20.0,
        spike_level=-10.0,
        name="square-wave burster",
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


def subthalamic():
    """Terman D, Rubin JE, Yew AC, Wilson CJ (2002) J Neurosci 22:2963-2976, doi:10.1523/JNEUROSCI.22-07-02963.2002."""
    m, a, s = sigmoid("m", -30, 15), sigmoid("a", -63, 7.8), sigmoid("s", -39, 8)
    h = sigmoid("h", -39, -3.1, tau="(1 + 500/(1 + exp((v + 57)/3)))/0.75")
    n = sigmoid("n", -32, 8, tau="(1 + 100/(1 + exp((v + 80)/26)))/0.75")
    r = sigmoid("r", -67, -2, tau="(40 + 17.5/(1 + exp((v - 68)/2.2)))/0.2")
    b = "(1/(1 + exp(-(r - 0.4)/0.1)) - 1/(1 + exp(0.4/0.1)))"
    return Membrane(
        Channel("leak", g=2.25, E=-60),
        Channel("K", g=45, E=-80, open=n**4),
        Channel("Na", g=37.5, E=55, open=m**3 * h),
        Current("T", f"0.5*a**3*{b}**2*(v - 140)", [a, r]),
        Channel("Ca", g=0.5, E=140, open=s**2),
        Current("AHP", "9*ca/(ca + 15)*(v + 80)"),
        State("ca", "3.75e-5*(-I_Ca - I_T - 22.5*ca)", initial=0.1, unit="µM"),
        C=1.0,
        spike_level=-20.0,
        name="subthalamic",
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


PUBLISHED = {
    "FitzHugh-Nagumo": Published(fitzhugh_nagumo, (0.2, 0.5, 1.0), 5.0, (-3.0, 3.0)),
    "Hindmarsh-Rose": Published(hindmarsh_rose, (0.5, 2.0, 4.0), 10.0, (-3.0, 3.0)),
    "INap + IK high": Published(lambda: izhikevich(-80, -25), (2.0, 5.0, 10.0), 5.0),
    "INap + IK low": Published(lambda: izhikevich(-78, -45), (5.0, 25.0), 5.0),
    "INap + IK + M": Published(lambda: izhikevich(-80, -25, 0.152, 5.0), (2.0, 6.0), 5.0),
    "Krinskii-Kokoz": Published(krinskii_kokoz, (3.0, 15.0), 5.0),
    "Traub-Miles": Published(traub_miles, (0.05, 0.3, 1.5), 5.0),
    "Traub-Miles M": Published(lambda: traub_miles("M"), (0.3, 1.5), 5.0),
    "Traub-Miles AHP": Published(lambda: traub_miles("AHP"), (0.05, 1.5), 5.0),
    "Erisir": Published(erisir, (4.0, 8.0), 5.0),
    "Golomb fast spiking": Published(golomb_fast_spiking, (2.0, 6.0), 5.0),
    "Golomb pyramidal": Published(golomb_pyramidal, (0.5, 1.2), 5.0),
    "Golomb-Amitai": Published(golomb_amitai, (0.0, 0.5), 5.0),
    "Butera": Published(butera, (0.0, 15.0, 40.0), 20.0, seconds=60.0),
    "Plant": Published(plant, (-0.1, 0.0, 0.1), 20.0, held=-0.1, seconds=120.0),
    "Chay": Published(chay, (-0.2, 0.0), 20.0, held=-0.2, seconds=120.0),
    "Chay-Keizer": Published(chay_keizer, (-1.0, 0.0), 20.0, held=-1.0, seconds=60.0),
    "Chay-Cook": Published(chay_cook, (-500.0, 0.0), 50.0, held=-500.0, seconds=300.0),
    "Sherman-Keizer-Rinzel": Published(sherman_keizer_rinzel, (0.0, 1500.0), 50.0, held=None, seconds=120.0),
    "Keizer-Smolen": Published(keizer_smolen, (-4000.0, 0.0), 50.0, held=-4000.0, seconds=120.0),
    "phantom burster": Published(phantom_burster, (-1000.0, 1200.0), 50.0, held=-1000.0, seconds=1200.0, share=0.1),
    "Prescott 1": Published(lambda: prescott(0), (30.0, 50.0), 5.0),
    "Prescott 2": Published(lambda: prescott(-13), (30.0, 60.0), 5.0),
    "Prescott 3": Published(lambda: prescott(-21), (30.0, 60.0), 5.0),
    "Noble": Published(noble, (-3.0, 0.0), 20.0, held=-3.0),
    "Beeler-Reuter": Published(beeler_reuter, (1.0, 2.5), 5.0, seconds=20.0),
    "Frankenhaeuser-Huxley": Published(frankenhaeuser_huxley, (200.0, 600.0), 0.5, (-40.0, 120.0)),
    "Huber-Braun": Published(huber_braun, (-1.0, 0.0), 5.0, held=-2.0),
    "leech": Published(leech, (-0.02, 0.006), 100.0, (-0.08, 0.03), held=-0.1),
    "Wilson": Published(wilson, (0.1, 1.5), 5.0, (-1.0, 0.4)),
    "square wave": Published(square_wave, (30.0, 45.0, 60.0), 20.0),
    "Wang": Published(wang, (-1.0, 0.0, 3.0), 5.0),
    "subthalamic": Published(subthalamic, (-25.0, 0.0), 5.0, held=-25.0, seconds=60.0),
    "calcium-dependent": Published(calcium_dependent, (0.2, 3.0), 5.0),
}
