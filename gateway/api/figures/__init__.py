"""Figures by the hour and by the day: trends of the centre and of departments, and the digest of a day.

May import the rooms ``http`` and ``shapes``. Begin with ``trends.py``.
"""
