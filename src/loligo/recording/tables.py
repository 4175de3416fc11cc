"""Recordings as pandas and xarray tables; both libraries are imported only here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from loligo._optional import optional
from loligo._units import MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Traces = Mapping[str, tuple[NDArray[Any], str]]


def dataframe(t: NDArray[Any], traces: Traces) -> Any:
    """Return a pandas DataFrame with the time [ms] as index and a column for each trace; ``attrs`` has the units."""
    pandas = optional("pandas", "tables")
    index = pandas.Index(t, name="t")
    frame = pandas.DataFrame({name: trace for name, (trace, _) in traces.items()}, index=index)
    frame.attrs["units"] = {"t": MS} | {name: unit for name, (_, unit) in traces.items()}
    return frame


def dataset(t: NDArray[Any], traces: Traces, spikes: NDArray[Any], attributes: Mapping[str, Any]) -> Any:
    """Return an xarray Dataset with the time [ms] and the spikes [ms] as coordinates."""
    xarray = optional("xarray", "tables")
    variables = {name: ("t", trace, {"units": unit}) for name, (trace, unit) in traces.items()}
    coordinates = {"t": ("t", t, {"units": MS}), "spikes": ("spike", spikes, {"units": MS})}
    return xarray.Dataset(variables, coords=coordinates, attrs=dict(attributes))
