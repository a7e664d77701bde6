"""The people who work at the centre: their accounts, how they sign in, and the sessions in which they then act.

It stands on the journal and knows nothing of pages, which stand on it. Begin with ``accounts``: what is known of a person, and who may
change it; then ``sign_in``.
"""
