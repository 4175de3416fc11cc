"""How a membrane fires under constant currents: runs until they settle, and ways to reach a current."""
