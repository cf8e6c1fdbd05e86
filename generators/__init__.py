"""Engines by medium, behind one interface."""
