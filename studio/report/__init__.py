"""Reports as one HTML file each: no script, no network, all style and pictures inside, for light, dark and small screens."""
