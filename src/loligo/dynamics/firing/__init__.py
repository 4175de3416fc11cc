"""How a membrane fires under constant currents: runs until they settle, and the ways to a current."""
