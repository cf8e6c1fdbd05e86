"""Show a film at a glance: ``python tools/contact_sheet.py out/demo.mp4 docs/demo.jpg``.

Frames at even distances, with their time, in rows.
"""

import sys
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

from conditioning.assets import asset

COLUMNS, ROWS, WIDTH, GAP = 4, 3, 480, 6


def frames(path: Path, count: int) -> list[tuple[float, Image.Image]]:
    """So many frames of a film with their times in seconds, each from the middle of its share of the film."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        length = float(stream.duration * stream.time_base)
        due = [length * (i + 0.5) / count for i in range(count)]
        found = []
        for frame in film.decode(stream):
            if len(found) < count and frame.time >= due[len(found)]:
                found.append((frame.time, frame.to_image()))
    return found


def main(film: Path, out: Path) -> None:
    """Write the sheet of a film."""
    pictures = frames(film, COLUMNS * ROWS)
    height = round(WIDTH * pictures[0][1].height / pictures[0][1].width)
    sheet = Image.new("RGB", (COLUMNS * (WIDTH + GAP) + GAP, ROWS * (height + GAP) + GAP), (18, 18, 22))
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(str(asset("fonts", "IBMPlexSans-Medium.woff2")), 16)
    for i, (time, picture) in enumerate(pictures):
        x, y = GAP + i % COLUMNS * (WIDTH + GAP), GAP + i // COLUMNS * (height + GAP)
        sheet.paste(picture.resize((WIDTH, height), Image.Resampling.LANCZOS), (x, y))
        pen.text(
            (x + 8, y + 6), f"{time:.1f} s", font=font, fill="white", stroke_width=2, stroke_fill="black"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(out, quality=86)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
