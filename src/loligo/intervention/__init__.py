"""Interventions of an experiment in a run: holding and setting variables."""

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
