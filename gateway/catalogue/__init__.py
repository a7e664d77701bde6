"""Services as the configuration defines them, compiled once: form, rules, steps, conditions and what each department may see.

May import the SDK, the journal and texts. Begin with ``catalogue.py``, then ``compiled.py``.
"""
