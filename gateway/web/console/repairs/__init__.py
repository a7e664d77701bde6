"""A delivery at the console, and what a person may do about it: send it again, say what became of it, take that back."""
