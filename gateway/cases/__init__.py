"""The life of a case: filed, judged, revised, withdrawn, called back. Each is a change of the journal.

May import the departments and all below them. Begin with ``intake.py``, then ``casework.py`` and ``judgement.py``.
"""
