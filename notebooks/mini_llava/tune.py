"""Fine-tunes projector and language model of a trained checkpoint with the tokens that PruMerge leaves.

    python tune.py --model FOLDER --data TRAIN --output TUNED [--steps 300] [--seed 2] [--resume]

It is the counterpart of the paper's fine-tuned rows: the tower, and with it what PruMerge keeps, stays as it is. FOLDER is
what train.py wrote.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

import language as stage_2
from card import tuned_card
from data import Scenes, read_questions, read_scenes
from evaluate import load, table_of
from export import export
from reduction import reduced
from tower import Tower, pixel_values
from train import HELD_OUT, pools
from training import Run


def pruned(tower: Tower, scenes: Scenes) -> list[torch.Tensor]:
    """PruMerge's tokens of every picture."""
    found = []
    for first in range(0, len(scenes.ids), 64):
        part = reduced(tower, pixel_values(scenes.images(np.arange(first, min(first + 64, len(scenes.ids))))))["prumerge"]
        found += [tokens.bfloat16() for tokens in part]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--pictures", type=int, default=12000, help="use no more than about so many")
    parser.add_argument("--seed", type=int, default=2, help="2 made the checkpoint in conf/")
    parser.add_argument("--resume", action="store_true")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    tower, language, tokenizer = load(arguments.model)
    run = Run(arguments.output.with_name(arguments.output.name + "-run"), arguments.resume, {"language": language})
    scenes = read_scenes(arguments.data, arguments.pictures)
    questions = read_questions(arguments.data, tokenizer, scenes)
    held_out = min(HELD_OUT, len(scenes.ids) // 4)
    tokens = pruned(tower, scenes)
    run.log(phase="pruned", tokens=float(np.mean([len(one) for one in tokens])))
    language.train()
    drawn = pools(scenes.kinds, held_out)
    stage_2.tune(run, language, tokens, scenes, questions, drawn, arguments.steps, arguments.seed)
    last = np.arange(len(scenes.ids) - held_out, len(scenes.ids))
    table = table_of(tower, language.eval(), tokenizer, arguments.data, scenes, questions, last)
    run.log(phase="held out", **table)
    export(arguments.output, tower, language, tokenizer, tuned_card(arguments.steps, arguments.seed, held_out, table))


if __name__ == "__main__":
    main()
