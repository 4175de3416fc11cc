"""A fit of features as a self-contained page: values with errors and intervals, targets, figures, all searches."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from loligo._errors import FitError
from loligo.fitting.digits import value_with_error, with_error
from loligo.fitting.links import base
from loligo.fitting.report import document, interval, picture, table

if TYPE_CHECKING:
    from loligo.fitting.feature_result import FeatureFit


def feature_page(fit: FeatureFit) -> str:
    """Return a page of HTML, pictures included."""
    from matplotlib.figure import Figure

    plain, (profiled, curves) = fit.intervals(0.95), _profiles(fit)
    values = [
        (name, f"{with_error(fit.values[name], fit.errors[name])} {fit.unit(name)}", interval(plain[name]),
         profiled[name], f"{one.low:g} to {one.high:g}, {one.scale}", _prior(fit, name))
        for name, one in fit.bounds.items()
    ]  # fmt: skip
    ties = [
        (name, fit.formulas[base(name)], f"{value_with_error(*fit.tied[name])} {fit.unit(name)}") for name in fit.tied
    ]
    reached = [
        (name, f"{mean:g} ± {width:g}", f"{mean + fit.deviations[name] * width:.6g}", f"{fit.deviations[name]:+.2f}")
        for name, (mean, width) in fit.targets.items()
    ]
    heads = ("parameter", "value ± standard error", "95 % interval", "95 %, by profile", "bounds", "prior")
    title = f"Fit of {fit.membrane.name} to features"
    drawn = fit.plot(figure=Figure(figsize=(10, 6.4), layout="constrained"))
    starts, *runs = fit.runs.cells()
    return document(title, [
        f"<h1>{escape(title)}</h1>", f"<pre>{escape(str(fit))}</pre>", picture("Deviations and values", drawn),
        "<h2>Values</h2>", table(heads, values),
        *(("<h2>Tied parameters</h2>", table(("parameter", "formula", heads[1]), ties)) if ties else ()),
        "<h2>Targets</h2>", table(("feature", "target", "reached", "deviation [standard deviations]"), reached),
        "<h2>Profiles</h2>", *curves,
        "<h2>All searches</h2>", table(starts, runs),
    ])  # fmt: skip


def _profiles(fit: FeatureFit) -> tuple[dict[str, str], list[str]]:
    """Return the intervals by profiles and their pictures, or the sentence about a better fit along a profile."""
    from matplotlib.figure import Figure

    try:
        profiles = {name: fit.profile(name) for name in fit.names}
    except FitError as error:
        return dict.fromkeys(fit.names, ""), [f"<p>{escape(str(error))}</p>"]
    pictures = {name: one.plot(figure=Figure(figsize=(7, 5), layout="constrained")) for name, one in profiles.items()}
    return (
        {name: interval(one.interval(0.95)) for name, one in profiles.items()},
        [picture(f"Profile of {name}", figure) for name, figure in pictures.items()],
    )


def _prior(fit: FeatureFit, name: str) -> str:
    mean, deviation = fit.priors.get(name, (0.0, 0.0))
    return f"{mean:g} ± {deviation:g}" if deviation else ""
