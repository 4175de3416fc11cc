"""The other tools, one stand-alone module each, run by that tool's own interpreter."""
