"""What every command stands on: the client, where the installation is, output, exit codes, words.

Begin with ``client.py`` and ``output.py``.
"""
