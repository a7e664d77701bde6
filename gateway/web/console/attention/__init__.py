"""The first page of the console: what a person has to mend."""
