"""Counts of cases and departments by the hour, kept for 90 days: counted from the rows themselves, any number of times, by any node.

May import the store, the writer's changes and the lists of reads. Begin with ``counting.py``.
"""
