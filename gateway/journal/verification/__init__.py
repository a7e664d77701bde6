"""The proof that a journal is what it was: chains walked, entries replayed against the tables, findings in words.

May import all of the journal but the backup. Begin with ``verify.py``.
"""
