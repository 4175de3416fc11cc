"""Gates in the forms that most sources write."""

from loligo import Gate


def tanh_gate(name, half, slope, **tau):
    return Gate(name, inf=f"0.5*(1 + tanh((v - ({half}))/{slope}))", **tau)


def sigmoid(name, half, slope, **tau):
    """Return a gate that opens with v where the slope is positive."""
    return Gate(name, inf=f"1/(1 + exp(-(v - ({half}))/({slope})))", **tau)
