"""The checkpoint's model card."""

import re

CARD = """# mini-llava

A small LLaVA-1.5 that really answers, trained from random weights on two CPU cores. It knows generated pictures of
{world}, and questions of the same forms about them; nothing else.

| | |
|---|---|
| vision tower | CLIP ViT, {vision_layers} layers, {width} wide, 168x168 pixels in 14x14 patches: 144 visual tokens |
| projector | two layers, GELU |
| language model | Llama, {layers} layers, {width} wide, {tokens} tokens |
| weights | {parameters:,} parameters, bfloat16, Hugging Face layout |
| prompt | `vicuna_v1` |
| data | {data} |
| steps | {steps} |
| made by | {made} |
{extension}
The tower learns to name what is in every patch and, through its class token, in the picture; then the language model
learns with the tower frozen. In its last quarter and in the revision of what is weak, visual tokens are dropped at
random, whatever the attention, PruMerge's choice and the picture, so that no method is favoured.
{taught}
Accuracy in percent on {held_out} held-out pictures: with all visual tokens, PruMerge's, and as many evenly spaced ones.
Single measurements of one seed.

{accuracies}

Licence: Apache-2.0, like the repository.
"""

DATA = "{pictures:,} pictures of the train split, with their questions (`mini --split train`)"
MADE = "`notebooks/mini_llava/train.py --seed {seed}`, {minutes:.0f} minutes with {threads}"
EXTENSION = """| extended with | {pictures:,} pictures and pages of a train split, and their questions |
| extended by | {steps} steps of `--extend --seed {seed}`, {minutes:.0f} minutes with {threads} |
"""
TAUGHT = """
The extension taught it boxes in LLaVA's convention and pages of small print, and asked what it knew; tower and
vocabulary stayed as they were.
"""


def rows(card: str) -> dict[str, str]:
    """A card's table of facts."""
    return dict(re.findall(r"^\| (.+?) \| (.+) \|$", card, re.MULTILINE))


def accuracies(table: dict) -> str:
    head = f"| | {' | '.join(table)} |\n|---|{'---|' * len(table)}"
    rows = [f"| {kind} | " + " | ".join(str(row[kind]) for row in table.values()) + " |" for kind in table["none"]]
    return "\n".join([head, *rows])


def card(tower, language, steps: dict, arguments, pictures: int, minutes: float, held_out: int, table: dict) -> str:
    trained = [tower.clip, language.llama, language.linear_1, language.linear_2]
    text, vision = language.llama.config, tower.clip.config
    run = {
        "pictures": pictures, "steps": ", ".join(f"{phase} {count}" for phase, count in steps.items()),
        "seed": arguments.seed, "minutes": minutes,
        "threads": "one thread" if arguments.threads == 1 else f"{arguments.threads} threads",
    }  # fmt: skip
    if arguments.extend:
        base = rows((arguments.extend / "README.md").read_text(encoding="utf-8"))
        told = {
            "world": "coloured shapes, printed words, bar charts and forms", "data": base["data"],
            "steps": base["steps"], "made": base["made by"], "extension": EXTENSION.format(**run), "taught": TAUGHT,
        }  # fmt: skip
    else:
        told = {
            "world": "coloured shapes, printed words and bar charts", "data": DATA.format(**run),
            "steps": run["steps"], "made": MADE.format(**run), "extension": "", "taught": "",
        }  # fmt: skip
    return CARD.format(
        vision_layers=vision.num_hidden_layers, width=text.hidden_size, layers=text.num_hidden_layers,
        tokens=text.vocab_size, parameters=sum(one.numel() for module in trained for one in module.parameters()),
        held_out=held_out, accuracies=accuracies(table), **told,
    )  # fmt: skip
