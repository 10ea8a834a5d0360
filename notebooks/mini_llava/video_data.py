"""The train split of `mini --video` as arrays: frames, what every place of a frame shows, and questions."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from tokenizers import Tokenizer

from data import COLOURS, SHAPES, Questions, records

SIDE, PATCHES, CELLS = 112, 8, 4  # of a frame: pixels, patches and tokens a side
CLIP_FRAMES, FRAMES = 24, 8  # what a clip has, and what the model is asked about
TASKS = ["moving_direction", "action_count", "action_sequence", "object_shuffle"]
TIMES = ["once", "twice", "three times", "four times"]
WAYS = ["left", "right", "up", "down"]
STEPS = [(-1, 0), (1, 0), (0, -1), (0, 1)]  # to the right and down, as WAYS
ANSWERS = [*WAYS, *TIMES, *SHAPES]
# SceneColours.java's, in the order of COLOURS.
PAINTS = np.array([0xDC2F3C, 0xF48A1F, 0xFBD83A, 0x2E9E4F, 0x2B6FEA, 0x8B3FC7, 0xFAFAF7, 0x17181C])
# How many pixels of an object a patch or a token has to show, to be the object's.
PATCH_PIXELS, CELL_PIXELS = 25, 80
# What a token has to know: name and number of classes; -1 means that it does not apply.
GUIDES = {"frame": FRAMES, "shape": 6, "colour": 8, "changed": 2, "changes": 5, "way": 4, "first_shape": 6}
VIDEO, END = "<video>", "<|im_end|>"
START = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n"  # qwen_1_5
TURN = "<|im_end|>\n<|im_start|>assistant\n"
LETTERS = "ABCD"
# In the order of their merges.
PHRASES = [
    "▁system\nYou are a helpful assistant.", "▁user\n", "▁assistant\n", "▁\n", "▁\nQuestion:", "\nOption:\n(A)", "\n(B)",
    "\n(C)", "\n(D)", "\nOnly give the best option.\n",
]  # fmt: skip


@dataclass
class Clip:
    """shapes: n; places: frames x n x (left, top); colours: frames x n, as numbers of SHAPES and COLOURS"""

    name: str
    task: int
    shapes: np.ndarray
    places: np.ndarray
    colours: np.ndarray
    frames: list[bytes]
    asked: list[tuple[str, list[str], int]]  # question, options, the right one's number

    def ways(self) -> np.ndarray:
        """Which way every object moves, or -1."""
        moved = (self.places[1] - self.places[0] + SIDE // 2) % SIDE - SIDE // 2
        return np.array([STEPS.index(tuple(np.sign(one))) if one.any() else -1 for one in moved])


def read_clips(data: Path, most: int = 1 << 30) -> list[Clip]:
    asked: dict[str, list] = {}
    for task in TASKS:
        for record in json.loads((data / f"mvbench/json/{task}.json").read_text(encoding="utf-8")):
            options = record["candidates"]
            asked.setdefault(record["video"], []).append((record["question"], options, options.index(record["answer"])))
    found = []
    for record in records(data / "clips.jsonl"):
        if len(found) == most:
            break
        objects, folder = record["objects"], data / "mvbench" / record["video"]
        places = np.array([[one["left"], one["top"]] for one in objects]).transpose(2, 0, 1)
        colours = np.array([[COLOURS.index(colour) for colour in one["colour"]] for one in objects]).T
        frames = [(folder / f"{i + 1:06d}.png").read_bytes() for i in range(CLIP_FRAMES)]
        shapes = np.array([SHAPES.index(one["shape"]) for one in objects])
        task = TASKS.index(record["task"])
        found.append(Clip(record["clip_id"], task, shapes, places, colours, frames, asked[folder.name]))
    return found


def evenly(count: int) -> np.ndarray:
    """lmms-eval's frames: from the first to the last."""
    return np.linspace(0, CLIP_FRAMES - 1, count, dtype=int)


def drawn_frames(count: int, random: np.random.Generator) -> np.ndarray:
    """Evenly spaced frames: as lmms-eval takes them, or one of each of equal parts, always at the same place in them."""
    if random.random() < 0.5 and count > 1:
        return evenly(count)
    return ((np.arange(count) + random.random()) * CLIP_FRAMES / count).astype(int)


def decoded(clips: list[Clip], chosen: list[np.ndarray]) -> np.ndarray:
    """frames x 112 x 112 x 3, uint8"""
    return np.stack(
        [np.asarray(Image.open(io.BytesIO(clip.frames[frame]))) for clip, frames in zip(clips, chosen) for frame in frames]
    )


def shown(pixels: np.ndarray, side: int, least: int) -> np.ndarray:
    """The colour of most painted pixels of every place, or -1: frames x side x side."""
    codes = (pixels.astype(np.int32) * np.array([1 << 16, 1 << 8, 1])).sum(-1)
    size = SIDE // side
    blocks = codes.reshape(-1, side, size, side, size)
    counts = np.stack([(blocks == paint).sum((2, 4)) for paint in PAINTS], axis=-1)
    return np.where(counts.max(-1) >= least, counts.argmax(-1), -1)


def objects(clips: list[Clip], chosen: list[np.ndarray], colours: np.ndarray) -> np.ndarray:
    """Which object of its clip a place shows, or -1; no two of a frame have one colour."""
    found, at = np.full(colours.shape, -1), 0
    for clip, frames in zip(clips, chosen):
        for frame in frames:
            table = np.full(len(COLOURS) + 1, -1)
            table[clip.colours[frame]] = np.arange(len(clip.shapes))
            found[at] = table[colours[at]]
            at += 1
    return found


