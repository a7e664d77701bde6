"""The shape of the house: figures about the sources of ``gateway``, each with a limit that may only go down.

``make shape`` prints them and ``make check`` fails on one beyond its limit. Begin with ``figures.py``, which lists them and says where each
is measured. ``limits.json`` holds the limits.
"""
