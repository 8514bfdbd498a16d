"""Baselines of the benchmark: no model, only rules or what train tags most often.

A system is named by its ``build``, ``baselines.rules:build`` or ``baselines.memory:build``. It is
given the train split and returns an extractor, which turns articles into predictions::

    extract = baselines.rules.build(train)
    predictions = list(extract(articles))
"""
