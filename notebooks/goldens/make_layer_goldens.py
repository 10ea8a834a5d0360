"""Runs the official rules of methods that drop visual tokens between decoder layers.

    python make_layer_goldens.py GOLDENS --pyramiddrop CLONE --dart CLONE --sparsevlm CLONE --pact CLONE

CLONE: Cooperx521/PyramidDrop, Chenfei-Liao/VTC-Bench (external/DART), Gumpest/SparseVLMs and orailix/PACT; see layers.py
for how they are read, and what around them differs. V2Drop's and FastV's rules, and the choice of tokens before PACT's clusters, stand inside their forward
passes; here they are written again, PACT's with the visual tokens alone as its paper has it.

layers.json: transformers' own layers, called one after the other, with the rows taken out or merged by hand; no cache:
every step computes the whole sequence again. rules.json, rules.safetensors: the rules on random tensors. All in fp32 on
the CPU.
"""

import argparse
import math
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import nn
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb, repeat_kv

from clones import locals_of, revision
from layers import Rules
from reference import Asked, asked, causal, greedy, run_layer, write

REPOSITORIES = ("pyramiddrop", "dart", "sparsevlm", "pact")
CHECKPOINTS = ("mha", "gqa")
INPUT = "wide.png@crop"
NEW_TOKENS = 5
LEAST_GAP = 2e-6  # of the scores' size: closer ones may be ranked otherwise by another correct program


@dataclass
class Cut:
    """What a border did: visual tokens that go on, whether positions close up, and rows that follow them."""

    kept: list[int]
    packed: bool
    merged: torch.Tensor | None = None
    sizes: torch.Tensor | None = None  # if given, the merged rows stand in the place of those kept, and count for so many


def gap(scores: torch.Tensor, count: int) -> None:
    """The last that goes on has to be clearly above the first that does not."""
    ranked = scores.double().sort(descending=True).values
    if 0 < count < len(ranked):
        distance = float((ranked[count - 1] - ranked[count]) / ranked.abs().max())
        assert distance > LEAST_GAP, f"too close to call: {distance}"


def raters_of(visual: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
    likeness = (visual @ text.T).softmax(-1).mean(0)
    gap(likeness, int((likeness > likeness.mean()).sum()))
    return torch.where(likeness > likeness.mean())[0]


@dataclass
class Sequence:
    """One prompt in front of a layer; slot: its first visual row."""

    model: object
    hidden: torch.Tensor
    positions: torch.Tensor
    slot: int
    visual: int
    prompt: int
    inputs: list[torch.Tensor] = field(default_factory=list)
    first: torch.Tensor | None = None
    bias: torch.Tensor | None = None  # of each row's key

    @property
    def decoder(self):
        return self.model.model.language_model

    def angles(self):
        return self.decoder.rotary_emb(self.hidden, self.positions[None])

    def rows(self, x):
        return x[:, self.slot : self.slot + self.visual]

    def heads(self, layer: int, x: torch.Tensor):
        """Rotated queries and keys of a layer, [1, heads, T, d] and [1, kv heads, T, d]."""
        attention = self.decoder.layers[layer].self_attn
        normed = self.decoder.layers[layer].input_layernorm(x)
        shape = (*x.shape[:2], -1, attention.head_dim)
        q = attention.q_proj(normed).view(shape).transpose(1, 2)
        k = attention.k_proj(normed).view(shape).transpose(1, 2)
        return apply_rotary_pos_emb(q, k, *self.angles())

    def attention(self, layer: int, x: torch.Tensor) -> torch.Tensor:
        """[1, heads, T, T]"""
        q, k = self.heads(layer, x)
        k = repeat_kv(k, q.shape[1] // k.shape[1])
        scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])
        return (scores + causal(scores.shape[-1])).softmax(-1)

    def last_row(self, layer: int, x: torch.Tensor) -> torch.Tensor:
        attention = self.attention(layer, x)[0].mean(0)
        return attention[self.prompt - 1, self.slot : self.slot + self.visual]


def top(scores: torch.Tensor, count: int) -> list[int]:
    gap(scores, count)
    return sorted(scores.topk(count).indices.tolist())


def fastv(at: Sequence, layer: int, tokens: int, packed: bool = False) -> Cut:
    return Cut(top(at.last_row(layer - 1, at.inputs[layer - 1]), tokens), packed)


def fastv_rows(at: Sequence, layer: int, tokens: int) -> Cut:
    received = at.attention(layer - 1, at.inputs[layer - 1])[0].mean(0)[: at.prompt].mean(0)
    return Cut(top(received[at.slot : at.slot + at.visual], tokens), False)


