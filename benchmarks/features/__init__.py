"""Runs with features: many axons, and for each its spike count, frequencies, and shapes of spikes."""
