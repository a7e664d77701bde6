"""The revisions, oldest first: ``0001`` is the first release's schema.

Each only adds, so that nodes of two revisions can run side by side.
"""
