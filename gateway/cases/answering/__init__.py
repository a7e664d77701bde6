"""Returned cases answered field by field: what is asked of whom, what an answer changes, and the second proof of a party on the phone."""
