"""Acts of people on services over their definitions: one is suspended, and resumed."""
