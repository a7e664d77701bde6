"""The auditor's pages: the entries of the audit, its signed head, and its verification. Begin with ``audit.py``."""
