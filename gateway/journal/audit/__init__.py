"""The audit's parts: hash-chained entries, what of each row they hold, who may sign, and the heads that are kept outside.

May import the store. Begin with ``hash_chain.py``.
"""
