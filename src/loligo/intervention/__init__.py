"""What an experiment does to variables during a run: hold them, set them."""

from loligo.intervention.intervention import (
    Hold,
    Intervention,
    Reset,
    after,
    begin_of,
    checked,
    edges_of,
    intervention_of,
    refuse_others,
    shown,
    until,
)

__all__ = [
    "Hold",
    "Intervention",
    "Reset",
    "after",
    "begin_of",
    "checked",
    "edges_of",
    "intervention_of",
    "refuse_others",
    "shown",
    "until",
]
