"""A stimulus as typed: ``7`` or ``7,start=20,stop=60``, with the settings shared by all stimuli."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import ArgumentError, unknown_name
from loligo.cli.pairs import number_in, pairs

if TYPE_CHECKING:
    from loligo.stimulus import Stimulus

MOST_PULSES: Final = 1_000_000


@dataclass(frozen=True)
class StimulusWords:
    """One stimulus as typed.

    Attributes
    ----------
    kind : str
        The option's name without its dashes, such as ``"step"``.
    head : str
        The amplitude [µA/cm²], or the file of samples.
    own : mapping of str to str
        Settings typed after it, which apply to this stimulus only.
    """

    kind: str
    head: str
    own: Mapping[str, str]

    @classmethod
    def read(cls, kind: str, text: str) -> "StimulusWords":
        """Parse ``7,start=20,onsets=10,25``: a comma separates settings if a name and ``=`` follow."""
        head, *rest = re.split(r",(?=\s*[a-z]+\s*=)", text)
        return cls(kind, head.strip(), pairs(rest, f"--{kind}"))

    @property
    def settings(self) -> set[str]:
        """The names of the settings of this kind of stimulus."""
        from loligo.stimulus.description import STIMULI

        own = {field.name for field in fields(STIMULI[self.kind.title()])} - {"amplitude", "values"}  # type: ignore[arg-type]
        return own | {"most_megabytes"} if self.kind == "samples" else own

    def stimulus(self, shared: Mapping[str, Any]) -> "Stimulus":
        """Return the stimulus; its own settings take precedence over shared ones.

        Raises
        ------
        LoligoError
            A setting that this kind does not have, or an invalid value.
        OSError
            A file of samples that cannot be read.
        """
        from loligo.stimulus import Samples
        from loligo.stimulus.description import STIMULI

        for name in self.own:
            if name not in self.settings:
                raise unknown_name(f"setting of --{self.kind}", name, self.settings)
        chosen = {name: value for name, value in shared.items() if name in self.settings} | dict(self.own)
        values = {name: _value(self.kind, name, value) for name, value in chosen.items()}
        if self.kind == "samples":
            from loligo.cli.samples_file import read_samples

            return Samples(**read_samples(Path(self.head), values))
        maker: Any = STIMULI[self.kind.title()]
        made: Stimulus = maker(number_in(self.head, f"the amplitude of --{self.kind}"), **values)
        return made


def built(words: Sequence[StimulusWords], shared: Mapping[str, Any]) -> "Stimulus | None":
    """Return the sum of all stimuli, or None.

    Raises
    ------
    LoligoError
        As `StimulusWords.stimulus`; also a shared setting that none of the stimuli has.
    OSError
        A file of samples that cannot be read.
    """
    for name in shared:
        if not any(name in each.settings for each in words):
            given = " and ".join(sorted({f"--{each.kind}" for each in words})) or "none"
            raise ArgumentError(f"--{name} is not a setting of the given stimulus ({given}).")
    stimuli = [each.stimulus(shared) for each in words]
    return sum(stimuli[1:], stimuli[0]) if stimuli else None


def times_in(text: str) -> tuple[float, ...]:
    """Return the times for ``10,25,40`` or ``10:200:20`` (from, until, every) [ms].

    Raises
    ------
    ArgumentError
        Not numbers, or an interval that is not positive.

    Examples
    --------
    >>> times_in("10:60:20")
    (10.0, 30.0, 50.0)
    """
    if ":" not in text:
        return tuple(number_in(part, "each of --onsets") for part in text.split(","))
    parts = [number_in(part, "each part of --onsets from:until:every") for part in text.split(":")]
    if len(parts) != 3 or not (parts[2] > 0 and parts[0] < parts[1] < parts[0] + MOST_PULSES * parts[2]):
        raise ArgumentError(f"--onsets takes from:until:every in ms, such as 10:200:20; got {text!r}.")
    first, until, every = parts
    count = int((until - first) / every) + 1
    return tuple(time for time in (first + k * every for k in range(count)) if time < until)


def _value(kind: str, name: str, typed: Any) -> Any:
    """Return a setting converted to the type that the stimulus takes."""
    if name == "onsets":
        return times_in(typed)
    if name == "between" or not isinstance(typed, str):
        return typed
    value = number_in(typed, f"{name} of --{kind}")
    return int(value) if name == "seed" and value == int(value) else value
