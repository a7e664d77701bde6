"""The one writer of a node: changes are decided on what is loaded for them, sealed into the audit, and committed by the batch.

May import the store and the audit. Begin with ``journal.py``, then ``draft.py`` (what one change sees).
"""
