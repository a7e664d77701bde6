"""The feed: the events of all cases, across all chains, from a cursor on.

May import the reads and all below them. Begin with ``pages.py``.
"""
