"""The journal: the durable record of every change of state, which is never lost, and its audit."""
