"""Judges whose weights come from the Hugging Face hub or a folder, behind the same interface as the studio's own.

``specs.judge_from_spec("audeering:FOLDER_OR_ID")`` finds the class; each has ``from_pretrained``. The studio ships none of
these weights and has measured none of them.
"""
