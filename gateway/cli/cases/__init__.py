"""Commands about applications and their deliveries.

May import the room ``terminal``. Begin with ``applications.py``.
"""
