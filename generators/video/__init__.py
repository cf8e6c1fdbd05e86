"""Engines that make moving pictures."""
