"""Cases at the console: the list and its search, and one case with what each department did."""
