"""The ground of every command: the client, the place of the installation, output, exit codes, words.

Begin with ``client.py`` and ``output.py``.
"""
