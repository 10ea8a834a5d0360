"""Writes what methods leave of pictures on small Qwen2-VL and Qwen2.5-VL models, and what is answered then.

    python make_received_goldens.py GOLDENS --clones FOLDER

Reads GOLDENS/qwen/ (make_qwen_goldens.py) and GOLDENS/images/, writes GOLDENS/received/. FOLDER has one clone per name in
rivals.FILES and in qwen_methods.CLONES, and PriorTR. Tower and decoder are transformers 4.57.1's layers, called one by one,
the rows taken out or summed by hand, fp32 on the CPU, without a cache: every step computes the whole sequence again.

`sharp` says that a method chooses the same in double precision and with noise of 3e-6 on what it sees; otherwise another
correct program may differ.
"""

import argparse
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Callable

import torch
import transformers
from transformers import (
    AutoTokenizer, Qwen2_5_VLForConditionalGeneration, Qwen2VLForConditionalGeneration, Qwen2VLImageProcessor,
)  # fmt: skip
from transformers.models.qwen2_vl.modeling_qwen2_vl import apply_multimodal_rotary_pos_emb

import rivals
from choices import (
    Given, Left, Prompt, chosen, divprune, everything, fastervlm, hiprune, hiprune_with_anchors, mmtok, pool, prompt_of, prumerge,
    prumerge_plus, ranked, taken, vispruner, visionzip, vscan,
)  # fmt: skip
from clones import functions, revision, source
from make_family_goldens import QUESTION, rgb
from make_qwen_goldens import END, EOS, IMAGE, MODELS, PICTURE, PROMPT, made, pixels_of
from qwen_methods import OfficialQwen, look, share
from reference import causal, write

STEPS = 6
PICTURES = ["wide.png", "97x61", "3000x50", "square-96.png"]
SEVERAL = ["square-96.png", "97x61", "tall.png"]
SHARES = ["33.3", "11.1"]


# By spec, with the share in place of {}.
BEFORE: dict[str, Callable] = {
    "fastervlm:attention=received,tokens={}%": fastervlm,
    "vispruner:attention=received,tokens={}%": vispruner,
    "visionzip:attention=received,tokens={}%": visionzip,
    "hiprune:tokens={}%": hiprune,
    "hiprune:alpha=0.5,tokens={}%": hiprune_with_anchors,
    "divprune:tokens={}%": divprune,
    "mmtok:temperature=0.01,tokens={}%,words=all": mmtok,
}
ADAPTIVE = {"prumerge:attention=received": prumerge, "prumerge+:attention=received": prumerge_plus}


class Qwen(Given):
    """prior: PriorTR's scores, by its authors' code for Qwen2-VL."""

    def __init__(self, model, tokenizer, rivals, qwen, prior: Callable):
        super().__init__(model, tokenizer, rivals, qwen)
        self.prior = prior

    def connected(self, features):
        merger = self.model.model.visual.merger
        return merger(features.reshape(4 * len(features), -1))

    def ids_of(self, seen):
        return torch.tensor([expanded(self.tokenizer, [seen.cells])])


def expanded(tokenizer, counts: list[int]) -> list[int]:
    ids = tokenizer(PROMPT.format(PICTURE * len(counts), QUESTION))["input_ids"]
    each = iter(counts)
    return [token for one in ids for token in ([one] * next(each) if one == IMAGE else [one])]


def turned(model, number: int, hidden, angles) -> tuple[torch.Tensor, torch.Tensor]:
    """Rotated queries [heads, T, head] and keys [key heads, T, head] of a layer."""
    layer = model.model.language_model.layers[number]
    attention, normed = layer.self_attn, layer.input_layernorm(hidden)
    q, k = (
        x(normed).view(1, normed.shape[1], -1, attention.head_dim).transpose(1, 2)
        for x in (attention.q_proj, attention.k_proj)
    )
    q, k = apply_multimodal_rotary_pos_emb(q, k, *angles, attention.rope_scaling["mrope_section"])
    return q[0], k[0]


