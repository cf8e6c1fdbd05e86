from studio.page.app import launch

launch()
