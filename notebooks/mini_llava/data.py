"""The train split as arrays: pictures and patch labels from scenes.parquet, questions from train.json."""

import io
import json
import math
import re
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow.dataset
import pyarrow.parquet
from PIL import Image
from tokenizers import Tokenizer

from vocabulary import ASSISTANT, IMAGE, LETTER, OPTIONS, SHORT, SYSTEM

SIDE, PATCH, PATCHES = 168, 14, 144
SHAPES = ["circle", "square", "triangle", "star", "cross", "ring"]
COLOURS = ["red", "orange", "yellow", "green", "blue", "purple", "white", "black"]
BACKGROUNDS = ["gray", "brown", "pink", "cyan", "navy"]
POSITIONS = ["top left", "top right", "bottom left", "bottom right"]
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
PAGE_LABELS = ["DATE", "TIME", "ROOM", "CODE", "NAME", "SEAT", "GATE", "PAGE", "LINE", "UNIT"]
LONGEST_VALUE = 4
BOX_DIGITS = 8  # two decimals of each of the four edges, from 0 to 1
KINDS = ["objects", "word", "chart", "page"]
SCENES, PAGES, REFERRING, LAYOUTS = "train.json", "train-documents.json", "train-refcoco.json", "pages.jsonl"
# Name and number of classes of every label of a patch; -1 means that it does not apply.
LABELS = {
    "shape": 6, "colour": 8, "size": 2, "centre": 2, "character": 36, "character_index": 12, "characters_left": 12,
    "bar_height": 8, "background": 5, "quarter": 4, "object_row": 12, "object_column": 12, "same_shape": 8, "things": 8,
}  # fmt: skip
# What the class token has to know: 48 pairs, 36 characters, 6 shapes, 8 colours, 8 bars, the tallest bar, shapes by quarter.
TARGETS = 48 + 36 + 6 + 8 + 8 + 8 + 24


def targets(row: dict) -> np.ndarray:
    found = np.zeros(TARGETS, np.uint8)
    for thing in row["objects"]:
        shape, colour = SHAPES.index(thing["shape"]), COLOURS.index(thing["colour"])
        quarter = POSITIONS.index(thing["position"])
        found[[colour * 6 + shape, 84 + shape, 90 + colour, 114 + shape * 4 + quarter]] = 1
    for character in row["word"]["text"] if row["word"] else "":
        found[48 + CHARACTERS.index(character)] = 1
    for bar in row["bars"]:
        found[98 + COLOURS.index(bar["colour"])] = 1
    if row["bars"]:
        found[106 + COLOURS.index(max(row["bars"], key=lambda bar: bar["units"])["colour"])] = 1
    return found


def labels(row: dict) -> np.ndarray:
    patches = {name: np.array(values, np.int8) for name, values in row["patches"].items()}
    patches |= about_objects(row["objects"], patches["object"])
    patches["things"] = np.where(thing_shown(patches), len(row["objects"]) + len(row["bars"]), -1)
    length = len(row["word"]["text"]) if row["word"] else 0
    index = patches["character_index"]
    patches["characters_left"] = np.where(index >= 0, length - 1 - index, -1)
    patches["background"] = np.full(PATCHES, BACKGROUNDS.index(row["background"]))
    return np.stack([patches[name] for name in LABELS], axis=1).astype(np.int8)


def box_digits(box: dict) -> list[int]:
    """The decimals of a box as LLaVA says it."""
    edges = [box["left"], box["top"], box["left"] + box["width"], box["top"] + box["height"]]
    return [int(digit) for edge in edges for digit in f"{min(99, math.floor(100 * edge / SIDE + 0.5)):02d}"]


def boxes(row: dict) -> np.ndarray:
    """Of every patch the box of what it shows, as digits: 144 x 8."""
    patches = {name: np.array(values) for name, values in row["patches"].items()}
    owners = [(patches["object"] == i, thing) for i, thing in enumerate(row["objects"])]
    owners += [(patches["bar"] == i, bar) for i, bar in enumerate(row["bars"])]
    owners += [(patches["character"] >= 0, row["word"])] if row["word"] else []
    found = np.full((PATCHES, BOX_DIGITS), -1, np.int8)
    for owned, thing in owners:
        found[owned] = box_digits(thing)
    return found


