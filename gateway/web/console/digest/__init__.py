"""A day in figures, and what needs somebody now, as ``gateway digest`` says it too."""
