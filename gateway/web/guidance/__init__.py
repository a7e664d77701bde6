"""Guidance: a service's questions, one a page, where they lead, and the list of what to bring, for phone, terminal and counter alike."""
