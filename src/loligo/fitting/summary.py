"""The result of a fit as text: lines to print, and numbers for JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from loligo._units import MV
from loligo.fitting.digits import value_with_error, with_error
from loligo.fitting.links import base

if TYPE_CHECKING:
    from collections.abc import Mapping

    Fit = Any  # `loligo.fitting.Fit`, which has these functions as methods and so cannot be imported

CORRELATED: Final = 2.0  # samples: a longer correlation of residuals is reported
SEVERAL: Final = 3.0  # multiple of the noise from which residuals are reported
VISIBLE: Final = 0.01  # of the standard deviation of v: smaller residuals are not reported if no noise was given
NEAR_BEST: Final = 1.01  # relative to the best misfit: starts up to this found the same minimum


def summary(fit: Fit) -> str:
    """Return a line for each parameter, and lines that say how well they are known."""
    correlated = fit.correlation_length >= CORRELATED
    sweeps, targets = len(fit.sweeps) - fit.kinds.count("features"), len(fit.targets)
    beside = f" and {targets} feature{'s' * (targets > 1)}" if targets else ""
    lines = [f"Fit of {fit.membrane.name} to {sweeps} sweep{'s' * (sweeps > 1)}{beside}"]
    lines += _values(fit, correlated)
    near = sum(run.misfit <= NEAR_BEST * fit.misfit for run in fit.runs)
    unit = fit.data_unit or "times the noise"
    lines.append(
        f"  misfit {fit.misfit:.4g} {unit} over {fit.samples} samples; {near} of {len(fit.runs)} starts came as low"
    )
    if fit.data_unit:
        lines.append(f"  noise {_noise(fit)}{', as given' if fit.noise_known else ' between neighbouring samples'}")
    else:
        lines += _kinds(fit)
    if correlated:
        lines.append(
            f"  residuals are correlated over {fit.correlation_length:.0f} samples; the errors allow for that: "
            f"for independent residuals they would be {_smaller(fit)} times smaller"
        )
    lines += _beyond_noise(fit, correlated) if fit.data_unit else []
    for parts in fit.unidentified:
        combination = ", ".join(f"{name} {part:+.2g}" for name, part in parts.items())
        lines.append(f"  the data do not determine this combination (in widths of the bounds): {combination}")
    redrawn = sum(run.redrawn for run in fit.runs)
    lines.append(f"  {redrawn} starts that did not respond were redrawn; {fit.seconds:.1f} s" + ending(fit))
    return "\n".join(lines)


def ending(fit: Fit) -> str:
    """Return the end of a summary's last line: what stopped the search early, and that it did not converge."""
    return (f"; ended by {fit.ended}" if fit.ended else "") + ("" if fit.converged else ": not converged")


def described(fit: Fit) -> dict[str, Any]:
    """Return all numbers of a fit in a form for JSON, with None for an infinite AICc."""
    words = {
        "membrane": fit.membrane.name,
        "values": fit.values,
        "errors": fit.errors,
        "robust_errors": fit.robust_errors,
        "intervals_95": {name: list(pair) for name, pair in fit.intervals().items()},
        "tied": {
            name: {"formula": fit.formulas[base(name)], "value": value, "error": error}
            for name, (value, error) in fit.tied.items()
        },
        "bounds": {name: {"low": one.low, "high": one.high, "scale": one.scale} for name, one in fit.bounds.items()},
        "priors": {name: {"mean": mean, "deviation": deviation} for name, (mean, deviation) in fit.priors.items()},
        "units": {name: fit.unit(name) for name in (*fit.names, *fit.tied)},
        "correlation": fit.correlation.tolist(),
        "unidentified": fit.unidentified,
        "at_bounds": fit.at_bounds,
        "misfit": fit.misfit,
        "unit": fit.data_unit,
        "misfits": fit.misfits,
        "noise": [*fit.noise],
        "targets": {
            name: {"mean": mean, "deviation": width, "reached": fit.features[name]}
            for name, (mean, width) in fit.targets.items()
        },
        "samples": fit.samples,
        "noise_known": fit.noise_known,
        "noise_ratio": fit.noise_ratio,
        "correlation_length": fit.correlation_length,
        "aicc": fit.aicc,
        "bic": fit.bic,
        "ended": fit.ended,
        "converged": fit.converged,
        "seconds": fit.seconds,
        "runs": [_finite(run._asdict()) for run in fit.runs],
    }
    return _finite(words)


