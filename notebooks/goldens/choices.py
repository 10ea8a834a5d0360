"""What methods leave of one picture or view, by the authors' code, from what a tower shows of it.

Each function takes what is seen, the tokens to leave and a `Given`, and says what is left. Nothing of the authors' code stands
here; where a method has none for such towers, its rule is written again.
"""

from dataclasses import dataclass, field
from typing import Callable

import torch

import official
import rivals
from make_family_goldens import QUESTION
from qwen_methods import OfficialQwen, Seen
from reference import TOWER_NOISE


@dataclass
class Given:
    """What the authors' code is run with. `model` has embeddings of text and Qwen's positions."""

    model: object
    tokenizer: object
    rivals: rivals.Official
    qwen: OfficialQwen

    def connected(self, features: torch.Tensor) -> torch.Tensor:
        """Features [n, F] of cells after the connector."""
        raise NotImplementedError

    def ids_of(self, seen: Seen) -> torch.Tensor:
        """A prompt with the cells alone."""
        raise NotImplementedError

    @staticmethod
    def grid_of(seen: Seen) -> torch.Tensor:
        return torch.tensor([1, 2 * seen.grid[0], 2 * seen.grid[1]])

    @staticmethod
    def exact(tokens: int, seen: Seen) -> str:
        return f"{100 * tokens}/{seen.cells}"


@dataclass
class Left:
    """What a method leaves of one picture: rows, and of each the cell in whose place it stands."""

    places: list[int]
    rows: torch.Tensor
    sums: list[int] = field(default_factory=list)  # of the rows, those that stand for no cell


def taken(seen: Seen, cells: list[int]) -> Left:
    return Left(cells, seen.projected[cells])


def fastervlm(seen: Seen, tokens: int, given) -> Left:
    return taken(seen, given.rivals.run("fastervlm", behind_class(seen), tokens).kept)


def vispruner(seen: Seen, tokens: int, given) -> Left:
    return taken(seen, given.rivals.run("vispruner", behind_class(seen), tokens).kept)


def behind_class(seen: Seen) -> rivals.Seen:
    """As the authors' code sees a picture: the attention is a class token's to the cells, and all rows' alike."""
    cells = seen.cells
    deep, shallow = (torch.zeros(1, cells + 1, cells + 1, dtype=seen.last.dtype) for _ in range(2))
    deep[0, :, 1:], shallow[0, :, 1:] = seen.last, seen.shallow
    features = torch.cat([torch.zeros_like(seen.features[:1]), seen.features]).mean(1)
    return rivals.Seen(features, deep, shallow, features, torch.nn.Identity())


def visionzip(seen: Seen, tokens: int, given) -> Left:
    contextual = tokens * 10 // 64
    if not contextual:  # their code makes one token at least
        return taken(seen, best(seen.last, tokens))
    return visionzip_split(seen, tokens - contextual, contextual, given)


def visionzip_split(seen: Seen, dominant: int, contextual: int, given) -> Left:
    ids, grid = given.ids_of(seen), given.grid_of(seen)
    kept, rows, _ = given.qwen.visionzip(given.model, ids, grid, seen, dominant, contextual)
    return Left(kept, rows)


