"""The fidelity benchmark: a fixed set for each medium, made by an engine, read by the judges that score; see docs/benchmark.md."""
