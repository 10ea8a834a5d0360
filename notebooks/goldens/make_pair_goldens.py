"""Writes what the miniature says under two methods in one run: a choice before the decoder, then cuts inside it.

    python make_pair_goldens.py GOLDENS --mini ../../conf/mini-llava

Reads GOLDENS/images/; writes GOLDENS/pairs/. The choices are written by hand; the cuts are those of
make_layer_goldens.py that need no clone, called between transformers' own layers. No cache: every step computes the
whole sequence again. transformers 4.57.1, fp32 on the CPU.
"""

import argparse
from pathlib import Path

import torch
import transformers
from transformers import LlamaTokenizerFast

import corpus
from make_layer_goldens import fastv, gap, last_logits, v2drop
from reference import Asked, embed, greedy, pixels_of, processor_of, write
from tiny_llava import load_reference

PICTURES = ["wide.png", "large.jpg", "photo.png"]
QUESTION = "Is there a circle in the image?"
PROMPT = corpus.SYSTEM + " USER: <image>\n{} ASSISTANT:"
NEW_TOKENS = 6


def first(count: int):
    return lambda tower, layer: (list(range(count)), lambda features: features[:count])


def fastervlm(count: int):
    def choose(tower, layer):
        seen = tower.attentions[layer][0, :, 0, 1:].mean(0)
        gap(seen, count)
        kept = sorted(seen.topk(count).indices.tolist())
        return kept, lambda features: features[kept]

    return choose


def pool(cells: int):
    def choose(tower, layer):
        side = int((tower.hidden_states[0].shape[1] - 1) ** 0.5)
        width = side // cells
        numbers = torch.arange(side * side).reshape(cells, width, cells, width)
        numbers = numbers.permute(0, 2, 1, 3).reshape(cells * cells, width * width)
        places = [sorted(one.tolist())[(width * width - 1) // 2] for one in numbers]
        return places, lambda features: torch.stack([features[one].mean(0) for one in numbers])

    return choose


FIRST = {
    "first:{}tokens=40": first(40),
    "fastervlm:{}tokens=48": fastervlm(48),
    "pool:cols=6,{}rows=6": pool(6),
}
SECOND = {
    "fastv:layer=2,tokens=12": [(2, lambda at: fastv(at, 2, 12))],
    "fastv:positions=packed,tokens=9": [(3, lambda at: fastv(at, 3, 9, True))],
    "v2drop:layers=2/4,ratios=0.5/0.25": [(2, lambda at: v2drop(at, 2, 0.5)), (4, lambda at: v2drop(at, 4, 0.25))],
}


@torch.no_grad()
def cases_of(model, processor, tokenizer, file: Path) -> list[dict]:
    pixels, _ = pixels_of(processor, file, "pad")
    tower = model.model.vision_tower(pixels, output_hidden_states=True, output_attentions=True)
    layer = model.config.vision_feature_layer
    features = tower.hidden_states[layer][0, 1:]
    ids = tokenizer(PROMPT.format(QUESTION))["input_ids"]
    slot = ids.index(model.config.image_token_index)
    cases = []
    for name, choose in FIRST.items():
        places, rows = choose(tower, layer)  # of attentions, the last is that of the layer after the features
        visual = model.model.multi_modal_projector(rows(features)[None])[0]
        asked = Asked(model, ids, embed(model, ids, visual), slot, len(visual))
        for kept in (False, True):
            span = len(features) if kept else len(visual)
            at = places if kept else list(range(len(visual)))
            before = list(range(slot)) + [slot + place for place in at]
            for second, borders in SECOND.items():
                cuts = {}

                def logits(embeddings):
                    behind = range(slot + span, slot + span + embeddings.shape[1] - len(before))
                    positions = torch.tensor(before + list(behind))
                    return last_logits(asked, embeddings, borders, cuts, positions)

                said = greedy(asked, NEW_TOKENS, logits)
                cases.append({
                    "method": name.format("positions=kept," if kept else "") + ".." + second, "image": file.name,
                    "ids": ids, "tokens": len(visual), "kept": [cuts[border].kept for border, _ in borders], **said,
                })  # fmt: skip
    return cases


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--mini", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    model = load_reference(arguments.mini)
    model.set_attn_implementation("eager")
    processor, tokenizer = processor_of(arguments.mini), LlamaTokenizerFast.from_pretrained(arguments.mini)
    cases = [
        case
        for picture in PICTURES
        for case in cases_of(model, processor, tokenizer, arguments.goldens / "images" / picture)
    ]
    command = "python make_pair_goldens.py GOLDENS --mini ../../conf/mini-llava"
    write(arguments.goldens, "pairs/pairs", {"command": command, "question": QUESTION, "cases": cases})


if __name__ == "__main__":
    main()
