"""Neurons that burst or fire by themselves: brainstem, molluscs, leech, sensory receptors, subthalamic nucleus."""

from loligo import Channel, Current, Gate, Membrane, State
from reference.published.gates import sigmoid


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
