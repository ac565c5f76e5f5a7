"""How good the answers are, on cases whose right outcome is known."""
