"""Many questions after one image in one row, each computed exactly as if it were asked alone.

A row is `<s>` + the system sentence, the visual tokens, then questions one after another. A question sees what stands before
the image, the image, and itself; its positions go on from the image's. A question without a picture brings its own
beginning, sees nothing else, and starts at position 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch

from data import Questions

NONE = -1  # the segment of padding; 0 is what questions share, from 1 on they are counted


@dataclass
class Pack:
    """Rows of `shared` + text columns; the shared ones are the prefix and the visual tokens."""

    ids: torch.Tensor  # rows x text
    answers: torch.Tensor  # rows x text: weight of predicting the next token
    options: torch.Tensor  # rows x text: 1 right, 0 wrong, -1 no end of an option
    segments: torch.Tensor  # rows x text
    offsets: torch.Tensor  # rows x text: place in the question
    alone: torch.Tensor  # rows x text: does not see the image
    questions: list[list[tuple[int, int]]]  # per row: (question, its first column)


def choose(weights: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """An order by chance in which heavy ones tend to be first, without those of weight 0."""
    order = np.argsort(-(random.random(len(weights)) ** (1 / np.maximum(weights, 1e-9))))
    return order[weights[order] > 0]


def pack(rows: Iterable[Iterable[int]], questions: Questions, columns: int) -> Pack:
    """Fills every row with the first of its questions that fit."""
    rows = list(rows)
    shape = (len(rows), columns)
    ids, options, alone = np.zeros(shape, np.int64), np.full(shape, -1, np.int64), np.zeros(shape, bool)
    answers, segments, offsets = np.zeros(shape, np.float32), np.full(shape, NONE), np.zeros(shape, np.int64)
    placed: list[list[tuple[int, int]]] = []
    for row, chosen in enumerate(rows):
        column = 0
        placed.append([])
        for question in chosen:
            text, ends, answer = questions.of(question)
            if column + len(text) > columns:
                continue
            part = np.s_[row, column : column + len(text)]
            ids[part], options[part], alone[part] = text, ends, questions.alone[question]
            segments[part], offsets[part] = len(placed[-1]) + 1, np.arange(len(text))
            # Long answers weigh more than short ones, but not as much more as they are longer.
            answers[row, column + answer - 1 : column + len(text) - 1] = (len(text) - answer) ** -0.5
            placed[-1].append((int(question), column))
            column += len(text)
    used = max(1, int((segments != NONE).sum(1).max()))
    arrays = [torch.from_numpy(array[:, :used].copy()) for array in (ids, answers, options, segments, offsets, alone)]
    return Pack(*arrays, placed)


def mask(packed: Pack, shared: int, counts: torch.Tensor) -> torch.Tensor:
    """Which column sees which: rows x 1 x columns x columns, 0 where it does, else a number that softmax makes 0 of.

    shared: columns before the text; counts: how many of them are not padding, per row
    """
    rows, text = packed.ids.shape
    segments = torch.cat([torch.zeros(rows, shared, dtype=torch.long), packed.segments], dim=1)
    alone = torch.cat([torch.zeros(rows, shared, dtype=torch.bool), packed.alone], dim=1)
    allowed = (segments[:, :, None] == segments[:, None]) | ((segments == 0)[:, None] & ~alone[:, :, None])
    allowed &= torch.ones(shared + text, shared + text).tril().bool()
    allowed[:, :, :shared] &= (torch.arange(shared) < counts[:, None])[:, None]
    # Padding sees itself: a row without any visible column has no softmax.
    allowed |= torch.eye(shared + text).bool()
    return torch.zeros(allowed.shape, dtype=torch.bfloat16).masked_fill_(~allowed, -1e9)[:, None]


def positions(packed: Pack, shared: int, counts: torch.Tensor) -> torch.Tensor:
    """Positions of all columns: those of a question go on from the last shared column that is not padding."""
    first = torch.arange(shared).expand(len(counts), -1)
    return torch.cat([first, torch.where(packed.alone, 0, counts[:, None]) + packed.offsets], dim=1)
