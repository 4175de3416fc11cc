"""The result of a run: traces, spikes, and the membrane, stimulus and settings that produced them."""

from loligo.recording.reading import load
from loligo.recording.recording import Recording
from loligo.recording.settings import Settings

__all__ = ["Recording", "Settings", "load"]
