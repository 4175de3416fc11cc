"""Which conductances give the observed spikes? Approximate Bayesian computation by rejection, without a toolbox.

Run it from the repository: ``python examples/squid_rejection.py``. The same ``run`` works with the sbi toolbox; convert
its tensors by ``theta.numpy()`` and ``torch.from_numpy(...)``.

Method: Pritchard JK and others (1999) Population growth of human Y chromosomes. Mol Biol Evol 16:1791-1798,
doi:10.1093/oxfordjournals.molbev.a026091.
"""

import numpy as np

import loligo as lo

VARIED = {"g_Na": (60.0, 240.0), "g_K": (10.0, 80.0)}  # mS/cm², uniform priors
FEATURES = ["mean_frequency", "AP_amplitude", "AP_duration_half_width"]
TRUTH = np.array([120.0, 36.0])
DRAWS, KEPT = 4096, 80


def main() -> None:
    """Draw conductances, run them, keep the draws whose features are nearest to the observed ones, and print these."""
    run = lo.simulator(lo.models.squid(), lo.Step(12.0, stop=150), vary=VARIED, features=FEATURES)
    observed = run(TRUTH)
    low, high = np.array(list(VARIED.values())).T
    theta = np.random.default_rng(1).uniform(low, high, size=(DRAWS, low.size))
    features = run(theta)
    away = (features - observed) / np.nanstd(features, axis=0)
    distance = np.sqrt((away**2).sum(axis=1))  # NaN (the neuron did not fire) is sorted to the end
    posterior = theta[np.argsort(distance)[:KEPT]]
    for name, truth, own in zip(VARIED, TRUTH, posterior.T, strict=True):
        print(f"{name:<5} made with {truth:g}, found {own.mean():.1f} ± {own.std():.1f} mS/cm²")
    print(f"correlation {np.corrcoef(posterior.T)[0, 1]:+.2f}")


if __name__ == "__main__":
    main()
