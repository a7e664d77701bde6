"""Why a delivery stands where it stands and what happens next, in words.

May import the cases and all below them. Begin with ``delivery.py``.
"""
