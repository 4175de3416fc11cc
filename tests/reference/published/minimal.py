"""Membranes of two or three variables, made to show how excitability arises."""

from loligo import Channel, Current, Gate, Membrane, State
from reference.published.gates import sigmoid, tanh_gate


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
