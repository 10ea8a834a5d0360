"""What the miniature that watches answers rightly: with all frames, fewer, one, and all in an order by chance.

    python video_evaluate.py MODEL TEST [--clips 1000]

MODEL is a folder that train_video.py wrote, TEST what `mini --video` wrote for another seed or split with clips.jsonl. A
question counts when greedy decoding gives its letter and then the end, which needs one forward pass only.

`best answer` is the share that always the most frequent letter would get. `one frame` is the best of FRAMES models, each of
which was trained further on one frame only, always the same, and is asked about it: what any one frame gives away.
"""

import argparse
import copy
from functools import partial
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import LlavaOnevisionForConditionalGeneration

from packing import pack
from tower import WIDTH
from training import Optimisers
from video_data import CELLS, FRAMES, PATCHES, START, TASKS, Clip, asked, decoded, evenly, read_clips
from video_language import ROWS, Batch, Language
from video_tower import Tower, pixel_values

COLUMNS = 160
ONE_FRAME_STEPS, ONE_FRAME_PEAK = 100, 1e-3


def load(folder: Path) -> tuple[Tower, Language, Tokenizer]:
    """The weights of a checkpoint in the modules of the training."""
    model = LlavaOnevisionForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tower, language = Tower(), Language(tokenizer.get_vocab_size(), tokenizer.encode(START).ids)
    tower.siglip.load_state_dict(model.model.vision_tower.state_dict())
    language.qwen.model.load_state_dict(model.model.language_model.state_dict())
    language.qwen.lm_head.load_state_dict(model.lm_head.state_dict())
    language.linear_1.load_state_dict(model.model.multi_modal_projector.linear_1.state_dict())
    language.linear_2.load_state_dict(model.model.multi_modal_projector.linear_2.state_dict())
    language.newline.data.copy_(model.model.image_newline.data)
    return tower.eval(), language.eval(), tokenizer


def rounded(tower: Tower, language: Language) -> None:
    """Leaves the weights as a checkpoint stores them, in bfloat16; they are used in float32."""
    for module in (tower, language):
        module.load_state_dict({name: tensor.bfloat16().float() for name, tensor in module.state_dict().items()})
        module.eval()


def frames_of(clip: int, how: str, place: int = 0) -> np.ndarray:
    """The frames of a clip by its number."""
    if how == "shuffled":
        return np.random.default_rng([7, clip]).permutation(evenly(FRAMES))
    return evenly(FRAMES)[place : place + 1] if how == "one" else evenly(int(how))


@torch.no_grad()
def right_letters(tower: Tower, language: Language, tokenizer: Tokenizer, clips: list[Clip], how: str, place: int = 0):
    """Whether each question is answered rightly, its task, and the letter of its answer."""
    hits, tasks, letters = [], [], []
    for first in range(0, len(clips), ROWS):
        part = clips[first : first + ROWS]
        chosen = [frames_of(first + i, how, place) for i in range(len(part))]
        features = tower.features(pixel_values(decoded(part, chosen)))
        features = features.reshape(len(part), len(chosen[0]), PATCHES * PATCHES, WIDTH)
        questions, *_ = asked(part, tokenizer)
        packed = pack([np.flatnonzero(questions.pictures == row) for row in range(len(part))], questions, COLUMNS)
        _, text = language.states(language.tokens(features), packed)
        best = language.qwen.lm_head(text[-1]).argmax(-1)
        good = (best == packed.ids.roll(-1, dims=1)) | (packed.answers == 0)
        for row, placed in enumerate(packed.questions):
            for question, column in placed:
                length = int(questions.starts[question + 1] - questions.starts[question])
                hits.append(bool(good[row, column : column + length].all()))
                tasks.append(questions.kind[question])
                letters.append(int(packed.ids[row, column + questions.answers[question]]))
    return np.array(hits), np.array(tasks), np.array(letters)


def by_task(hits: np.ndarray, tasks: np.ndarray) -> dict[str, float]:
    table = {task: round(100 * float(hits[tasks == i].mean()), 1) for i, task in enumerate(TASKS)}
    return {**table, "all": round(100 * float(hits.mean()), 1)}


def trained_on_one(tower: Tower, language: Language, tokenizer: Tokenizer, clips: list[Clip], place: int) -> Language:
    """A copy of the model, trained further on one frame of every clip."""
    copied = copy.deepcopy(language).train()
    optimisers = Optimisers(copied.hidden_parameters(), copied.parameters())
    for step in range(ONE_FRAME_STEPS):
        random = np.random.default_rng([11, place, step])
        part = [clips[i] for i in random.choice(len(clips), ROWS, replace=False)]
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                features = tower.features(pixel_values(decoded(part, [frames_of(0, "one", place)] * len(part))))
            features = features.reshape(len(part), 1, PATCHES * PATCHES, WIDTH)
            questions, right, ends, texts = asked(part, tokenizer, 2, random)
            packed = pack([np.flatnonzero(questions.pictures == row) for row in range(len(part))], questions, COLUMNS)
            none = torch.full((len(part), CELLS * CELLS, 0), -1)
            value, _ = copied.loss(Batch(features, none, packed, questions, right, ends, texts), None)
        value.backward()
        optimisers.step(ONE_FRAME_PEAK)
    return copied.eval()


def table_of(
    tower: Tower, language: Language, tokenizer: Tokenizer, clips: list[Clip], trained: list[Clip] | None = None
) -> dict[str, dict[str, float]]:
    """Accuracies in percent, by what is shown and task; with clips to train on, also what one frame gives away."""
    right = partial(right_letters, tower, language, tokenizer, clips)
    table = {}
    for how, name in (("8", "8 frames"), ("4", "4 frames"), ("2", "2 frames"), ("shuffled", "8, shuffled")):
        hits, tasks, letters = right(how)
        table[name] = by_task(hits, tasks)
    if trained is not None:
        found = []
        for place in range(FRAMES):
            copied = trained_on_one(tower, language, tokenizer, trained, place)
            found.append(by_task(*right_letters(tower, copied, tokenizer, clips, "one", place)[:2]))
        table["one frame"] = max(found, key=lambda one: one["all"])
    best = {task: np.bincount(letters[tasks == i]).max() / (tasks == i).sum() for i, task in enumerate(TASKS)}
    best["all"] = np.bincount(letters).max() / len(letters)
    table["best answer"] = {task: round(100 * float(share), 1) for task, share in best.items()}
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("test", type=Path)
    parser.add_argument("--clips", type=int, default=1000)
    arguments = parser.parse_args()
    table = table_of(*load(arguments.model), read_clips(arguments.test, arguments.clips))
    print(f"{'':20}" + "".join(f"{name:>14}" for name in table))
    for task in [*TASKS, "all"]:
        print(f"{task:20}" + "".join(f"{row[task]:14}" for row in table.values()))


if __name__ == "__main__":
    main()
