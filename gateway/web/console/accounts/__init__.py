"""The administrator's pages: accounts of the people who work here, and their sessions. Begin with ``accounts.py``."""
