"""Recordings as pandas and xarray tables; both libraries are imported only here."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from loligo._units import MS

if TYPE_CHECKING:
    from types import ModuleType

    from loligo.recording.recording import Recording


def dataframe(recording: Recording) -> Any:
    """Return a pandas DataFrame with the time [ms] as index."""
    pandas = _library("pandas")
    traces = recording.traces()
    index = pandas.Index(recording.t, name="t")
    frame = pandas.DataFrame({name: trace for name, (trace, _) in traces.items()}, index=index)
    frame.attrs["units"] = {"t": MS} | {name: unit for name, (_, unit) in traces.items()}
    return frame


def dataset(recording: Recording) -> Any:
    """Return an xarray Dataset with the time [ms] and the spikes [ms] as coordinates."""
    xarray = _library("xarray")
    variables = {name: ("t", trace, {"units": unit}) for name, (trace, unit) in recording.traces().items()}
    coordinates = {"t": ("t", recording.t, {"units": MS}), "spikes": ("spike", recording.spikes, {"units": MS})}
    attributes = {"membrane": recording.membrane.name, "tolerance": recording.settings.tolerance}
    return xarray.Dataset(variables, coords=coordinates, attrs=attributes)


def _library(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(f"This table needs {name}: install it, or install loligo with the extra [tables].") from error
