"""Texts as they come in and the words that answer them: strict JSON within bounds, the one rule for texts, located problems, refusals.

May import the model alone. Begin with ``strict_json.py``, then ``refusals.py``.
"""
