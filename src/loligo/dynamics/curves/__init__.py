"""Curves of Hopf points, saddle-nodes and folds of cycles in the plane of two parameters."""
