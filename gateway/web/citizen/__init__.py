"""Pages for everybody: what can be done here, and how. They need no sign-in and show nothing of anybody's case."""
