"""A player of SoundFont banks (SF2, and SF3 with Vorbis samples): a score in, sound out.

``bank`` reads the file, ``zones`` says what each preset plays on which key, ``voice`` is the compiled kernel that adds
one sounding sample to the output, ``player`` turns the parts of a score into voices.
"""
