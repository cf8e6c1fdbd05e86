"""The face's track in the forms that other programs write and read."""
