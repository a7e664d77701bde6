"""Deliveries on their way: claimed when due, called while there are permits, concluded in the journal.

May import the cases and all below them. Begin with ``dispatcher.py``, then ``claiming.py``.
"""
