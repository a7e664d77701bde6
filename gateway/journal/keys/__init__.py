"""The installation's own keys: those of MACs and commitments, the proof of each API key, and digests of Idempotency-Keys.

May import the read side and all below it. Begin with ``hmac_keys.py``.
"""
