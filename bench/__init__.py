"""What `make bench` runs: a module a section of ``eval/BENCHMARKS.md``."""
