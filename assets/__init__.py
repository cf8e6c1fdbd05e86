"""Shipped data, no logic."""