def attention(model, number: int, hidden, angles) -> torch.Tensor:
    """Of all rows in a layer [heads, T, T]."""
    q, k = turned(model, number, hidden, angles)
    k = k.repeat_interleave(len(q) // len(k), dim=0)
    return (q @ k.transpose(1, 2) * q.shape[-1] ** -0.5 + causal(q.shape[1])).softmax(-1)


def decoded(prompt: Prompt, cut: tuple[int, Callable] | None, earlier: bool) -> dict:
    """Greedy ids; `cut`: before that layer a rule takes the visual rows that go on; `earlier`: answers see no others below."""
    decoder, kept, said, margins, first = prompt.model.model.language_model, None, [], [], None
    length, clearly, clusters = prompt.rows.shape[1], True, None
    rows, positions = prompt.rows, prompt.positions
    for step in range(STEPS):
        hidden, at, bias = rows, positions, 0
        before = None
        for number, layer in enumerate(decoder.layers):
            if cut is not None and cut[0] == number:
                if kept is None:
                    kept, clearly, *clusters = cut[1](prompt, number, hidden, before, decoder.rotary_emb(hidden, at))
                    stays = ~prompt.visual
                    stays[prompt.visual.nonzero().flatten()[kept]] = True
                mask = torch.cat([stays, torch.ones(hidden.shape[1] - length, dtype=torch.bool)])
                hidden, at = hidden[:, mask], at[:, :, mask]
                if clusters:
                    means = prompt.visual[stays].nonzero().flatten()
                    hidden = hidden.index_copy(1, means, clusters[0][None])
                    bias = torch.zeros(hidden.shape[1]).index_copy(0, means, clusters[1].log())
            before = hidden
            open = causal(hidden.shape[1]) + bias
            if earlier and number < cut[0] and step > 0:
                open[length:, :length][:, ~stays] = float("-inf")
            found = layer(hidden, attention_mask=open[None, None], position_embeddings=decoder.rotary_emb(hidden, at))
            hidden = found[0] if isinstance(found, tuple) else found
        logits = prompt.model.lm_head(decoder.norm(hidden)[0, -1])
        first = logits if first is None else first
        top = logits.topk(2)
        said.append(int(top.indices[0]))
        margins.append(round(float(top.values[0] - top.values[1]), 5))
        if said[-1] in (EOS, END):
            break
        rows = torch.cat([rows, prompt.model.get_input_embeddings()(torch.tensor([said[-1:]]))], dim=1)
        positions = torch.cat([positions, torch.full((3, 1, 1), prompt.behind + step)], dim=2)
    return {"greedy": said, "margins": margins, "logits": first, "inside": kept, "clear": clearly}


def by_last_row(count: Callable[[int], int], ahead: bool) -> Callable:
    """The `count` of visual rows to which the prompt's last token attends most, in the layer of the cut or the one before."""

    def rule(prompt, number, hidden, before, angles):
        seen = attention(prompt.model, number if ahead else number - 1, hidden if ahead else before, angles)
        return ranked(seen.mean(0)[-1, prompt.visual], count(int(prompt.visual.sum())))

    return rule


def by_change(prompt, number, hidden, before, angles):
    visual = int(prompt.visual.sum())
    return ranked((hidden - before)[0, prompt.visual].norm(dim=-1), max(1, visual // 2))


def behind(prompt) -> slice:
    """The text after the picture."""
    return slice(int(prompt.visual.nonzero().max()) + 1, None)


def by_pivots(prompt, number, hidden, before, angles):
    """DART's rule: four visual and four rows of text with the largest keys each take two visual rows least like them."""
    keys = turned(prompt.model, number - 1, before, angles)[1].abs().sum((0, 2))
    states = torch.nn.functional.normalize(prompt.model.model.language_model.norm(hidden)[0], dim=-1)
    visual, text = states[prompt.visual], states[behind(prompt)]
    own, clearly = ranked(keys[prompt.visual], 4)
    asking, more = ranked(keys[behind(prompt)], 4)
    taken = list(own)
    for pivot in [*visual[own], *text[asking]]:
        unlike = -(visual @ pivot)
        unlike[taken] = -3
        found, sharply = ranked(unlike, 2)
        taken += found
        more &= sharply
    return sorted(taken), clearly and more


def by_raters(prompt, number, hidden, before, angles):
    """SparseVLM+'s rule: attention over the score that the rotation alone gives, of the text that is like the picture."""
    rows = prompt.rows[0]
    likeness = (rows[prompt.visual] @ rows[behind(prompt)].T).softmax(-1).mean(0)
    raters, clearly = likeness > likeness.mean(), float((likeness - likeness.mean()).abs().min()) > 2e-6
    ones = torch.ones(1, 1, len(rows), hidden.shape[-1] // prompt.model.config.text_config.num_attention_heads)
    section = prompt.model.model.language_model.layers[0].self_attn.rope_scaling["mrope_section"]
    q, k = apply_multimodal_rotary_pos_emb(ones, ones, *angles, section)
    alone = (q @ k.transpose(2, 3))[0] * ones.shape[-1] ** -0.5
    freed = (attention(prompt.model, number - 1, before, angles) / alone)[:, behind(prompt)][:, raters][..., prompt.visual]
    kept, sharply = ranked(freed.sum((0, 1)), 9)
    return kept, clearly and sharply


def prior_of(clone: Path) -> Callable:
    names = {"torch": torch, "Any": object, "Tuple": tuple, "VTRConfig": SimpleNamespace}
    code = source(clone, "image/Qwen2-VL/visual_token_pruning/strategy/priortr.py")
    return functions(code, ["PriorTRStrategy.compute_scores"], names)["compute_scores"]


def by_prior(given: Given, query: str) -> Callable:
    def rule(prompt, number, hidden, before, angles):
        seen, places = attention(prompt.model, number - 1, before, angles), prompt.visual.nonzero()
        config = SimpleNamespace(query_aggregation=query, head_aggregation="mean", debug=False)
        return ranked(given.prior(None, seen[None], (int(places.min()), int(places.max()) + 1), config), 11)

    return rule


def by_clusters(given: Given) -> Callable:
    """PACT's rule with the visual rows alone; its clusters are the official code's."""

    def rule(prompt, number, hidden, before, angles):
        layer = prompt.model.model.language_model.layers[number]
        states = hidden[0, prompt.visual]
        normed, width = layer.input_layernorm(states), layer.self_attn.head_dim
        q, k = (x(normed).view(len(states), -1, width).transpose(0, 1) for x in (layer.self_attn.q_proj, layer.self_attn.k_proj))
        k = k.repeat_interleave(len(q) // len(k), dim=0)
        asked = (q.mean(1, keepdim=True) @ k.transpose(1, 2) * width**-0.5).softmax(-1).mean(0)[0]
        chosen, clearly = ranked(asked * states.norm(dim=-1), int(len(states) * 0.55))
        keys = turned(prompt.model, number, hidden, angles)[1].transpose(0, 1).flatten(1)[prompt.visual]
        centres, means, sizes = given.qwen.pact.clusters(states, keys, chosen, 0.21)
        return centres, clearly, means, sizes.flatten().float()

    return rule


PRIORS = {"priortr:layer=1,tokens=11": "question", "priortr:layer=1,query=last,tokens=11": "last"}
CUTS = {
    "fastv:layer=1,tokens=7": by_last_row(lambda visual: 7, ahead=False),
    "pyramiddrop:layers=1,positions=kept": by_last_row(lambda visual: visual // 2, ahead=True),
    "v2drop:layers=1,ratios=0.5": by_change,
    "vtw:layer=1": lambda *_: ([], True),
    "dart:layer=1,tokens=16": by_pivots,
    "sparsevlm:budgets=9,layers=0,version=2": by_raters,
}


@torch.no_grad()
def case(given: Given, processor, pictures: list) -> tuple[dict, dict]:
    pixels, grids = zip(*(pixels_of(processor, picture) for picture in pictures))
    pixels, grids = torch.cat(pixels), torch.cat(grids)
    each = look(given.model, pixels, grids)
    ids = expanded(given.tokenizer, [seen.cells for seen in each])
    positions, delta = given.model.model.get_rope_index(torch.tensor([ids]), grids)
    delta = int(delta)
    methods, tensors = {}, {}

    def placed(parts: list[Left]) -> Prompt:
        return prompt_of(given.model, IMAGE, ids, positions, delta, parts)

    def add(spec: str, parts: list[tuple[Left, bool]], cut=None):
        prompt = placed([left for left, _ in parts])
        said = decoded(prompt, cut, spec in PRIORS)  # whose dropped rows leave the caches of the layers before, too
        tensors[spec] = said.pop("logits")
        inside = said.pop("inside")
        methods[spec] = {
            "kept": [left.places for left, _ in parts], "sums": [left.sums for left, _ in parts],
            "sharp": all(sharp for _, sharp in parts) and said.pop("clear"),
            **said,
        } | ({} if inside is None else {"inside": [inside]})  # fmt: skip

    total = sum(seen.cells for seen in each)
    for percent in SHARES:
        tokens = share(percent, total)
        parts = [max(1, tokens * seen.cells // total) for seen in each]
        for spec, method in BEFORE.items():
            try:
                add(spec.format(percent), [chosen(method, seen, part, given) for seen, part in zip(each, parts)])
            except (IndexError, RuntimeError):  # on lists of odd length
                assert method is vispruner
    for spec, method in ADAPTIVE.items():
        add(spec, [chosen(method, seen, 0, given) for seen in each])
    if len(each) == 1:
        seen, grid, whole = each[0], grids[0], (everything(each[0], 0, given), True)
        for percent in SHARES:
            tokens = share(percent, seen.cells)
            one = torch.tensor([ids])
            kept, moved = given.qwen.hiprune(given.model, one, grid, seen, percent, 0.5)
            found = methods[f"hiprune:alpha=0.5,tokens={percent}%"]
            assert [kept] == found["kept"], "the authors' rounding of the share"
            assert moved[:, 0].tolist() == placed([taken(seen, kept)]).positions[:, 0].tolist()
            found["summed"] = given.qwen.hiprune(given.model, one, grid, seen, percent, 0.5, sums=True)[0]
            if min(seen.grid) >= 4 and tokens > 1:
                spec = "vscan:attention=received,layer=1,tokens={}%".format(percent)
                after = tokens - tokens // 2
                left, sharp = chosen(vscan, seen, tokens, given)
                _, _, moved = given.qwen.vscan(given.model, one, grid, seen, tokens + tokens // 2)
                add(spec, [(left, sharp)], (1, by_last_row(lambda _: after, ahead=True)))
                prompt = placed([left])
                assert moved[:, 0].tolist() == prompt.positions[:, 0].tolist()
            if tokens * 10 // 64:
                left = visionzip(seen, tokens, given)
                split = tokens - tokens * 10 // 64, tokens * 10 // 64
                _, _, moved = given.qwen.visionzip(given.model, one, grid, seen, *split)
                prompt = placed([left])
                assert moved[:, 0].tolist() == prompt.positions[:, 0].tolist()
        priors = {spec: by_prior(given, query) for spec, query in PRIORS.items()}
        if min(seen.grid) >= 3:
            add("pool:cols=3,rows=2", [chosen(pool, seen, 6, given)])
        for spec, rule in (CUTS | {"pact:layer=1": by_clusters(given)} | priors).items():
            add(spec, [whole], (1, rule))
    evidence = {
        f"evidence/{at}/{name}": tensor
        for at, seen in enumerate(each)
        for name, tensor in (("last", seen.last), ("shallow", seen.shallow), ("keys", seen.keys.mean(1)))
    }
    counts = {"cells": [seen.cells for seen in each], "flops": sum(seen.flops for seen in each)}
    return counts | {"methods": methods}, tensors | evidence


def load(folder: Path, name: str):
    kind = Qwen2_5_VLForConditionalGeneration if name.startswith("qwen2_5") else Qwen2VLForConditionalGeneration
    model = kind.from_pretrained(folder / name, dtype=torch.float32, attn_implementation="eager").eval()
    steps = json.loads((folder / name / "preprocessor_config.json").read_text(encoding="utf-8"))
    del steps["image_processor_type"]
    return model, AutoTokenizer.from_pretrained(folder / name), Qwen2VLImageProcessor(**steps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--clones", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    official_rivals, official_qwen = rivals.Official(arguments.clones), OfficialQwen(arguments.clones)
    prior = prior_of(arguments.clones / "PriorTR")
    cases, tensors = {}, {}
    for name in MODELS:
        model, tokenizer, processor = load(arguments.goldens / "qwen", name)
        given = Qwen(model, tokenizer, official_rivals, official_qwen, prior)
        cases[name] = {}
        for pictures in [[picture] for picture in PICTURES] + [SEVERAL]:
            arrays = [picture_of(arguments.goldens / "images", picture) for picture in pictures]
            key = "+".join(pictures)
            cases[name][key], got = case(given, processor, arrays)
            tensors |= {f"{name}/{key}/{kind}": tensor.contiguous() for kind, tensor in got.items()}
            blunt = [spec for spec, found in cases[name][key]["methods"].items() if not found["sharp"]]
            print(name, key, cases[name][key]["cells"], "not sharp:", blunt)
    facts = {
        "command": "make_received_goldens.py",
        "revisions": official_rivals.revisions | official_qwen.revisions | {"PriorTR": revision(arguments.clones / "PriorTR")},
        "question": QUESTION, "cases": cases,
    }  # fmt: skip
    write(arguments.goldens, "received/received", facts, tensors)


def picture_of(images: Path, name: str):
    return rgb(images / name) if "." in name else made(*(int(side) for side in name.split("x")))


if __name__ == "__main__":
    main()
