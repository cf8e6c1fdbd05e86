"""What an emotion is: the space, its words, its course over time, and the controls of media that follow from it."""
