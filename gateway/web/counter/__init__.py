"""The counter: a clerk chooses a service, fills in a draft with the person in front of her, checks it with her, files it.

Begin with ``steps.py``, the way that a draft goes. Nothing here is kept but in the draft.
"""
