"""Makes conf/demo: a small POPE-format set of generated pictures in LLaVA's layout.

    python notebooks/make_demo_pope.py conf/demo

Needs Pillow (made with 13.0.0) and nothing else; the same seed gives the same bytes with the same Pillow.
24 pictures of 2 to 4 coloured shapes; per picture and setting 3 questions about what is there and 3 about what is not:
random = any absent pair, popular = the absent pairs drawn most often over the set, adversarial = absent pairs that share
shape or colour with what is there.
"""

import json
import random
import sys
from collections import Counter
from pathlib import Path

from PIL import Image, ImageDraw

SEED = 20261120
PICTURES = 24
SIDE = 168
CELL = SIDE // 3
BACKGROUNDS = {"gray": (150, 150, 150), "pink": (235, 200, 205), "navy": (30, 40, 80)}
COLOURS = {
    "red": (215, 40, 40), "green": (40, 160, 60), "blue": (50, 90, 230), "yellow": (240, 215, 50),
    "orange": (245, 140, 30), "purple": (140, 60, 170), "white": (250, 250, 250), "black": (15, 15, 15),
}
SHAPES = ["circle", "square", "triangle", "cross", "ring"]
SUFFIX = "\nAnswer the question using a single word or phrase."
FIRST_ID = {"adversarial": 1, "random": 10000001, "popular": 20000001}


def draw(pen, shape, colour, x, y, size):
    box = [x, y, x + size, y + size]
    if shape == "circle":
        pen.ellipse(box, fill=colour)
    elif shape == "square":
        pen.rectangle(box, fill=colour)
    elif shape == "triangle":
        pen.polygon([(x, y + size), (x + size, y + size), (x + size // 2, y)], fill=colour)
    elif shape == "cross":
        third = size // 3
        pen.rectangle([x + third, y, x + 2 * third, y + size], fill=colour)
        pen.rectangle([x, y + third, x + size, y + 2 * third], fill=colour)
    else:
        pen.ellipse(box, outline=colour, width=max(4, size // 5))


def question(pair):
    colour, shape = pair
    return f"Is there {'an' if colour[0] in 'aeiou' else 'a'} {colour} {shape} in the image?"


def main():
    out = Path(sys.argv[1])
    (out / "val2014").mkdir(parents=True, exist_ok=True)
    (out / "coco").mkdir(exist_ok=True)
    rng = random.Random(SEED)
    pairs = [(colour, shape) for colour in COLOURS for shape in SHAPES]
    scenes = []
    for index in range(PICTURES):
        there = rng.sample(pairs, rng.randint(3, 4))
        # Some pictures are not square, as photographs are not.
        width, height = (SIDE, SIDE) if index % 4 else (SIDE + CELL, SIDE)
        picture = Image.new("RGB", (width, height), BACKGROUNDS[rng.choice(sorted(BACKGROUNDS))])
        pen = ImageDraw.Draw(picture)
        cells = rng.sample([(x, y) for x in range(width // CELL) for y in range(3)], len(there))
        for (colour, shape), (x, y) in zip(there, cells):
            size = rng.randint(24, 44)
            draw(pen, shape, COLOURS[colour], x * CELL + rng.randint(2, CELL - size - 2), y * CELL + rng.randint(2, CELL - size - 2), size)
        name = f"DEMO_val2014_{index + 1:012d}.png"
        picture.save(out / "val2014" / name, optimize=True)
        scenes.append((name, there))
    frequency = Counter(pair for _, there in scenes for pair in there)
    asked = []
    for setting, first in FIRST_ID.items():
        lines = []
        for name, there in scenes:
            absent = [pair for pair in pairs if pair not in there]
            if setting == "random":
                negatives = rng.sample(absent, 3)
            elif setting == "popular":
                negatives = sorted(absent, key=lambda pair: (-frequency[pair], pair))[:3]
            else:
                near = [p for p in absent if any(p[0] == q[0] or p[1] == q[1] for q in there)]
                negatives = rng.sample(near, 3)
            for positive, negative in zip(rng.sample(there, 3), negatives):
                for pair, label in ((positive, "yes"), (negative, "no")):
                    lines.append({"question_id": len(lines) + 1, "image": name, "text": question(pair), "label": label})
        with open(out / "coco" / f"coco_pope_{setting}.json", "w", encoding="utf-8", newline="\n") as sink:
            sink.writelines(json.dumps(line) + "\n" for line in lines)
        asked += [
            {"question_id": first + index, "image": line["image"], "text": line["text"] + SUFFIX, "category": setting}
            for index, line in enumerate(lines)
        ]
    with open(out / "llava_pope_test.jsonl", "w", encoding="utf-8", newline="\n") as sink:
        sink.writelines(json.dumps(line) + "\n" for line in asked)


if __name__ == "__main__":
    main()
