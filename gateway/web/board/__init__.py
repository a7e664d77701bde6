"""Screens in the hall: the day's cases by their last digits, and which departments take work. Begin with ``board.py``."""
