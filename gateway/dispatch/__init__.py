"""Deliveries on their way: claimed when due, called while there are permits, concluded in the journal.

May import the cases and all below them. Begin with ``work_item.py``, then ``dispatcher.py``, whose queue in the journal is ``claiming.py``.
"""
