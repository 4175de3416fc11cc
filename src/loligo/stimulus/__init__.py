"""Stimuli as frozen values with known edges; each is applied exactly."""

from loligo.stimulus.noise import Noise
from loligo.stimulus.pieces import Pieces
from loligo.stimulus.samples import Samples
from loligo.stimulus.stimulus import Stimulus, Sum
from loligo.stimulus.waveforms import Chirp, Pulses, Ramp, Sine, Step

__all__ = ["Chirp", "Noise", "Pieces", "Pulses", "Ramp", "Samples", "Sine", "Step", "Stimulus", "Sum"]
