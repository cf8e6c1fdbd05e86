"""The web page of Affect Studio: run this file, or ``affect studio``."""

from studio.page.app import launch

if __name__ == "__main__":
    launch()
