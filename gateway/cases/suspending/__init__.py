"""Services that take nothing new for a while, with a public notice."""
