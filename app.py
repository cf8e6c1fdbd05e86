"""Opens the studio's web page."""

from studio.page.app import launch

if __name__ == "__main__":
    launch()
