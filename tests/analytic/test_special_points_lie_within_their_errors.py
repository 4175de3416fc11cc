"""Bautin, Bogdanov-Takens and cusp points of random normal forms, known exactly, lie within the errors they carry."""

from fractions import Fraction

import numpy as np
import pytest

import loligo as lo


def cusp(rng):
    # v' = I - I0 + (a - a0) u - k u³ - m u⁴ with u = v - v0: a cusp at (I0, a0), and its mirror far away
    I0, a0, v0 = rng.uniform(-20, 20), rng.uniform(-3, 3), rng.uniform(-70, 10)
    k = 10 ** rng.uniform(-3, -1)
    membrane = lo.Membrane(
        lo.Current("quartic", "I0 - (a - a0)*(v - v0) + k*(v - v0)**3 + m*(v - v0)**4"),
        constants={"I0": I0, "a0": a0, "v0": v0, "k": k, "m": k * rng.uniform(-1, 1) / 60, "a": a0 + rng.uniform(1, 3)},
    )
    half = 2 * 3**1.5 / np.sqrt(27 * k)
    return membrane, {"I": (I0 - 1.3 * half, I0 + 1.1 * half), "a": (a0 - 1.3, a0 + 4)}, (I0, a0)


def expanded_cusp(rng):
    # v' = I + a v + b v² - k v³: its cusp, at v = b/(3k), comes out of terms that cancel
    k, v0 = 10 ** rng.uniform(-3, -1), rng.uniform(-70, 70)
    b = 3 * k * v0
    K, B = Fraction(k), Fraction(b)
    v = B / (3 * K)
    a = 3 * K * v**2 - 2 * B * v
    current = float(K * v**3 - B * v**2 - a * v)
    half = 2 * 3**1.5 / np.sqrt(27 * k) + 4 * abs(v0)
    membrane = lo.Membrane(
        lo.Current("cubic", "-(a*v + b*v**2 - k*v**3)"),
        constants={"a": float(a) + rng.uniform(1, 3), "b": b, "k": k},
    )
    return membrane, {"I": (current - half, current + half), "a": (float(a) - 1.3, float(a) + 4)}, (current, float(a))


def bogdanov_takens(rng):
    b1, b2 = rng.uniform(-3, 3, 2)
    numbers = {"v0": rng.uniform(-70, 10), "g": rng.uniform(0.3, 2), "s": rng.choice([-1, 1]) * rng.uniform(0.3, 2)}
    numbers |= {"c": rng.uniform(0.5, 2), "d": rng.uniform(0.5, 3), "h": rng.uniform(-1, 1)}
    membrane = lo.Membrane(
        lo.Current("slope", "-c*y - h*z"),
        lo.State("y", "(b1 - B1) + (b2 - B2)*(v - v0) + g*(v - v0)**2 + s*(v - v0)*y + h*z*y", initial=1.0),
        lo.State("z", "-d*z", initial=0.1),
        constants={"B1": b1, "B2": b2, "b1": b1, "b2": b2 - 1} | {name: float(x) for name, x in numbers.items()},
    )
    return membrane, {"b1": (b1 - 2, b1 + 2.1), "b2": (b2 - 2, b2 + 1)}, (b1, b2)


def rotor(rng, push, constants):
    """Return a membrane that turns with dA/dt = A push(A²), in skewed coordinates."""
    u = "(v - v0 + skew*y)"
    r2 = f"({u}**2 + y*y)"
    push, turn = push.replace("R", r2), f"(omega + twist*{r2})"
    by_u, by_y = f"(-{turn}*y + ({push})*{u})", f"({turn}*{u} + ({push})*y)"
    numbers = {"v0": rng.uniform(-70, 10), "skew": rng.uniform(-0.5, 0.5), "omega": rng.uniform(0.4, 1.5)}
    return lo.Membrane(
        lo.Current("turn", f"-({by_u} - skew*{by_y})"),
        lo.State("y", by_y, initial=10.0),
        constants=numbers | constants | {"twist": rng.uniform(-1e-4, 1e-4)},
    )


def bautin(rng):
    mu, growth = rng.uniform(-1, 1), rng.uniform(-1e-3, 1e-3)
    constants = {"M": mu, "G": growth, "mu": mu, "growth": growth + 1e-3 * float(rng.choice([-1, 1]))}
    constants["brake"] = 10 ** rng.uniform(-6.5, -5.5)
    membrane = rotor(rng, "(mu - M) + (growth - G)*R - brake*R**2", constants)
    return membrane, {"mu": (mu - 1.5, mu + 0.5), "growth": (growth - 1.5e-3, growth + 2.2e-3)}, (mu, growth)


def cusp_of_cycles(rng):
    # mu + a R + b R² + c R³ has a triple root at R = r
    r, c = rng.uniform(200, 1200), -(10 ** rng.uniform(-9, -8))
    b = -3 * c * r
    a = b * b / (3 * c)
    mu = -(a * r + b * r**2 + c * r**3)
    constants = {"b": b, "c": c, "mu": mu, "a": 1.3 * a}
    membrane = rotor(rng, "mu + a*R + b*R**2 + c*R**3", constants)
    return membrane, {"mu": (-2 * abs(mu), 3 * abs(mu)), "a": (2 * a, -0.5 * a)}, (mu, a)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("cusp", cusp),
        ("cusp", expanded_cusp),
        ("Bogdanov-Takens", bogdanov_takens),
        ("Bautin", bautin),
        ("cusp of cycles", cusp_of_cycles),
    ],
)
def test_special_points(kind, made, seed):
    membrane, around, true = made(np.random.default_rng(seed))
    found = lo.bifurcation_set(membrane, tuple(around), around, cycles=kind == "cusp of cycles")
    for point in found.points:
        assert 0 < point.error < 1e-8
        assert point.error == max(point.errors)
        assert min(point.errors) > 0
    nearest = min(
        (point for point in found.points if point.kind == kind),
        key=lambda point: np.abs(np.subtract(point.values, true)).max(),
    )
    assert (np.abs(np.subtract(nearest.values, true)) <= nearest.errors).all()


def test_two_ways_to_the_same_points_agree_within_their_errors():
    # rates x phi at one capacitance are the same as capacitance x phi at one temperature
    squid = lo.models.squid()
    heavy = lo.bifurcation_set(squid, ("I", "C"), {"I": (7, 12), "C": (1.0, 1.2)})
    warm = lo.bifurcation_set(squid, ("I", "celsius"), {"I": (7, 12), "celsius": (6, 8)})
    (one,), (other,) = ([p for p in each.points if p.kind == "cusp of cycles"] for each in (heavy, warm))
    assert abs(one.values[0] - other.values[0]) <= one.errors[0] + other.errors[0]
    phi = 3 ** ((other.values[1] - 6.3) / 10)
    assert abs(one.values[1] - phi) <= one.errors[1] + other.errors[1] * phi * np.log(3) / 10
