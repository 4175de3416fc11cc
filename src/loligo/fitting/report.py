"""A fit as a self-contained page: values with errors and intervals, figures, all starts."""

from __future__ import annotations

import base64
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Final

from loligo._errors import FitError
from loligo.fitting.digits import value_with_error, with_error
from loligo.fitting.links import base

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.figure import Figure

    from loligo.fitting.result import Fit

STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid #ccc; padding: 0.3rem 0.8rem; text-align: right; }
th:first-child, td:first-child { text-align: left; }
img { max-width: 100%; }
pre { white-space: pre-wrap; }
"""


def page(fit: Fit) -> str:
    """Return a page of HTML, pictures included."""
    from matplotlib.figure import Figure

    plain = fit.intervals(0.95)
    profiled, curves = _profiles(fit)
    values = [
        (name, f"{with_error(fit.values[name], fit.errors[name])} {fit.unit(name)}",
         f"{with_error(fit.values[name], fit.robust_errors[name])}", interval(plain[name]), profiled[name],
         f"{one.low:g} to {one.high:g}, {one.scale}", _prior(fit.priors.get(name)))
        for name, one in fit.bounds.items()
    ]  # fmt: skip
    ties = [
        (name, fit.formulas[base(name)], f"{value_with_error(*fit.tied[name])} {fit.unit(name)}",
         value_with_error(*fit.robust_tied[name]))
        for name in fit.tied
    ]  # fmt: skip
    starts, *runs = fit.runs.cells()
    runs.sort(key=lambda cells: fit.runs[int(cells[0])].misfit)
    correlations = [
        (name, *(f"{value:+.3f}" for value in row))
        for name, row in zip(fit.names, fit.correlation.tolist(), strict=True)
    ]
    heads = (
        "parameter", "value ± standard error", "for correlated residuals", "95 % interval", "95 %, by profile",
        "bounds", "prior",
    )  # fmt: skip
    follow = ("parameter", "formula", *heads[1:3])
    drawn = fit.plot(Figure(figsize=(10, 6.4), layout="constrained"))
    title = f"Fit of {fit.membrane.name}"
    parts = [
        f"<h1>{escape(title)}</h1>", f"<pre>{escape(str(fit))}</pre>", picture("Data, fit and residuals", drawn),
        "<h2>Values</h2>", table(heads, values),
        *(("<h2>Tied parameters</h2>", table(follow, ties)) if ties else ()),
        (f"<p>AICc {fit.aicc:.2f}, BIC {fit.bic:.2f}; probability of this few sign changes of the residuals "
        f"{fit.runs_probability:.2g}.</p>"),
        "<h2>Correlation of the values</h2>", table(("", *fit.names), correlations),
        "<h2>Profiles</h2>", *curves,
        "<h2>All starts</h2>", table(starts, runs),
    ]  # fmt: skip
    return document(title, parts)


def document(title: str, parts: Iterable[str]) -> str:
    """Return a page of HTML with a title and parts, each on lines of its own."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _profiles(fit: Fit) -> tuple[dict[str, str], list[str]]:
    """Return the intervals by profiles and their pictures, or the sentence about a better fit along a profile."""
    from matplotlib.figure import Figure

    try:
        ends = fit.intervals(0.95, profiles=True)
    except FitError as error:
        return dict.fromkeys(fit.names, ""), [f"<p>{escape(str(error))}</p>"]
    pictures = {name: fit.profile(name).plot(Figure(figsize=(7, 5), layout="constrained")) for name in fit.names}
    return (
        {name: interval(ends[name]) for name in fit.names},
        [picture(f"Profile of {name}", figure) for name, figure in pictures.items()],
    )


def _prior(given: tuple[float, float] | None) -> str:
    return f"{given[0]:g} ± {given[1]:g}" if given else ""


def interval(ends: tuple[float, float]) -> str:
    """Return both ends of an interval."""
    return f"{ends[0]:.5g} to {ends[1]:.5g}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of HTML; cells may contain any text."""
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "\n".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"


def picture(title: str, figure: Figure) -> str:
    """Return a figure as HTML that contains it."""
    buffer = BytesIO()
    figure.savefig(buffer, dpi=110, format="png")
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'<figure><img alt="{escape(title)}" src="data:image/png;base64,{data}"></figure>'
