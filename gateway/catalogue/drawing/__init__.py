"""A form read from its JSON Schema into fields that a page can draw, and what was typed there turned into JSON and back."""
