"""Trains the miniature that watches on two CPU cores: from generated clips to a Hugging Face folder in one command.

    python train_video.py --data TRAIN --output FOLDER [--seed 2] [--resume]

TRAIN is what `mini --video --split train` wrote. As train.py, which says what a seed, --resume and --scale do.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

import video_language as stage_2
import video_tower as stage_1
import vocabulary
from training import Run
from video_card import card
from video_data import CLIP_FRAMES, PHRASES, START, TURN, Clip, decoded, lookup, prompt, read_clips
from video_evaluate import rounded, table_of
from video_export import SPECIAL, export

# Takes 70 minutes on one core with bf16 instructions.
STEPS = {"tower": 1200, "language": 4000}
HELD_OUT = 1000  # clips that nothing is trained with
WHITENED = 60


def learnt_tokenizer(run: Run, clips: list[Clip]) -> Tokenizer:
    file = run.folder / "tokenizer.json"
    if not file.exists():
        texts = {START + prompt(question, options) + TURN for clip in clips for question, options, _ in clip.asked}
        texts |= {lookup(np.random.default_rng(i))[0] for i in range(200)}
        vocabulary.learn(sorted(texts), PHRASES, SPECIAL, begins=False).save(str(file))
    return Tokenizer.from_file(str(file))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with mvbench and clips.jsonl")
    parser.add_argument("--output", type=Path, required=True, help="the checkpoint's folder")
    parser.add_argument("--scale", type=float, default=1.0, help="this share of the steps")
    parser.add_argument("--clips", type=int, default=16000, help="use no more than so many clips")
    parser.add_argument("--seed", type=int, default=2, help="2 made the checkpoint in conf/")
    parser.add_argument("--threads", type=int, default=1, help="cores to use; another number may round otherwise")
    parser.add_argument("--resume", action="store_true", help="go on where the last call stopped")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    folder = arguments.output.with_name(arguments.output.name + "-run")
    steps = {phase: max(2, round(arguments.scale * count)) for phase, count in STEPS.items()}

    tower = stage_1.Tower()
    run = Run(folder, folder / "state.pt" if arguments.resume else None, {"tower": tower})
    clips = read_clips(arguments.data, arguments.clips)
    held_out = min(HELD_OUT, len(clips) // 4)
    trained, rest = clips[:-held_out], clips[-held_out:]
    tokenizer = learnt_tokenizer(run, clips)
    run.log(phase="read", clips=len(clips), vocabulary=tokenizer.get_vocab_size(), steps=steps)

    stage_1.train(run, tower, trained, steps["tower"], arguments.seed)
    tower.requires_grad_(False)
    prefix = tokenizer.encode(START).ids
    language = stage_2.Language(tokenizer.get_vocab_size(), prefix)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        few = trained[:WHITENED]
        frames = decoded(few, [np.arange(0, CLIP_FRAMES, 3)] * len(few))
        language.whiten(tower.features(stage_1.pixel_values(frames)))
    run.add("language", language)
    stage_2.train(run, tower, language, tokenizer, trained, steps["language"], arguments.seed)

    rounded(tower, language)
    table = table_of(tower, language, tokenizer, rest, trained)
    run.log(phase="held out", **table)
    questions = sum(len(clip.asked) for clip in rest)
    text = card(tower, language, steps, arguments, len(clips), run.minutes(), held_out, questions, table)
    export(arguments.output, tower, language, tokenizer, text)
    run.log(phase="exported", minutes=round(run.minutes(), 1))


if __name__ == "__main__":
    main()
