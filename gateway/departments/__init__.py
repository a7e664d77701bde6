"""Departments as they are hosted: permits, breaker, opening hours, retries, and the containment of whatever an adapter does.

May import the catalogue and all below it but the journal. Begin with ``hosted.py``, then ``containment.py``.
"""
