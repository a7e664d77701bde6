"""Accounts of the people who work at the centre, their sign-ins and the sessions in which they act.

It may import the journal and what lies below it, and the caller of :mod:`gateway.cases`. Pages and interface stand on it. Begin with
``accounts``, then ``sign_in``, then ``sessions``.
"""
