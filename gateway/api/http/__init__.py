"""The ground of every call: routes, bodies, credentials, limits, language, problems.

May import the shapes and everything below the interface. Begin with ``route.py``, then ``border.py``.
"""
