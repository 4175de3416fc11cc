"""Reading recordings of other programs as sweeps; a new format is a file here and a line in `formats`."""

from loligo.sweep.reading.formats import read_recording

__all__ = ["read_recording"]
