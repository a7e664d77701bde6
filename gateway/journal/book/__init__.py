"""The day's book (台账) as the journal has it: what was received in a span of days, counted by whom it came through and how it stands.

May import the reads and all below them. Begin with ``sums.py``.
"""
