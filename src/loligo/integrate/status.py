"""How a program began and ended: the small integers that compiled code returns."""

from typing import Final

DONE: Final = 0
DIVERGED: Final = 1
STIFF: Final = 2
TOO_MANY_STEPS: Final = 3
ENOUGH: Final = 4
NO_REST: Final = 5
NO_SENSE: Final = 6
NOT_STIFF: Final = 7
INTERRUPTED: Final = 8
BESIDE_REST: Final = 16  # added to the status of a member that began beside an unstable rest
STILL: Final = 32  # added if slopes move a member, on its first piece, by less than MOVED of its scales
MOVED: Final = 1e-2
DISPLACED_BY: Final = 0.1  # in scales of v: distance above an unstable rest at which a run begins
