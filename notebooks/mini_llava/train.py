"""Trains the miniature LLaVA on two CPU cores: from a generated train split to a Hugging Face folder in one command.

    python train.py --data TRAIN --output FOLDER [--seed 2] [--resume]

TRAIN is what `mini --split train` wrote. Steps, not minutes, are counted, and every batch is drawn by seed and step alone: the
same seed, libraries, threads and kind of processor give the same weights, interrupted or not. --scale 0.01 tries it out. State goes to FOLDER-run every three minutes and after every
phase; --resume goes on from there.
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
from data import foreground, read_questions, read_scenes, records
from evaluate import table_of
from export import export
from training import Run

# Takes about two hours on one core with bf16 instructions.
STEPS = {"tower": 1215, "read_out": 202, "language": 2945, "revision": 1000}
HELD_OUT = 256  # pictures that nothing is trained with, to see how far the training has come
WHITENED = 2000


def learnt_tokenizer(run: Run, data: Path) -> Tokenizer:
    file = run.folder / "tokenizer.json"
    if not file.exists():
        texts = {turn["value"] for record in records(data / "train.json") for turn in record["conversations"]}
        vocabulary.learn(sorted(texts)).save(str(file))
    return Tokenizer.from_file(str(file))


def pools(kinds: np.ndarray, held_out: int) -> list[np.ndarray]:
    return [np.flatnonzero(kinds[:-held_out] == kind) for kind in range(3)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with train.json and scenes.parquet")
    parser.add_argument("--output", type=Path, required=True, help="the checkpoint's folder")
    parser.add_argument("--scale", type=float, default=1.0, help="this share of the steps")
    parser.add_argument("--pictures", type=int, default=36000, help="use no more than about so many")
    parser.add_argument("--seed", type=int, default=2, help="2 made the checkpoint in conf/")
    parser.add_argument("--threads", type=int, default=1, help="cores to use; another number may round otherwise")
    parser.add_argument("--resume", action="store_true", help="go on where an interrupted run stopped")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    folder = arguments.output.with_name(arguments.output.name + "-run")
    steps = {phase: max(2, round(arguments.scale * count)) for phase, count in STEPS.items()}

    tower = stage_1.Tower()
    run = Run(folder, arguments.resume, {"tower": tower})
    scenes = read_scenes(arguments.data, arguments.pictures)
    tokenizer = learnt_tokenizer(run, arguments.data)
    questions = read_questions(arguments.data, tokenizer, scenes)
    held_out = min(HELD_OUT, len(scenes.ids) // 4)
    drawn = pools(scenes.kinds, held_out)
    run.log(phase="read", pictures=len(scenes.ids), questions=len(questions.kind), tokens=len(questions.ids), steps=steps)

    stage_1.train(run, tower, scenes, drawn, steps["tower"], steps["read_out"], arguments.seed)
    tower.requires_grad_(False)
    features = stage_1.all_features(tower, scenes, np.arange(len(scenes.ids)))
    last = np.arange(len(scenes.ids) - held_out, len(scenes.ids))
    scenes.forget_before(len(scenes.ids) - held_out)
    run.log(phase="features")

    language = stage_2.Language(tokenizer.get_vocab_size(), vocabulary.prefix(tokenizer))
    shown = torch.from_numpy(foreground(scenes.labels[:WHITENED]))
    language.whiten(features[:WHITENED], shown)
    run.add("language", language)
    stage_2.train(
        run, language, features, scenes, questions, drawn, steps["language"], steps["revision"], arguments.seed
    )

    table = table_of(tower, language, tokenizer, arguments.data, scenes, questions, last)
    run.log(phase="held out", **table)
    minutes = run.minutes()
    text = card(tower, language, steps, arguments, len(scenes.ids), minutes, held_out, table)
    export(arguments.output, tower, language, tokenizer, text)
    run.log(phase="exported", minutes=round(minutes, 1))


if __name__ == "__main__":
    main()
