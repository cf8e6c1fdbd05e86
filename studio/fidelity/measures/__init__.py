"""How far what judges read is what was asked: pure functions, one module a question; see docs/fidelity.md."""
