"""Runs checkpoints whose visual tokens stop between decoder layers, the way FastV drops them.

    python make_cut_goldens.py GOLDENS

transformers' own layers, called one after the other: before a cut's layer the rows of other visual tokens are taken out,
the rest keep their positions. No cache: every step computes the whole sequence again. fp32 on the CPU; checkpoints/ and
model/ have to be there. Writes cuts/cuts.json.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file

from make_checkpoints import MEAN, STD
from make_goldens import NEW_TOKENS, embed, versions
from tiny_llava import load_reference, write_golden

CHECKPOINTS = ("mha", "gqa")
INPUT = "wide.png@crop"
# Layers and how the visual tokens that go on from there are told from the others.
CUTS = {
    "every-second": [(1, lambda token: token % 2 == 0)],
    "first-ten-last-layer": [(2, lambda token: token < 10)],
    "twice": [(1, lambda token: token % 3 != 1), (2, lambda token: token % 9 == 0)],
    "none-left": [(2, lambda token: False)],
}


@torch.no_grad()
def last_logits(model, embeddings: torch.Tensor, slot: int, visual: int, cuts) -> torch.Tensor:
    """Logits [vocabulary] of the last row."""
    decoder = model.model.language_model
    hidden, positions = embeddings, torch.arange(embeddings.shape[1])
    for number, layer in enumerate(decoder.layers):
        for at, goes_on in cuts:
            if at == number:
                tokens = positions - slot
                kept = (tokens < 0) | (tokens >= visual) | torch.tensor([goes_on(int(t)) for t in tokens])
                hidden, positions = hidden[:, kept], positions[kept]
        rows = len(positions)
        mask = torch.full((rows, rows), float("-inf")).triu(1)[None, None]
        angles = decoder.rotary_emb(hidden, positions[None])
        found = layer(hidden, attention_mask=mask, position_ids=positions[None], position_embeddings=angles)
        hidden = found[0] if isinstance(found, tuple) else found
    return model.lm_head(decoder.norm(hidden[:, -1]))[0]


@torch.no_grad()
def greedy(model, embeddings: torch.Tensor, slot: int, visual: int, cuts) -> dict:
    ids, margins, first = [], [], None
    for _ in range(NEW_TOKENS):
        logits = last_logits(model, embeddings, slot, visual, cuts)
        first = logits if first is None else first
        margins.append(float(-logits.topk(2).values.diff()))
        ids.append(int(logits.argmax()))
        token = model.get_input_embeddings()(torch.tensor([[ids[-1]]]))
        embeddings = torch.cat([embeddings, token], dim=1)
    return {"greedy": ids, "margins": margins, "logits": [round(float(x), 6) for x in first[:64]]}


def cases_of(goldens: Path, checkpoint: str) -> list[dict]:
    golden = json.loads((goldens / "model" / f"{checkpoint}.json").read_text(encoding="utf-8"))
    one = next(case for case in golden["cases"] if case["input"] == INPUT)
    raw = load_file(goldens / "model" / f"{checkpoint}.safetensors")[f"{INPUT}/pixels"]
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))
    pixels = ((raw.to(torch.float64) / 255).float().view(1, 3, *raw.shape[-2:]) - mean) / std
    model = load_reference(goldens / "checkpoints" / checkpoint).eval()
    with torch.no_grad():
        visual = model.get_image_features(pixel_values=pixels)
        visual = torch.cat(list(visual)).reshape(-1, model.config.text_config.hidden_size)
    embeddings = embed(model, one["ids"], visual)
    return [
        {
            "checkpoint": checkpoint,
            "name": name,
            "input": INPUT,
            "ids": one["ids"],
            "cuts": [
                {"layer": layer, "kept": [token for token in range(len(visual)) if goes_on(token)]}
                for layer, goes_on in cuts
            ],
            **greedy(model, embeddings, one["image_slot"], len(visual), cuts),
        }
        for name, cuts in CUTS.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    goldens = parser.parse_args().goldens
    (goldens / "cuts").mkdir(exist_ok=True)
    write_golden(
        goldens / "cuts" / "cuts.json",
        {
            "command": "python make_cut_goldens.py GOLDENS",
            "versions": versions(),
            "dtype": "float32",
            "tolerance": "first 64 logits 1e-4 * (1 + |x|); ids while the margins are at least 1e-3; ends are ignored",
            "cases": [case for checkpoint in CHECKPOINTS for case in cases_of(goldens, checkpoint)],
        },
    )


if __name__ == "__main__":
    main()
