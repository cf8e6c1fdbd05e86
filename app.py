"""Opens the studio's web page."""

from studio.page.app import launch

launch()
