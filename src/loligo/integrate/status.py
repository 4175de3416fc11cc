"""How a program ended, as the small numbers that compiled code returns."""

from typing import Final

DONE: Final = 0
DIVERGED: Final = 1
STIFF: Final = 2
TOO_MANY_STEPS: Final = 3
ENOUGH: Final = 4
NO_REST: Final = 5
NO_SENSE: Final = 6
NOT_STIFF: Final = 7
