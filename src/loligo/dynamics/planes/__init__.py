"""Two variables of a membrane as a planar system: nullclines, equilibria, vector field, trajectories."""
