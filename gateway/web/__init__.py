"""The pages for people: citizens, clerks, officers, operators. Rendered here from templates, they stand on the interface's parts.

Nothing above the assembly imports this room, which imports the interface and what lies below it, and no SQL. Begin with ``site``: which
pages there are, and with ``rendering``: what a page is made of. Sentences are in ``texts``, templates and styles beside.
"""
