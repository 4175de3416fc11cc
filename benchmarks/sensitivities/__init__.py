"""A run with its derivatives in three conductances, by several tools."""
