"""Accounts of the people who work at the centre, their signing in, and the sessions in which they then act.

It may import the journal and what lies below it, and the caller of :mod:`gateway.cases`; pages and interface stand on it. Begin with
``accounts``: what is known of a person, and who may change it; then ``sign_in``, then ``sessions``.
"""
