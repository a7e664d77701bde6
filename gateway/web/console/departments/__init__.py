"""Departments as an operator looks after them: their state, their queues, and their controls."""
