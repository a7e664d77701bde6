"""Deliveries on their way: claimed when due, called while there are permits, concluded in the journal.

May import the cases and all below them. Begin with ``work_item.py``, then ``dispatcher.py``; ``claiming.py`` is its queue in the journal.
"""
