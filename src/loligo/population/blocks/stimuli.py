"""The stimuli of a block of members: a few shapes in time, each at every member's own amplitude."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loligo._errors import ArgumentError, LoligoError
from loligo.lanes import Stimuli
from loligo.population.stimulus_numbers import own_amplitude, with_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.blocks.interventions import Act
    from loligo.stimulus import Pieces, Stimulus

MEMORY = 2**25  # largest memory of the stimuli of a block, if there are several [bytes]
BASE_FROM = 0.9  # the base is the mean of v from this fraction of the time before the stimulus on, as in eFEL


class TooLargeError(Exception):
    """Raised if the stimuli of a block need too much memory: the block must be run in ``parts`` parts."""

    def __init__(self, parts: int) -> None:
        super().__init__(f"Run these members in {parts} parts.")
        self.parts = parts


@dataclass(frozen=True, eq=False)
class Shapes:
    """Stimuli in the normal form of `loligo.stimulus.pieces`, linear in an amplitude.

    Attributes
    ----------
    which : array of int (members,)
        The shape of each member's stimulus; -1 if the stimulus is invalid.
    amplitude : array (members,)
    stimuli : Stimuli
        The shapes, in the format of lanes.
    reasons : dict of int to str
        Why a member's stimulus is invalid.
    """

    which: NDArray[np.int64]
    amplitude: NDArray[np.float64]
    stimuli: Stimuli
    reasons: dict[int, str]


def shapes_of(
    stimulus: Stimulus,
    columns: Mapping[str, NDArray[np.float64]],
    members: int,
    duration: float,
    acts: Sequence[Act] = (),
) -> Shapes:
    """Return the stimuli of a block.

    Parameters
    ----------
    stimulus : Stimulus
    columns : mapping of str to array (members,)
        The numbers of the stimulus that vary, by name.
    members : int
    duration : float
        [ms]
    acts : sequence of Act, optional
        The variables that are held and set.

    Raises
    ------
    TooLargeError
        Several stimuli together take more memory than `MEMORY`.
    """
    scale = "factor" if stimulus.amplitude_is_factor and "amplitude" not in columns else "amplitude"
    others = {name: values for name, values in columns.items() if name != scale}
    amplitude = np.array(columns.get(scale, np.full(members, own_amplitude(stimulus))), dtype=float)
    if others:
        rows, which = np.unique(np.stack(list(others.values()), axis=1), axis=0, return_inverse=True)
    else:
        rows, which = np.empty((1, 0)), np.zeros(members, np.int64)
    made: list[tuple[Pieces, Pieces, tuple[float, float, float]]] = []
    reasons: dict[int, str] = {}
    number: dict[int, int] = {}
    memory, starts = 0, [act.start for act in acts]
    for k, row in enumerate(rows):
        try:
            one = with_numbers(stimulus, dict(zip(others, row.tolist(), strict=True)))
            zero = one.with_amplitude(0.0).joined(duration).cut(starts)
            whole = one.with_amplitude(1.0).joined(duration).cut(starts)
        except LoligoError as error:
            reasons[k] = str(error)
            continue
        if not np.array_equal(zero.edges, whole.edges) or zero.waves.shape != whole.waves.shape:
            kind = type(stimulus).__name__
            raise ArgumentError(f"The edges of {kind} depend on its amplitude, so it cannot vary here.")
        number[k] = len(made)
        made.append((zero, whole, _marks(one, duration)))
        memory += 5 * zero.edges.nbytes + 2 * zero.waves.nbytes
        if memory > MEMORY and len(made) > 1:
            raise TooLargeError(-(-len(rows) // (len(made) - 1)))
    place = np.array([number.get(k, -1) for k in range(len(rows))], np.int64)
    which = which.reshape(-1)
    bad = {int(m): reasons[int(which[m])] for m in np.flatnonzero(place[which] < 0)}
    arrays, marks = _joined(made)
    return Shapes(place[which], amplitude, Stimuli._make([*arrays, marks, *_acts(made, acts)]), bad)


def _acts(
    made: list[tuple[Pieces, Pieces, tuple[float, float, float]]], acts: Sequence[Act]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return which variables are held in each piece of each shape, and the values set at its beginning."""
    if not acts or not made:
        return np.empty((0, 0)), np.empty((0, 0))
    begins = np.concatenate([zero.edges[:-1] for zero, *_ in made])
    which = np.searchsorted([act.start for act in acts], begins, side="right") - 1
    held = np.stack([act.held for act in acts])[which]
    put = np.stack([act.put for act in acts])[which]
    put[begins != np.array([act.start for act in acts])[which]] = np.nan
    return held, put


def _marks(stimulus: Stimulus, duration: float) -> tuple[float, float, float]:
    base = BASE_FROM * stimulus.start if stimulus.start < duration else math.inf  # never
    return base, stimulus.start, min(stimulus.stop, duration)


def _joined(
    made: list[tuple[Pieces, Pieces, tuple[float, float, float]]],
) -> tuple[tuple[NDArray, ...], NDArray[np.float64]]:  # type: ignore[type-arg]
    pieces, waves = [0], [0]
    edges, fixed, scaled, waves_fixed, waves_scaled = [], [], [], [np.empty((0, 4))], [np.empty((0, 4))]
    for zero, one, _ in made:
        pieces.append(pieces[-1] + zero.constant.size)
        edges.append(zero.edges)
        line = np.stack([zero.constant, zero.slope], axis=1)
        fixed.append(line)
        scaled.append(np.stack([one.constant, one.slope], axis=1) - line)
        waves += (waves[0] + len(np.concatenate(waves_fixed)) + zero.offsets[1:]).tolist()
        waves_fixed.append(zero.waves)
        waves_scaled.append(one.waves - zero.waves)
    arrays = (
        np.array(pieces, np.int64),
        np.concatenate([*edges, np.empty(0)]),
        np.concatenate([*fixed, np.empty((0, 2))]),
        np.concatenate([*scaled, np.empty((0, 2))]),
        np.array(waves, np.int64),
        np.concatenate(waves_fixed),
        np.concatenate(waves_scaled),
    )
    return arrays, np.array([marks for _, _, marks in made]).reshape(-1, 3)
