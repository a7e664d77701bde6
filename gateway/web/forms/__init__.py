"""Forms drawn from the catalogue: a field's label, hint, error and sample, rows, and the buttons that work without scripts."""
