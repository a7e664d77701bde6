"""The OpenAPI document and the page that shows it, made from the routes' own declarations.

May import every other room of the interface. Begin with ``openapi.py``.
"""
