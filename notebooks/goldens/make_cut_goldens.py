"""Runs checkpoints whose visual tokens stop between decoder layers, the way FastV drops them.

    python make_cut_goldens.py GOLDENS

transformers' own layers, called one after the other: before a cut's layer the rows of other visual tokens are taken out,
the rest keep their positions. No cache: every step computes the whole sequence again. fp32 on the CPU; checkpoints/ and
model/ have to be there. Writes cuts/cuts.json.
"""

import argparse
from pathlib import Path

import torch

from reference import NEW_TOKENS, Asked, asked, greedy, run_layer, write

CHECKPOINTS = ("mha", "gqa")
INPUT = "wide.png@crop"
# Layers and how the visual tokens that go on from there are told from the others.
CUTS = {
    "every-second": [(1, lambda token: token % 2 == 0)],
    "first-ten-last-layer": [(2, lambda token: token < 10)],
    "twice": [(1, lambda token: token % 3 != 1), (2, lambda token: token % 9 == 0)],
    "none-left": [(2, lambda token: False)],
}


def last_logits(case: Asked, embeddings: torch.Tensor, cuts) -> torch.Tensor:
    decoder = case.model.model.language_model
    hidden, positions = embeddings, torch.arange(embeddings.shape[1])
    for number, layer in enumerate(decoder.layers):
        for at, goes_on in cuts:
            if at == number:
                tokens = positions - case.slot
                kept = (tokens < 0) | (tokens >= case.visual) | torch.tensor([goes_on(int(t)) for t in tokens])
                hidden, positions = hidden[:, kept], positions[kept]
        hidden = run_layer(decoder, layer, hidden, positions)
    return case.model.lm_head(decoder.norm(hidden[:, -1]))[0]


def cases_of(goldens: Path, checkpoint: str) -> list[dict]:
    case = asked(goldens, checkpoint, INPUT)
    return [
        {
            "checkpoint": checkpoint,
            "name": name,
            "input": INPUT,
            "ids": case.ids,
            "cuts": [
                {"layer": layer, "kept": [token for token in range(case.visual) if goes_on(token)]}
                for layer, goes_on in cuts
            ],
            **greedy(case, NEW_TOKENS, lambda embeddings, cuts=cuts: last_logits(case, embeddings, cuts)),
        }
        for name, cuts in CUTS.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    goldens = parser.parse_args().goldens
    facts = {
        "command": "python make_cut_goldens.py GOLDENS",
        "dtype": "float32",
        "tolerance": "first 64 logits 1e-4 * (1 + |x|); ids while the margins are at least 1e-3; ends are ignored",
        "cases": [case for checkpoint in CHECKPOINTS for case in cases_of(goldens, checkpoint)],
    }
    write(goldens, "cuts/cuts", facts)


if __name__ == "__main__":
    main()
