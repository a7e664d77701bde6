"""What is never lost: the durable record of every change of state, and its audit."""
