"""The people of a case: who has which role, as a service names them, and what each may see of it.

May import the SDK, the journal and texts. Begin with ``named.py``, then ``sees.py``.
"""
