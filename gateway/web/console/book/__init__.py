"""The day's book (台账), as a page and as a file."""
