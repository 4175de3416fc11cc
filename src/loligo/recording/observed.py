"""The columns of the output of a kernel's ``observe``: instantaneous gates, conductances, then currents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loligo._errors import unknown_name
from loligo.membrane import Channel

if TYPE_CHECKING:
    from loligo.membrane import Membrane


def current_column(membrane: Membrane, channel: str) -> int:
    """Return the column of a channel's current, counted from the end.

    Raises
    ------
    UnknownNameError
        No such channel.
    """
    names = [c.name for c in membrane.channels]
    if channel not in names:
        raise unknown_name(f"channel of {membrane.name}", channel, names)
    return names.index(channel) - len(names)


def conductance_column(membrane: Membrane, channel: str) -> int:
    """Return the column of a channel's conductance, counted from the end.

    Raises
    ------
    UnknownNameError
        No such channel, or its current is not ohmic.
    """
    names = [c.name for c in membrane.channels if isinstance(c, Channel)]
    if channel not in names:
        raise unknown_name(f"ohmic channel of {membrane.name}", channel, names)
    return names.index(channel) - len(names) - len(membrane.channels)
