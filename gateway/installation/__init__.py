"""This installation as its files say it: settings, secrets, certificates, configuration, the plugins that are hosted.

May import the departments and all below them. Begin with ``settings.py``, then ``configuration.py``.
"""
