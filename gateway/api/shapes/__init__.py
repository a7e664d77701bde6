"""Shapes of what is sent in and answered, and how records become answers.

May import everything below the interface. Begin with ``answers.py``.
"""
