"""The card of the miniature that watches: what it is, how it was made, and what it answers rightly."""

import math

from video_data import TASKS

# Two-sided 95 % of one measurement, and of the best of eight.
ONE, BEST_OF_EIGHT = 1.96, 2.73
CARD = """# mini-llava-video

A small LLaVA-OneVision that really watches, trained from random weights on two CPU cores. It knows generated clips of a
few shapes that move, change their colours or change places, and four kinds of question about them; nothing else.

| | |
|---|---|
| vision tower | SigLIP, {vision_layers} layers, {width} wide, 112x112 pixels in 14x14 patches; the last layer's output is not read |
| projector | two layers, GELU; 8x8 patches of a frame are pooled to 4x4 tokens |
| language model | Qwen2, {layers} layers, {width} wide, {tokens} tokens |
| 8 frames | 129 visual tokens, the newline's included |
| weights | {parameters:,} parameters, bfloat16, Hugging Face layout |
| prompt | `qwen_1_5`, MVBench's of lmms-eval |
| data | {clips:,} clips of 24 frames (`mini --video --split train`), {held_out:,} of them held out |
| steps | {steps} |
| made by | `notebooks/mini_llava/train_video.py --seed {seed}`, {minutes:.0f} minutes with {threads} |

The tower learns to name what is in every patch; then the language model learns with the tower frozen. Heads that are
thrown away afterwards tell it what its tokens should know: when and what they are, and what has changed since. In a
quarter of the steps clips have fewer frames; in two fifths of the last two fifths visual tokens are dropped at random,
whatever they show, so that no method is favoured.

Accuracy in percent on {questions:,} questions about {held_out:,} held-out clips, four options each. Frames are lmms-eval's,
evenly spaced from the first to the last. Single measurements of one seed.

{accuracies}

`8, shuffled` has the same frames in an order by chance. `one frame` is the best of eight models, each trained further
with always the same one of the eight frames and asked about it; `best answer` always says the letter that is right most
often.
Chance is 25 %; 95 % of its measurements lie within {low:.1f} to {high:.1f}, and the best of eight below {best:.1f}.

Licence: Apache-2.0, like the repository.
"""


def accuracies(table: dict) -> str:
    head = f"| | {' | '.join(table)} |\n|---|{'---|' * len(table)}"
    rows = [f"| {task} | " + " | ".join(f"{row[task]:.1f}" for row in table.values()) + " |" for task in [*TASKS, "all"]]
    return "\n".join([head, *rows])


def card(tower, language, steps: dict, arguments, clips: int, minutes: float, held_out: int, questions: int, table: dict):
    trained = [tower.siglip, language.qwen, language.linear_1, language.linear_2]
    text, vision = language.qwen.config, tower.siglip.config
    error = 100 * math.sqrt(0.25 * 0.75 / questions)
    return CARD.format(
        vision_layers=vision.num_hidden_layers, width=text.hidden_size, layers=text.num_hidden_layers,
        tokens=text.vocab_size, seed=arguments.seed, minutes=minutes, clips=clips, held_out=held_out, questions=questions,
        parameters=sum(one.numel() for module in trained for one in module.parameters()) + language.newline.numel(),
        steps=", ".join(f"{phase} {count}" for phase, count in steps.items()), accuracies=accuracies(table),
        threads="one thread" if arguments.threads == 1 else f"{arguments.threads} threads",
        low=25 - ONE * error, high=25 + ONE * error, best=25 + BEST_OF_EIGHT * error,
    )  # fmt: skip
