"""Membranes whose solution can be written down, and the solutions."""

import itertools
import math

import numpy as np

import loligo as lo

C, G_LEAK, E_LEAK = 2.0, 0.25, -60.0
TAU = C / G_LEAK  # 8 ms

PASSIVE = lo.Membrane(lo.Channel("leak", g=G_LEAK, E=E_LEAK), C=C, spike_level=-40.0, name="passive")


def charged(t, start):
    """Return the fraction to which a membrane is charged by a current that began at ``start``."""
    return np.where(t > start, -np.expm1(-np.maximum(t - start, 0.0) / TAU), 0.0)


def to_step(t, amplitude, start, stop):
    """Return v - E under a step."""
    return amplitude / G_LEAK * (charged(t, start) - charged(t, stop))


def to_ramp(t, amplitude, start, stop):
    """Return v - E under a ramp."""

    def rising(since):
        s = np.maximum(t - since, 0.0)
        return amplitude / (stop - start) / G_LEAK * (s - TAU * charged(t, since))

    return rising(start) - rising(stop) - amplitude / G_LEAK * charged(t, stop)


def to_sine(t, amplitude, frequency, offset, phase, start, stop):
    """Return v - E under a sinusoid."""
    omega = 2 * math.pi * frequency

    def forced(since):
        angle = omega * (since - start) + phase
        wave = (np.sin(angle) - omega * TAU * np.cos(angle)) / (1 + (omega * TAU) ** 2)
        return (offset + amplitude * wave) / G_LEAK

    def during(since):
        return forced(since) - forced(start) * np.exp(-(since - start) / TAU)

    after = during(stop) * np.exp(-np.maximum(t - stop, 0.0) / TAU) if math.isfinite(stop) else 0.0
    return np.where(t < start, 0.0, np.where(t < stop, during(np.maximum(t, start)), after))


def to_anything(t, stimulus, edges):
    """Return v - E under any stimulus, by Gauss quadrature of its convolution between edges."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    total = np.zeros_like(t)
    for a, b in itertools.pairwise(edges):
        end = np.clip(t, a, b)
        s = a + np.outer(end - a, (nodes + 1) / 2)
        response = stimulus(s) * np.exp(-(t[:, None] - s) / TAU)
        total += (end - a) / 2 * (response @ weights) / C
    return total


# a state that does nothing: membranes with it have two variables, and share what is compiled for two
IDLE = lo.State("x", "1 - x", initial=1.0)
BESIDE_IDLE = lo.Membrane(*PASSIVE.parts, IDLE, C=C, spike_level=-40.0, name="passive beside an idle state")

# dx/dt = rate v (1 + x**2) beside a passive v: neither autonomous nor linear, and its solution is a tangent. The
# state's scale is large, so that a step of any length passes the test of its error: the steps are those of the
# stimulus' edges.
RATE = 2.0
SMALL = 1e-4
TANGENT = lo.Membrane(
    lo.Channel("leak", g=0.25, E=0.0),
    lo.State("x", "rate*v*(1 + (x/small)**2)*small", initial=0.0),  # small, so that no error of it shortens a step
    C=1.0,
    constants={"rate": RATE, "small": SMALL},
    name="tangent",
)
WAVE = lo.Sine(0.025, frequency=0.06, phase=0.3)
TANGENT_START = {"v": 0.04, "x": 0.2 * SMALL}


def tangent(t):
    """Return (v, x) of TANGENT under WAVE from TANGENT_START, shape (times, 2)."""
    tau, omega = 4.0, 2 * math.pi * WAVE.frequency
    size = WAVE.amplitude / 0.25 / (1 + (omega * tau) ** 2)

    def wave(s):
        return size * (np.sin(omega * s + WAVE.phase) - omega * tau * np.cos(omega * s + WAVE.phase))

    def integral_of_wave(s):
        angle = omega * s + WAVE.phase
        return size * (-np.cos(angle) / omega - tau * np.sin(angle))

    rest = TANGENT_START["v"] - wave(0.0)
    v = wave(t) + rest * np.exp(-t / tau)
    area = integral_of_wave(t) - integral_of_wave(0.0) + rest * tau * -np.expm1(-t / tau)
    return np.column_stack((v, SMALL * np.tan(math.atan(TANGENT_START["x"] / SMALL) + RATE * area)))
