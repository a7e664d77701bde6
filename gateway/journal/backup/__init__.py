"""One snapshot of a journal in one file, proven before anything is made of it.

May import all of the journal. Begin with ``backup.py``, then ``restore.py``.
"""