def _finite(words: dict[str, Any]) -> dict[str, Any]:
    return {key: None if isinstance(one, float) and not math.isfinite(one) else one for key, one in words.items()}


def _noise(fit: Fit) -> str:
    """Return the standard deviations of the noise of all sweeps, by units."""
    levels: dict[str, list[float]] = {}
    for sweep, level in zip(fit.sweeps, fit.noise, strict=True):
        levels.setdefault(sweep.current_unit if sweep.v is None else MV, []).append(level)
    parts = []
    for unit, own in levels.items():
        low, high = f"{min(own):.3g}", f"{max(own):.3g}"
        parts.append(f"{low if low == high else f'{low} to {high}'} {unit}")
    return " and ".join(parts)


def _kinds(fit: Fit) -> list[str]:
    """Return the misfit of each kind of data, and the features with their targets, of a fit to several kinds."""
    lines = []
    for kind, misfit in fit.misfits.items():
        estimated, ratio = kind in fit.noise_estimated, fit.noise_ratios[kind]
        which = "between neighbouring samples" if estimated else "that was given"
        far = f", {ratio:.2g} times the noise {which}" if ratio >= SEVERAL else ""
        lines.append(f"    {kind} {misfit:.4g} {fit.unit_of(kind)}{', noise estimated' * estimated}{far}")
    spikes: dict[str, list[float]] = {}
    for name, (mean, width) in fit.targets.items():
        if name.startswith("spike_times"):
            spikes.setdefault(name.rpartition("[")[0], []).append(abs(fit.deviations[name]) * width)
        else:
            lines.append(f"    {name} {fit.features[name]:.5g}; target {mean:g} ± {width:g}")
    for name, away in spikes.items():
        shown = f"{len(away)} spike{'s' * (len(away) > 1)}, each within {max(away):.2g} ms of its target"
        lines.append(f"    {name}: {shown}")
    return lines


def _values(fit: Fit, correlated: bool) -> list[str]:
    """Return the lines of varied parameters, then those of tied ones."""
    errors, tied = (fit.robust_errors, fit.robust_tied) if correlated else (fit.errors, fit.tied)
    width = max(len(name) for name in (*fit.names, *tied))
    lines = []
    for name in fit.names:
        bound = "  (at its bound)" if name in fit.at_bounds else ""
        shown = with_error(fit.values[name], errors[name])
        lines.append(f"  {name:<{width}}  {shown} {fit.unit(name)}".rstrip() + bound + known(fit.priors, name))
    for name, (value, error) in tied.items():
        lines.append(
            f"  {name:<{width}}  {value_with_error(value, error)} {fit.unit(name)}".rstrip()
            + f"  = {fit.formulas[base(name)]}"
        )
    return lines


def _beyond_noise(fit: Fit, correlated: bool) -> list[str]:
    """Return a line if residuals are several times the noise that was given, or under current clamp that of v."""
    ratio = fit.noise_ratio
    if ratio < SEVERAL:
        return []
    times = times_larger(ratio)
    if fit.noise_known:
        said = "" if correlated else " and errors are too small by as much"
        given = f"  residuals are {times} times the noise that was given: it is larger{said}, or the model does not "
        return [f"{given}describe the data"]
    v = [sweep.v[sweep.kept] for sweep in fit.sweeps if sweep.clamp == "current"]
    if not v or fit.misfit < VISIBLE * max(float(one.std()) for one in v):
        return []
    own = f"  residuals are {times} times the noise between neighbouring samples: this is not the best minimum, or the "
    return [f"{own}model does not describe the data; try more starts"]


def times_larger(ratio: float) -> str:
    """Return a factor with two digits."""
    return f"{ratio:.1f}" if ratio < 10.0 else f"{float(f'{ratio:.2g}'):,.0f}"


def known(priors: Mapping[str, tuple[float, float]], name: str) -> str:
    """Return what was known of a parameter beforehand, if anything was."""
    mean, deviation = priors.get(name, (0.0, 0.0))
    return f"  (prior {mean:g} ± {deviation:g})" if deviation else ""


def _smaller(fit: Fit) -> str:
    """Return the factor by which errors would be smaller if residuals were independent."""
    ratios = [fit.robust_errors[name] / fit.errors[name] for name in fit.names if fit.errors[name] > 0]
    low, high = min(ratios), max(ratios)
    return f"{low:.2g}" if high < 1.2 * low else f"{low:.2g} to {high:.2g}"
