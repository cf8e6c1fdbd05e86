"""Engines that show a talking face."""