def guides(clips: list[Clip], chosen: list[np.ndarray], pixels: np.ndarray) -> list[np.ndarray]:
    """Of every clip what its tokens have to know: tokens x guides."""
    colours = shown(pixels, CELLS, CELL_PIXELS)
    owners = objects(clips, chosen, colours)
    found, at = [], 0
    for clip, frames in zip(clips, chosen):
        part = np.full((len(frames), CELLS * CELLS, len(GUIDES)), -1)
        own = owners[at : at + len(frames)].reshape(len(frames), -1)
        part[..., 0] = np.arange(len(frames))[:, None]
        columns = knowledge(clip, frames)
        time = np.arange(len(frames))[:, None]
        for i, column in enumerate(columns):
            part[..., i + 1] = np.where(own >= 0, column[time, own], -1)
        found.append(part.reshape(-1, len(GUIDES)))
        at += len(frames)
    return found


def knowledge(clip: Clip, frames: np.ndarray) -> list[np.ndarray]:
    """By frame and object: shape, colour, whether it has just changed, changes so far, way, shape of that place at first."""
    colours = clip.colours[frames]
    never = np.full(colours.shape, -1)
    changed = np.diff(colours, axis=0, prepend=colours[:1]) != 0
    blinks = clip.task in (1, 2)
    later = np.arange(len(frames))[:, None] > 0
    ways = np.broadcast_to(clip.ways(), colours.shape) if clip.task == 0 else never
    first = never
    if clip.task == 3:
        quarters = clip.places[frames] // (SIDE // 2) @ np.array([1, 2])
        by_quarter = np.zeros(4, int)
        by_quarter[quarters[0]] = clip.shapes
        first = by_quarter[quarters]
    return [
        np.broadcast_to(clip.shapes, colours.shape), colours, np.where(later, changed, -1) if blinks else never,
        np.minimum(changed.cumsum(0), 4) if blinks else never, np.where(later, ways, -1), first,
    ]  # fmt: skip


def told_by(question: str, task: int, answer: int, known: np.ndarray) -> np.ndarray:
    """Which tokens tell the answer of a question: those of the object that is asked for, in the frames that matter.

    answer: as a number of ANSWERS; known: tokens x guides of those that are there
    """
    frame, shape, _, changed, _, _, first_shape = known.T
    if task == 2:
        return (shape == answer - len(WAYS) - len(TIMES)) & (changed == 1)
    asked_for = next(i for i, name in enumerate(SHAPES) if f" {name} " in question)
    found = (first_shape if task == 3 else shape) == asked_for
    if task == 0 or not found.any():
        return found & (frame > 0)
    return found & (frame == frame[found].max())


def prompt(question: str, options: list[str]) -> str:
    """What stands behind the video, as lmms-eval asks MVBench's questions."""
    listed = "".join(f"({letter}) {option}\n" for letter, option in zip(LETTERS, options))
    return f"\nQuestion:{question}\nOption:\n{listed}Only give the best option.\n"


def lookup(random: np.random.Generator) -> tuple[str, list[str], int]:
    """A question that its own text answers. It teaches to compare options with what is asked for, and to say a letter."""
    options = [WAYS, TIMES, list(random.permutation(SHAPES)[:4])][random.integers(3)]
    answer = int(random.integers(4))
    return f"Which option says {options[answer]}?", options, answer


def asked(clips: list[Clip], tokenizer: Tokenizer, times: int = 1, random: np.random.Generator | None = None):
    """All questions about some clips. With `random` each is asked `times` times, its options in an order by chance, and a
    lookup with them.

    Returns the questions, of each the answer as a number of ANSWERS, the place of the first token after it, and its text.
    """
    ids, answers, options, pictures, kinds, right, ends, texts = [], [], [], [], [], [], [], []
    turn = tokenizer.encode(TURN).ids
    marks = [tokenizer.encode(f"x{phrase}").ids[-1] for phrase in PHRASES[5:]]
    for row, clip in enumerate(clips):
        posed = [(clip.task, *one) for one in clip.asked for _ in range(times)]
        if random is not None:
            posed.append((len(TASKS), *lookup(random)))
        for kind, question, given, answer in posed:
            order = np.arange(len(given)) if random is None else random.permutation(len(given))
            letter = LETTERS[int(np.flatnonzero(order == answer)[0])]
            text = prompt(question, [given[i] for i in order])
            # `<video>` goes before, since the text is the second part of a template, and away: it is not the question's.
            tokens = tokenizer.encode(f"{VIDEO}{text}{TURN}{letter}{END}").ids[1:]
            assert tokens[-2 - len(turn) : -2] == turn
            places = [tokens.index(mark) for mark in marks]
            flags = np.full(len(tokens), -1, np.int8)
            flags[np.array(places[1:]) - 1] = order == answer
            ids.append(np.array(tokens, np.int64))
            answers.append(len(tokens) - 2)
            options.append(flags)
            pictures.append(row)
            kinds.append(kind)
            right.append(ANSWERS.index(given[answer]))
            ends.append(places[0])
            texts.append(question)
    count = len(ids)
    questions = Questions(
        np.concatenate(ids), np.cumsum([0, *map(len, ids)]), np.array(answers), np.concatenate(options), np.array(pictures),
        np.zeros(count, bool), [*TASKS, "lookup"], np.array(kinds), np.zeros((count, 0), np.int8),
    )  # fmt: skip
    return questions, np.array(right), np.array(ends), texts
