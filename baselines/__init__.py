"""Baselines of the benchmark: rules, what train tags most often, and two trained taggers.

A system is named by its ``build``, such as ``baselines.rules:build``; there are ``rules``,
``memory``, ``linear`` and ``crf``. It is given the train split and returns an extractor, which
turns articles into predictions::

    extract = baselines.rules.build(train)
    predictions = list(extract(articles))
"""
