"""Plans of requests and replies: what zeep says of a contract is walked once, at start, and followed for every call.

Begin with ``request.py`` and ``reply.py``.
"""
