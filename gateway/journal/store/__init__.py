"""The database: engines for SQLite and PostgreSQL, tables, migrations, and rows as records.

May import the model alone. Begin with ``schema.py`` (the tables), then ``database.py`` (how they are opened).
"""
