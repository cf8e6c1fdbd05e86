"""Films spoken anew: cues out of subtitles, silences or mouths, speech fitted to them, the picture untouched."""
