"""Pages for the people who work here: they sign in first, and every form is theirs alone."""
