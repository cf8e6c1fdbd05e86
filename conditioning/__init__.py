"""What an emotion is, how it is said, and how it becomes controls of a medium."""
