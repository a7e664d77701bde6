"""A department's day beside its own record."""