def prumerge(seen: Seen, tokens: int, given, plus: bool = False) -> Left:
    """The rule of the authors' code, steps as in official.py; N - 1 is the end of PruMerge+'s grid."""
    cells = seen.cells
    outliers, _ = official.outliers(seen.last.float())
    ratio = max(1, outliers) / cells
    kept = seen.last.sort(descending=True, stable=True).indices[: int(cells * ratio) if outliers else 1].tolist()
    if plus:
        step = max(1, int(1 / ratio) // 3)
        kept += [cell for cell in range(0, cells - 1, step) if cell not in kept]
    features = seen.features.flatten(1)
    neighbours, official.NEIGHBOURS = official.NEIGHBOURS, min(official.NEIGHBOURS, cells - 1)
    rows = official.merge(features, seen.last, seen.keys.flatten(1), kept)
    official.NEIGHBOURS = neighbours
    dropped = [cell for cell in range(cells) if cell not in kept]
    middle = dropped[(len(dropped) - 1) // 2] if dropped else 0
    return Left(kept + [middle], given.connected(rows.float()), [len(kept)])


def prumerge_plus(seen: Seen, tokens: int, given) -> Left:
    return prumerge(seen, tokens, given, plus=True)


def divprune(seen: Seen, tokens: int, given) -> Left:
    one = rivals.Seen(torch.cat([seen.projected[:1], seen.projected]), seen.last, seen.last, seen.last, torch.nn.Identity())
    return taken(seen, given.rivals.run("divprune", one, tokens).kept)


def hiprune(seen: Seen, tokens: int, given, alpha: float = 0.1) -> Left:
    ids, grid, percent = given.ids_of(seen), given.grid_of(seen), given.exact(tokens, seen)
    return taken(seen, given.qwen.hiprune(given.model, ids, grid, seen, percent, alpha)[0])


def hiprune_with_anchors(seen: Seen, tokens: int, given) -> Left:
    return hiprune(seen, tokens, given, alpha=0.5)


def mmtok(seen: Seen, tokens: int, given) -> Left:
    return taken(seen, given.qwen.mmtok(given.model, given.tokenizer, QUESTION, seen, tokens))


def vscan(seen: Seen, tokens: int, given) -> Left:
    before = tokens + tokens // 2
    kept, rows, _ = given.qwen.vscan(given.model, given.ids_of(seen), given.grid_of(seen), seen, before)
    return Left(kept, rows)


def pool(seen: Seen, tokens: int, given) -> Left:
    """Features averaged over 2 x 3 parts of the grid, which overlap where they have to; each in the place of its lower median."""
    rows, columns = seen.grid
    grid = seen.features.flatten(1).T.view(-1, rows, columns)
    pooled = torch.nn.functional.adaptive_avg_pool2d(grid, (2, 3)).flatten(1).T
    places = []
    for row in range(2):
        for column in range(3):
            across = range(column * columns // 3, -(-(column + 1) * columns // 3))
            down = range(row * rows // 2, -(-(row + 1) * rows // 2))
            part = [y * columns + x for y in down for x in across]
            places.append(part[(len(part) - 1) // 2])
    return Left(places, given.connected(pooled.float()), list(range(6)))


def everything(seen: Seen, tokens: int, given) -> Left:
    return taken(seen, list(range(seen.cells)))


def best(scores: torch.Tensor, count: int) -> list[int]:
    return sorted(scores.sort(descending=True, stable=True).indices[:count].tolist())


def ranked(scores: torch.Tensor, count: int) -> tuple[list[int], bool]:
    """The best, ascending, and whether they are clearly above the others."""
    falling = scores.sort(descending=True).values
    clearly = not 0 < count < len(falling) or float((falling[count - 1] - falling[count]) / falling.abs().max()) > 2e-6
    return best(scores, count), clearly


def chosen(method: Callable, seen: Seen, tokens: int, given: Given) -> tuple[Left, bool]:
    left = method(seen, tokens, given)
    sharp = all(method(other, tokens, given).places == left.places for other in seen.draws(TOWER_NOISE))
    return left, sharp


@dataclass
class Prompt:
    """Rows [1, T, D] in front of the decoder; `visual` says which are a picture's."""

    model: object
    rows: torch.Tensor
    positions: torch.Tensor  # [3, 1, T]
    visual: torch.Tensor  # [T]
    behind: int  # the position of the first new token


def prompt_of(model, image: int, ids: list[int], positions, delta: int, parts: list[Left]) -> Prompt:
    """The prompt with what is left of each picture, at the positions [3, 1, T] that it had; image: the token of each cell."""
    embedded = model.get_input_embeddings()(torch.tensor([ids]))
    rows, at, visual = [], [], []
    pictures, start = iter(parts), 0
    runs = []
    for index, token in enumerate(ids):
        if token == image and (index == 0 or ids[index - 1] != image):
            runs.append(index)
    for run in runs:
        end = run
        while ids[end] == image:
            end += 1
        left = next(pictures)
        rows += [embedded[:, start:run], left.rows[None]]
        at += [positions[:, :, start:run], positions[:, :, [run + place for place in left.places]]]
        visual += [torch.zeros(run - start, dtype=torch.bool), torch.ones(len(left.places), dtype=torch.bool)]
        start = end
    rows.append(embedded[:, start:])
    at.append(positions[:, :, start:])
    visual.append(torch.zeros(len(ids) - start, dtype=torch.bool))
    at = torch.cat(at, dim=2)
    return Prompt(model, torch.cat(rows, dim=1), at, torch.cat(visual), len(ids) + delta)