def layout(page: dict) -> np.ndarray:
    """Of every patch of a page its character, its line's label and its place in the value: 144 x 3."""
    found = np.full((PATCHES, 3), -1, np.int8)
    for line in page["lines"]:
        for text, left, label in ((line["label"], page["label_left"], False), (line["value"], page["value_left"], True)):
            for i, character in enumerate(text):
                patch = (line["top"] + PATCH // 2) // PATCH * 12 + (left + i * PATCH + PATCH // 2) // PATCH
                found[patch] = CHARACTERS.index(character), PAGE_LABELS.index(line["label"]), i if label else -1
    return found


def about_objects(objects: list[dict], owner: np.ndarray) -> dict[str, np.ndarray]:
    """What every patch of an object has to know of the whole: where it is, and how many have its shape."""
    shapes = [thing["shape"] for thing in objects]
    known = {
        "quarter": [POSITIONS.index(thing["position"]) for thing in objects],
        "object_row": [(2 * thing["top"] + thing["height"]) // (2 * PATCH) for thing in objects],
        "object_column": [(2 * thing["left"] + thing["width"]) // (2 * PATCH) for thing in objects],
        "same_shape": [shapes.count(shape) for shape in shapes],
    }
    return {name: np.array([*values, -1])[owner] for name, values in known.items()}


def thing_shown(patches: dict[str, np.ndarray]) -> np.ndarray:
    """Which patches show an object or a bar, not the background or a character."""
    return (patches["shape"] >= 0) | (patches["bar_height"] >= 0)


def foreground(values: np.ndarray) -> np.ndarray:
    """Which patches show something, of arrays whose last axis has the labels."""
    return (values[..., [list(LABELS).index(name) for name in ("shape", "character", "bar_height")]] >= 0).any(-1)


def decoded(group: tuple[str, int]) -> tuple[list[str], list[np.ndarray]]:
    """One row group of scenes.parquet: ids, then the arrays of Scenes."""
    rows = pyarrow.parquet.ParquetFile(group[0]).read_row_group(group[1]).to_pylist()
    pixels = [np.asarray(Image.open(io.BytesIO(row["image"])).convert("RGB")) for row in rows]
    parts = [pixels, [labels(row) for row in rows], [targets(row) for row in rows], [KINDS.index(row["kind"]) for row in rows],
             [boxes(row) for row in rows]]  # fmt: skip
    return [row["scene_id"] for row in rows], [np.array(part) for part in parts]


@dataclass
class Scenes:
    """Arrays over all pictures, in the order of `ids`."""

    ids: list[str]
    pixels: np.ndarray  # n x 168 x 168 x 3, uint8
    labels: np.ndarray  # n x 144 x labels, int8
    targets: np.ndarray  # n x TARGETS, uint8
    kinds: np.ndarray  # n
    boxes: np.ndarray  # n x 144 x 8, int8
    layouts: np.ndarray  # n x 144 x 3, int8
    first: int = 0  # the first picture whose pixels are still there

    def images(self, chosen: np.ndarray) -> np.ndarray:
        return self.pixels[chosen - self.first]

    def forget_before(self, first: int) -> None:
        """Frees the memory of pictures that are no longer looked at."""
        self.pixels, self.first = self.images(np.arange(first, len(self.ids))), first


def read_scenes(data: Path, most: int = 1 << 30) -> Scenes:
    """All pictures, or the first row groups until there are at least `most`."""
    files = sorted(pyarrow.dataset.dataset(data / "scenes.parquet").files)
    footers = [pyarrow.parquet.ParquetFile(file).metadata for file in files]
    groups, count = [], 0
    for file, footer in zip(files, footers):
        for i in range(footer.num_row_groups):
            if count < most:
                groups.append((file, i))
                count += footer.row_group(i).num_rows
    # Filled group by group: all pictures at once take some 85 kB each, and twice that is too much.
    scenes = Scenes(
        [], np.empty((count, SIDE, SIDE, 3), np.uint8), np.empty((count, PATCHES, len(LABELS)), np.int8),
        np.empty((count, TARGETS), np.uint8), np.empty(count, np.int64), np.empty((count, PATCHES, BOX_DIGITS), np.int8),
        np.full((count, PATCHES, 3), -1, np.int8),
    )  # fmt: skip
    with ProcessPoolExecutor(max_workers=2) as pool:
        for ids, parts in pool.map(decoded, groups):
            part = slice(len(scenes.ids), len(scenes.ids) + len(ids))
            for array, values in zip([scenes.pixels, scenes.labels, scenes.targets, scenes.kinds, scenes.boxes], parts):
                array[part] = values
            scenes.ids.extend(ids)
    return scenes


@dataclass
class Questions:
    """Token ids of all questions one after another; question q is ids[starts[q]:starts[q + 1]]."""

    ids: np.ndarray
    starts: np.ndarray
    answers: np.ndarray  # per question: first token of the answer, relative to its start
    options: np.ndarray  # per token: 1 where the right option ends, 0 where a wrong one ends, else -1
    pictures: np.ndarray  # per question: which picture it is asked about or beside
    alone: np.ndarray  # per question: True if it is asked without a picture
    kinds: list[str]
    kind: np.ndarray
    said: np.ndarray  # per question: eight digits of the answer's box, or up to four characters of a value; else -1

    def of(self, question: int) -> tuple[np.ndarray, np.ndarray, int]:
        part = slice(self.starts[question], self.starts[question + 1])
        return self.ids[part], self.options[part], int(self.answers[question])


def records(file: Path):
    """The records of train.json, which has one per line."""
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            line = line.strip().rstrip(",")
            if line not in ("[", "]", ""):
                yield json.loads(line)


def choice_in_words(human: str, gpt: str) -> tuple[str, str]:
    """The same multiple-choice question, answered by the option's text."""
    start = human.index(f"\n{gpt}. ") + 4
    end = human.index("\n", start)
    return human.replace(LETTER, SHORT), human[start:end]


def with_pages(scenes: Scenes, data: Path, held_out: int) -> Scenes:
    """The pages before the scenes, but `held_out` of them after these."""
    pages = list(records(data / LAYOUTS))
    pixels = np.stack([np.asarray(Image.open(data / page["image"]).convert("RGB")) for page in pages])
    ids, count = [page["page_id"] for page in pages], len(pages) - held_out

    def joined(of_pages: np.ndarray, of_scenes: np.ndarray) -> np.ndarray:
        return np.concatenate([of_pages[:count], of_scenes, of_pages[count:]])

    return Scenes(
        [*ids[:count], *scenes.ids, *ids[count:]], joined(pixels, scenes.pixels),
        joined(np.full((len(ids), PATCHES, len(LABELS)), -1, np.int8), scenes.labels),
        joined(np.zeros((len(ids), TARGETS), np.uint8), scenes.targets),
        joined(np.full(len(ids), KINDS.index("page")), scenes.kinds),
        joined(np.full((len(ids), PATCHES, BOX_DIGITS), -1, np.int8), scenes.boxes),
        joined(np.stack([layout(page) for page in pages]), scenes.layouts),
    )  # fmt: skip


def read_questions(data: Path, tokenizer: Tokenizer, scenes: Scenes, files: Iterable[str] = (SCENES,)) -> Questions:
    """The questions of some files about these pictures, in the pictures' order."""
    places = {name: i for i, name in enumerate(scenes.ids)}
    texts, pictures, kinds = [], [], []
    for record in chain.from_iterable(records(data / file) for file in files):
        picture = places.get(record["id"].rsplit("-", 1)[0])
        if picture is None:
            continue
        human, gpt = (turn["value"] for turn in record["conversations"])
        asked = [(record["kind"], human, gpt)]
        if LETTER in human:
            asked.append(("words:" + record["kind"], *choice_in_words(human, gpt)))
        for kind, question, answer in asked:
            start = "" if question.startswith(IMAGE) else SYSTEM + " "
            texts.append(f"{start}{question} ASSISTANT: {answer}</s>")
            pictures.append(picture)
            kinds.append(kind)
    order = np.argsort(pictures, kind="stable")
    return encoded(*([values[i] for i in order] for values in (texts, pictures, kinds)), tokenizer)


def encoded(texts: list[str], pictures: list[int], kinds: list[str], tokenizer: Tokenizer) -> Questions:
    seen = [text.startswith(IMAGE) for text in texts]
    ids = []
    for first in range(0, len(texts), 20000):
        part = tokenizer.encode_batch_fast(texts[first : first + 20000])
        # `<s><image>` is shared by all questions about a picture and not theirs.
        ids += [np.array(one.ids[2:] if has else one.ids, np.int16) for one, has in zip(part, seen[first:])]
    assistant = tokenizer.token_to_id(ASSISTANT)
    marks = {tokenizer.token_to_id(mark): i for i, mark in enumerate(OPTIONS)}
    suffixes = {tokenizer.token_to_id(text.replace(" ", "▁")) for text in (SHORT, LETTER)}
    names = sorted(set(kinds))
    order = {name: i for i, name in enumerate(names)}
    answers = [int(np.flatnonzero(one == assistant)[-1]) + 1 for one in ids]
    flags = [option_ends(one, text, marks, suffixes) for one, text in zip(ids, texts)]
    return Questions(
        np.concatenate(ids), np.cumsum([0, *map(len, ids)]), np.array(answers), np.concatenate(flags),
        np.array(pictures), ~np.array(seen), names, np.array([order[kind] for kind in kinds]),
        np.array([said(text, kind) for text, kind in zip(texts, kinds)], np.int8),
    )  # fmt: skip


def said(text: str, kind: str) -> list[int]:
    found: list[int] = []
    if kind.startswith("refer"):
        found = [int(digit) for pair in re.findall(r"0\.(\d\d)", text[text.rindex("[") :]) for digit in pair]
    if kind.startswith("document"):
        found = [CHARACTERS.index(character) for character in text[text.rindex("ASSISTANT: ") + 11 : -4]]
        found += [len(CHARACTERS)] * (LONGEST_VALUE - len(found))
    return found + [-1] * (BOX_DIGITS - len(found))


def option_ends(ids: np.ndarray, text: str, marks: dict[int, int], suffixes: set[int]) -> np.ndarray:
    flags = np.full(len(ids), -1, np.int8)
    if "\nA. " not in text:
        return flags
    answer = text[text.rindex("ASSISTANT: ") + 11 : -4]
    options = [line[3:] for line in text[text.index("\nA. ") + 1 :].split("\n") if line[1:3] == ". "]
    right = ord(answer) - ord("A") if LETTER in text else options.index(answer)
    current = None
    for i, token in enumerate(ids):
        if current is not None and (token in marks or token in suffixes):
            flags[i - 1] = current == right
        current = marks.get(token, None if token in suffixes else current)
    return flags
