"""Log events, metrics and reminders: each named once, with its fields or labels.

May import the model alone. Begin with ``events.py`` and ``measures.py``, the two lists. ``logs.py`` masks and writes.
"""
