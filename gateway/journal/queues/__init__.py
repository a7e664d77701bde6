"""The statements of the changes: what each asks of the journal beyond its cases, and what it writes there at once.

May import the writer and all below it. Begin with ``due.py`` (what is claimed), then ``departments.py`` (what nodes share).
"""
