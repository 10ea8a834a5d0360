"""Trains the miniature LLaVA on two CPU cores: from a generated train split to a Hugging Face folder in one command.

    python train.py --data TRAIN --output FOLDER [--seed 2] [--resume]
    python train.py --data TRAIN --output FOLDER --extend CHECKPOINT [--steps extension=N,settling=M] [--resume [STATE]]

TRAIN is what `mini --split train` wrote. Steps, not minutes, are counted, and every batch is drawn by seed and step alone:
the same seed, libraries, threads and kind of processor give the same weights, interrupted or not. --scale 0.01 tries it out.
State goes to FOLDER-run/state.pt every three minutes and after every phase; --resume goes on from there.

--extend teaches a trained CHECKPOINT, with its tower as it is, to point and to read pages, while what it knew is asked too.
FOLDER-run/extension.pt is the state before the rate goes down: --resume FOLDER-run/extension.pt with a larger extension=N
makes a longer run of it.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

import language as stage_2
import tower as stage_1
import vocabulary
from card import card
from data import PAGES, REFERRING, SCENES, Questions, Scenes, foreground, read_questions, read_scenes, records, with_pages
from evaluate import load, table_of
from export import export
from training import Run

# Takes about two hours on one core with bf16 instructions.
STEPS = {"tower": 1215, "read_out": 202, "language": 2945, "revision": 1000}
EXTENSION_STEPS = {"extension": 1600, "settling": 800}
HELD_OUT = 256  # pictures that nothing is trained with, to see how far the training has come
HELD_OUT_PAGES = 64
WHITENED = 2000


def learnt_tokenizer(run: Run, data: Path) -> Tokenizer:
    file = run.folder / "tokenizer.json"
    if not file.exists():
        texts = {turn["value"] for record in records(data / SCENES) for turn in record["conversations"]}
        vocabulary.learn(sorted(texts)).save(str(file))
    return Tokenizer.from_file(str(file))


def pools(kinds: np.ndarray, held_out: int, count: int) -> list[np.ndarray]:
    return [np.flatnonzero(kinds[:-held_out] == kind) for kind in range(count)]


def counts(text: str) -> dict[str, int]:
    """`extension=N,settling=M` as a dictionary."""
    return {name: int(number) for name, number in (part.split("=") for part in text.split(","))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with train.json and scenes.parquet")
    parser.add_argument("--output", type=Path, required=True, help="the checkpoint's folder")
    parser.add_argument("--extend", type=Path, help="a trained checkpoint, which learns more tasks")
    parser.add_argument("--steps", type=counts, default={}, help="numbers of steps by phase, PHASE=N,...")
    parser.add_argument("--scale", type=float, default=1.0, help="this share of the steps")
    parser.add_argument("--pictures", type=int, default=36000, help="use no more than about so many scenes")
    parser.add_argument("--seed", type=int, default=2, help="2 made the checkpoint in conf/")
    parser.add_argument("--threads", type=int, default=1, help="cores to use; another number may round otherwise")
    parser.add_argument("--resume", type=Path, nargs="?", const=Path(), help="go on from a state; without one, the last")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    folder = arguments.output.with_name(arguments.output.name + "-run")
    resume = folder / "state.pt" if arguments.resume == Path() else arguments.resume
    usual = EXTENSION_STEPS if arguments.extend else STEPS
    steps = {phase: max(2, round(arguments.scale * count)) for phase, count in (usual | arguments.steps).items()}
    (extended if arguments.extend else trained)(arguments, folder, resume, steps)


def trained(arguments: argparse.Namespace, folder: Path, resume: Path | None, steps: dict[str, int]) -> None:
    tower = stage_1.Tower()
    run = Run(folder, resume, {"tower": tower})
    scenes = read_scenes(arguments.data, arguments.pictures)
    tokenizer = learnt_tokenizer(run, arguments.data)
    questions = read_questions(arguments.data, tokenizer, scenes)
    held_out = min(HELD_OUT, len(scenes.ids) // 4)
    drawn = pools(scenes.kinds, held_out, 3)
    run.log(phase="read", pictures=len(scenes.ids), questions=len(questions.kind), tokens=len(questions.ids), steps=steps)

    stage_1.train(run, tower, scenes, drawn, steps["tower"], steps["read_out"], arguments.seed)
    features = features_of(run, tower, scenes, held_out)
    language = stage_2.Language(tokenizer.get_vocab_size(), vocabulary.prefix(tokenizer))
    shown = torch.from_numpy(foreground(scenes.labels[:WHITENED]))
    language.whiten(features[:WHITENED], shown)
    run.add("language", language)
    stage_2.train(
        run, language, features, scenes, questions, drawn, steps["language"], steps["revision"], arguments.seed
    )
    finished(run, tower, language, tokenizer, arguments, scenes, questions, steps, held_out)


def extended(arguments: argparse.Namespace, folder: Path, resume: Path | None, steps: dict[str, int]) -> None:
    tower, language, tokenizer = load(arguments.extend)
    guides = stage_2.Guides()
    run = Run(folder, resume, {"tower": tower, "language": language, "guides": guides})
    scenes = with_pages(read_scenes(arguments.data, arguments.pictures), arguments.data, HELD_OUT_PAGES)
    questions = read_questions(arguments.data, tokenizer, scenes, (SCENES, REFERRING, PAGES))
    held_out = HELD_OUT + HELD_OUT_PAGES
    drawn = pools(scenes.kinds, held_out, 4)
    run.log(phase="read", pictures=len(scenes.ids), questions=len(questions.kind), tokens=len(questions.ids), steps=steps)
    features = features_of(run, tower, scenes, held_out)
    language.train()
    stage_2.extend(run, language, guides, features, scenes, questions, drawn, steps, arguments.seed)
    finished(run, tower, language, tokenizer, arguments, scenes, questions, steps, held_out)


def features_of(run: Run, tower: stage_1.Tower, scenes: Scenes, held_out: int) -> torch.Tensor:
    """What the language model reads of all pictures, of which only the held-out ones are kept."""
    tower.requires_grad_(False)
    features = stage_1.all_features(tower, scenes, np.arange(len(scenes.ids)))
    scenes.forget_before(len(scenes.ids) - held_out)
    run.log(phase="features")
    return features


def finished(
    run: Run, tower: stage_1.Tower, language: stage_2.Language, tokenizer: Tokenizer, arguments: argparse.Namespace,
    scenes: Scenes, questions: Questions, steps: dict[str, int], held_out: int,
) -> None:  # fmt: skip
    last = np.arange(len(scenes.ids) - held_out, len(scenes.ids))
    table = table_of(tower, language, tokenizer, arguments.data, scenes, questions, last)
    run.log(phase="held out", **table)
    minutes = run.minutes()
    text = card(tower, language, steps, arguments, len(scenes.ids), minutes, held_out, table)
    export(arguments.output, tower, language, tokenizer, text)
    run.log(phase="exported", minutes=round(minutes, 1))


if __name__ == "__main__":
    main()