def pact(at: Sequence, layer: int, rules: Rules, ratio: float = 0.55, cutoff: float = 0.21) -> Cut:
    attention = at.decoder.layers[layer].self_attn
    states = at.rows(at.hidden)
    normed = at.decoder.layers[layer].input_layernorm(states)
    shape = (1, at.visual, -1, attention.head_dim)
    q = attention.q_proj(normed).view(shape).transpose(1, 2)
    k = attention.k_proj(normed).view(shape).transpose(1, 2)
    k = repeat_kv(k, q.shape[1] // k.shape[1])
    scores = q.mean(2, keepdim=True) / math.sqrt(attention.head_dim) @ k.transpose(2, 3)
    scores = scores.softmax(-1).mean(1)[0, 0] * states[0].norm(p=2, dim=-1)
    chosen = top(scores, int(at.visual * ratio))
    keys = at.heads(layer, at.hidden)[1].transpose(1, 2).flatten(2)
    centres, merged, sizes = rules.clusters(states[0], at.rows(keys)[0], chosen, cutoff)
    return Cut(centres, False, merged, sizes)


def pyramiddrop(at: Sequence, layer: int, rules: Rules, stage: int, ratios: list[float], tokens: int) -> Cut:
    scores = at.last_row(layer, at.hidden)
    count = int(tokens * ratios[stage + 1])
    if at.decoder.config.num_key_value_heads != at.decoder.config.num_attention_heads:
        return Cut(top(scores, count), True)  # their code knows no groups of heads
    gap(scores, count)

    def rotary(x, seq_len):
        cos, sin = at.decoder.rotary_emb(x, torch.arange(seq_len)[None])
        return cos[0], sin[0]

    attention = at.decoder.layers[layer].self_attn
    heads = SimpleNamespace(
        q_proj=attention.q_proj,
        k_proj=attention.k_proj,
        v_proj=attention.v_proj,
        head_dim=attention.head_dim,
        num_heads=at.decoder.config.num_attention_heads,
        num_key_value_heads=at.decoder.config.num_key_value_heads,
        rotary_emb=rotary,
    )
    holder = SimpleNamespace(
        config=SimpleNamespace(tokenizer_model_max_length=1 << 20),
        training=False,
        image_token_ratio_list=ratios,
        image_tokens=[tokens],
        image_token_posi=[at.slot],
        prompt_len=[at.prompt - at.visual],
        layers={layer: SimpleNamespace(self_attn=heads, input_layernorm=at.decoder.layers[layer].input_layernorm)},
    )
    _, local = locals_of(rules.drop, holder, stage, layer, at.hidden, at.positions[None], None, None)
    return Cut((local["top_rank_index"] - at.slot).tolist(), True)


def dart(at: Sequence, layer: int, rules: Rules, tokens: int) -> Cut:
    states = at.decoder.norm(at.hidden)
    _, keys = at.heads(layer - 1, at.inputs[layer - 1])
    return Cut(rules.dart_kept(states, keys, at.slot, at.visual, tokens), False)


def v2drop(at: Sequence, layer: int, ratio: float) -> Cut:
    change = (at.rows(at.hidden) - at.rows(at.inputs[layer - 1]))[0].norm(p=2, dim=-1)
    return Cut(top(change, max(1, int(at.visual * ratio))), False)


def recycled(rules: Rules, relation: torch.Tensor, kept: list[int], states: torch.Tensor) -> torch.Tensor:
    dropped = torch.tensor([token for token in range(len(relation)) if token not in set(kept)])
    best = int(len(dropped) * 0.3) + 1
    gap(relation[dropped], best)
    chosen = dropped[relation[dropped].topk(best).indices]
    return rules.merged(states[chosen], int(best / 10) + 1)


def sparsevlm(at: Sequence, layer: int, rules: Rules, budget: int, version: int) -> Cut:
    text = at.first[0, at.slot + at.first_visual : at.first_visual + at.prompt - at.visual]
    raters = raters_of(at.first[0, at.slot : at.slot + at.first_visual], text)
    attention = at.attention(layer - 1, at.inputs[layer - 1])
    if version == 2:
        one = torch.ones_like(at.heads(layer - 1, at.inputs[layer - 1])[0])
        q, k = apply_rotary_pos_emb(one, one, *at.angles())
        attention = attention / (q @ k.transpose(2, 3) / math.sqrt(q.shape[-1]))
    assert attention.shape[1] < 14, "here all heads are among the 14 that their code chooses"
    attention = attention[:, :, : at.prompt]
    kept, relation = rules.topk(attention, at.slot, at.visual, raters, budget)
    gap(relation, len(kept))
    if version == 2:
        return Cut(kept, False)
    return Cut(kept, True, recycled(rules, relation, kept, at.rows(at.hidden)[0]))


def methods(rules: Rules, tokens: int) -> dict[str, list]:
    """Specs and, for each border, its layer and what it does."""
    part = tokens // 3
    return {
        "fastv:layer=1": [(1, lambda at: fastv(at, 1, round(at.visual * 0.5)))],
        "fastv:layer=2,positions=packed,tokens=37": [(2, lambda at: fastv(at, 2, 37, True))],
        "fastv:layer=2,tokens=37,variant=rows": [(2, lambda at: fastv_rows(at, 2, 37))],
        "pact:layer=1": [(1, lambda at: pact(at, 1, rules))],
        "pact:cutoff=0.1,layer=2,ratio=0.4": [(2, lambda at: pact(at, 2, rules, 0.4, 0.1))],
        "pyramiddrop:layers=1/2": [
            (1, lambda at: pyramiddrop(at, 1, rules, 0, [1, 0.5, 0.25], tokens)),
            (2, lambda at: pyramiddrop(at, 2, rules, 1, [1, 0.5, 0.25], tokens)),
        ],
        "pyramiddrop:layers=2,ratio=0.3": [(2, lambda at: pyramiddrop(at, 2, rules, 0, [1, 0.3], tokens))],
        "dart:tokens=40": [(2, lambda at: dart(at, 2, rules, 40))],
        "dart:layer=1,tokens=67": [(1, lambda at: dart(at, 1, rules, 67))],
        "v2drop:layers=1/2,ratios=0.5/0.25": [(1, lambda at: v2drop(at, 1, 0.5)), (2, lambda at: v2drop(at, 2, 0.25))],
        "v2drop:layers=2,ratios=0": [(2, lambda at: v2drop(at, 2, 0))],
        f"sparsevlm:budgets={part}/30,layers=0/1": [
            (1, lambda at: sparsevlm(at, 1, rules, part, 1)),
            (2, lambda at: sparsevlm(at, 2, rules, 30, 1)),
        ],
        f"sparsevlm:budgets={part}/30,layers=0/1,version=2": [
            (1, lambda at: sparsevlm(at, 1, rules, part, 2)),
            (2, lambda at: sparsevlm(at, 2, rules, 30, 2)),
        ],
    }


@torch.no_grad()
def last_logits(
    case: Asked, embeddings: torch.Tensor, borders, cuts: dict[int, Cut], positions: torch.Tensor | None = None
) -> torch.Tensor:
    """`cuts` remembers what the prompt alone decided; positions: of all rows, if they are not their places."""
    prompt = case.embeddings.shape[1]
    positions = torch.arange(embeddings.shape[1]) if positions is None else positions
    at = Sequence(case.model, embeddings, positions, case.slot, case.visual, prompt)
    at.first, at.first_visual = embeddings, case.visual
    for number, layer in enumerate(at.decoder.layers):
        for border, rule in borders:
            if border == number:
                if border not in cuts:
                    cuts[border] = rule(at)
                follow(at, cuts[border])
        at.inputs.append(at.hidden)
        at.hidden = run_layer(at.decoder, layer, at.hidden, at.positions, at.bias)
    return case.model.lm_head(at.decoder.norm(at.hidden[:, -1]))[0]


def follow(at: Sequence, cut: Cut) -> None:
    rows = torch.tensor(cut.kept, dtype=torch.long) + at.slot
    before, behind = torch.arange(at.slot), torch.arange(at.slot + at.visual, at.hidden.shape[1])
    replaced = cut.sizes is not None
    merged = at.hidden[:, :0] if cut.merged is None or replaced else cut.merged[None]
    kept = cut.merged[None] if replaced else at.hidden[:, rows]
    going = torch.cat([before, rows, behind])
    hidden = torch.cat([at.hidden[:, before], kept, merged, at.hidden[:, behind]], 1)
    if replaced:
        at.bias = torch.zeros(hidden.shape[1])
        at.bias[at.slot : at.slot + len(rows)] = cut.sizes.log()
    at.positions = torch.arange(hidden.shape[1]) if cut.packed else at.positions[going]
    at.hidden = hidden
    count = len(cut.kept) + merged.shape[1]
    at.prompt -= at.visual - count
    at.visual = count
    at.inputs = [None] * len(at.inputs)


def case_of(case: Asked, borders) -> dict:
    cuts: dict[int, Cut] = {}
    said = greedy(case, NEW_TOKENS, lambda embeddings: last_logits(case, embeddings, borders, cuts))
    return {"kept": [cuts[border].kept for border, _ in borders]} | said


def cases_of(goldens: Path, checkpoint: str, rules: Rules) -> list[dict]:
    case = asked(goldens, checkpoint, INPUT)
    return [
        {"checkpoint": checkpoint, "method": method, "input": INPUT, "ids": case.ids} | case_of(case, borders)
        for method, borders in methods(rules, case.visual).items()
    ]


def rule_cases(rules: Rules) -> tuple[list[dict], dict[str, torch.Tensor]]:
    """The rules on random tensors; one system row before the visual tokens."""
    cases, tensors = [], {}

    def case(name: str, spec: dict, kept: list[int], **given) -> None:
        cases.append({"name": name, **spec, "kept": kept})
        tensors.update({f"{name}/{key}": value.contiguous() for key, value in given.items()})

    for seed, (visual, text, tokens) in enumerate([(100, 9, 40), (37, 4, 15)]):
        draw = torch.Generator().manual_seed(100 + seed)
        keys = torch.randn(1, 2, 1 + visual + text, 8, generator=draw)
        states = torch.randn(1, 1 + visual + text, 24, generator=draw)
        flat = keys[0].transpose(0, 1).reshape(-1, 16)
        case(
            f"dart-{visual}",
            {"method": "dart", "visual": visual, "tokens": tokens},
            rules.dart_kept(states, keys, 1, visual, tokens),
            keys=flat[1 : 1 + visual],
            text_keys=flat[1 + visual :],
            states=states[0, 1 : 1 + visual],
            text_states=states[0, 1 + visual :],
        )
    for seed, (visual, cutoff) in enumerate([(60, 0.21), (33, 0.05), (7, 0.6)]):
        draw = torch.Generator().manual_seed(300 + seed)
        heaps = torch.randn(6, 16, generator=draw)
        keys = heaps[torch.randint(6, (visual,), generator=draw)] + 0.5 * torch.randn(visual, 16, generator=draw)
        states = torch.randn(visual, 24, generator=draw)
        chosen = sorted(torch.randperm(visual, generator=draw)[: int(visual * 0.55)].tolist())
        centres, merged, sizes = rules.clusters(states, keys, chosen, cutoff)
        unit = nn.functional.normalize(keys, p=2.0)
        case(
            f"pact-{visual}",
            {"method": "pact", "visual": visual, "chosen": chosen, "cutoff": cutoff, "sizes": sizes.int().tolist()},
            centres,
            cosines=unit @ unit.T,
            states=states,
            merged=merged,
        )
    for seed, (visual, text, heads, budget) in enumerate([(120, 9, 4, 40), (90, 7, 20, 30), (2, 3, 2, 5)]):
        draw = torch.Generator().manual_seed(200 + seed)
        length = 1 + visual + text
        attention = torch.rand(1, heads, length, length, generator=draw) - (0.2 if heads > 14 else 0)
        relevance = torch.rand(text, generator=draw)
        raters = torch.where(relevance > relevance.mean())[0]
        states = torch.randn(visual, 24, generator=draw)
        second = heads > 14
        used = attention
        if second:
            used = rules.score["select_attn_head_by_sum"](attention, raters + 1 + visual, 1, 1 + visual)
        kept, relation = rules.topk(used, 1, visual, raters, budget)
        gap(relation, len(kept))
        columns = attention[0, :, 1 + visual :, 1 : 1 + visual]
        given = {"relevance": relevance, "attention": columns if second else columns.mean(0)}
        if not second:
            given |= {"states": states, "merged": recycled(rules, relation, kept, states)}
        version = 2 if second else 1
        case(
            f"sparsevlm-{visual}",
            {"method": f"sparsevlm{version}", "visual": visual, "budget": budget},
            kept,
            **given,
        )
    return cases, tensors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    for name in REPOSITORIES:
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    rules = Rules(**{name: getattr(arguments, name) for name in REPOSITORIES})
    facts = {
        "command": "python make_layer_goldens.py GOLDENS --pyramiddrop CLONE --dart CLONE --sparsevlm CLONE --pact CLONE",
        "revisions": {name: revision(getattr(arguments, name)) for name in REPOSITORIES},
        "dtype": "float32",
    }
    decoded = {
        "tolerance": "kept exact; first 64 logits 1e-4 * (1 + |x|); ids while the margins are at least 1e-3",
        "cases": [case for checkpoint in CHECKPOINTS for case in cases_of(arguments.goldens, checkpoint, rules)],
    }
    write(arguments.goldens, "cuts/layers", facts | decoded)
    cases, tensors = rule_cases(rules)
    write(arguments.goldens, "cuts/rules", facts | {"tolerance": "kept exact; merged 1e-5", "cases": cases}, tensors)


if __name__ == "__main__":
    main()
