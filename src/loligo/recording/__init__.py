"""What came out of a run: traces, spikes, and the membrane, stimulus and settings that made them."""

from loligo.recording.files import load
from loligo.recording.recording import Recording, Settings

__all__ = ["Recording", "Settings", "load"]
