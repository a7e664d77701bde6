"""How cases and departments fared over time."""
