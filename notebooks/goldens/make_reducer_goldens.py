"""Runs the official PruMerge and PruMerge+ functions on random tensors and writes what they give.

    python make_reducer_goldens.py GOLDENS --prumerge CLONE

The functions see a stand-in tower whose last layer's projections return the random keys and queries; see official.py
for how they are read from CLONE. Seeds are tried in order until every decision is further than 1e-6 from a tie and the
case shows what it is there for.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import torch

import official
from clones import revision, source
from make_goldens import SHARP
from reference import write

FIRST_SEED = 1000


@dataclass(frozen=True)
class Wanted:
    name: str
    patches: int
    width: int
    outliers: range  # counts accepted
    loses: bool = False  # int(N * (count / N)) has to be count - 1
    last_kept: bool | None = None  # whether patch N - 1, which the grid never samples, has to be an outlier
    ratios: tuple[float, ...] = (1 / 8,)


WANTED = [
    Wanted("n36-a", 36, 32, range(2, 5)),
    Wanted("n36-b", 36, 32, range(5, 8)),
    Wanted("n49-a", 49, 32, range(3, 4)),
    Wanted("n49-one", 49, 32, range(1, 2), loses=True),
    Wanted("n49-two", 49, 32, range(2, 3), loses=True),
    Wanted("n49-four", 49, 32, range(4, 5), loses=True),
    Wanted("n49-eight", 49, 32, range(8, 9), loses=True),
    Wanted("n100-a", 100, 32, range(4, 9), ratios=(1 / 8, 0.29)),  # 0.29 is what 29 outliers would give: 28 are kept
    Wanted("n100-b", 100, 32, range(9, 14)),
    Wanted("n144-a", 144, 16, range(5, 9)),
    Wanted("n144-b", 144, 16, range(9, 14)),
    Wanted("n196-a", 196, 16, range(6, 17), loses=True),
    Wanted("n196-b", 196, 16, range(6, 17)),
    Wanted("n576-a", 576, 16, range(16, 30)),
    Wanted("n576-b", 576, 16, range(33, 39)),
    Wanted("n36-zero", 36, 32, range(0, 1)),
    Wanted("n36-dense", 36, 32, range(7, 10), last_kept=False),  # stride 1: PruMerge+ keeps all but the last patch
    Wanted("n36-all", 36, 32, range(7, 10), last_kept=True),  # stride 1: nothing is left, the summary is zero
]


class Projection(torch.nn.Module):
    """Returns what it was made with."""

    def __init__(self, output: torch.Tensor):
        super().__init__()
        self.output = output

    def forward(self, _):
        return self.output


class Tower(torch.nn.Module):
    """As much of a CLIP tower as the official functions touch: one layer, hidden states -2 and -1."""

    dtype = torch.float32
    device = torch.device("cpu")

    def __init__(self, features: torch.Tensor, keys: torch.Tensor, queries: torch.Tensor):
        super().__init__()
        layer = torch.nn.Module()
        layer.self_attn = torch.nn.Module()
        layer.self_attn.k_proj, layer.self_attn.q_proj = Projection(keys), Projection(queries)
        self.vision_model = torch.nn.Module()
        self.vision_model.encoder = torch.nn.Module()
        self.vision_model.encoder.layers = torch.nn.ModuleList([layer])
        self.hidden = torch.cat([torch.zeros_like(features[:, :1]), features], dim=1)

    def forward(self, images, output_hidden_states):
        attention = self.vision_model.encoder.layers[0].self_attn
        attention.k_proj(images), attention.q_proj(images)
        return SimpleNamespace(hidden_states=(self.hidden, torch.zeros_like(self.hidden)))


def draw(seed: int, wanted: Wanted) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(features [1, N, C], keys [1, N + 1, C], queries [1, N + 1, C]); scores have a standard deviation near 0.9."""
    generator = torch.Generator().manual_seed(seed)
    shape = (1, wanted.patches, wanted.width)
    features = torch.randn(shape, generator=generator)
    keys = torch.randn((1, wanted.patches + 1, wanted.width), generator=generator) + 0.3
    queries = 0.9 * torch.randn((1, wanted.patches + 1, wanted.width), generator=generator)
    return features, keys, queries


def attempt(seed: int, wanted: Wanted, code: str) -> tuple[dict, dict[str, torch.Tensor]] | None:
    """The golden of one seed, or None where it shows something else or comes too near to a tie."""
    features, keys, queries = draw(seed, wanted)
    patches = wanted.patches
    attention = (queries[:, :1] @ keys.transpose(1, 2) * wanted.width**-0.5).softmax(-1)[0, 0, 1:]
    count, fence = official.outliers(attention)
    top = int(patches * (count / patches))
    if count not in wanted.outliers or (top != count) != wanted.loses or fence <= SHARP["fence"]:
        return None
    if wanted.last_kept is not None and (patches - 1 in attention.topk(max(top, 1)).indices) != wanted.last_kept:
        return None
    runner = official.Official(code, Tower(features, keys, queries), -2, patches)
    methods = {"prumerge": {}, "prumerge+": {}}
    for ratio in wanted.ratios:
        methods[f"prumerge:ratio={ratio}"] = {"if_adaptive": False, "reduction_ratio": ratio}
    methods["prumerge+:ratio=0.125"] = {"if_adaptive": False, "reduction_ratio": 1 / 8}
    facts, tensors = {}, {}
    for method, keys_given in methods.items():
        try:
            result = runner.reduce(torch.zeros(1), method.split(":")[0], **keys_given)
        except (ZeroDivisionError, RuntimeError, IndexError, TypeError) as error:
            facts[method] = {"error": f"{type(error).__name__}: {str(error).splitlines()[0]}"}
            continue
        assert torch.allclose(result.attention, attention, rtol=1e-5, atol=1e-9)
        scored = top if not keys_given else int(patches * keys_given["reduction_ratio"])
        gap = official.gaps(attention, keys[0, 1:], result.kept, scored)
        if any(value is not None and value <= SHARP[key] for key, value in gap.items()):
            return None
        duplicates = len(result.kept) - len(set(result.kept))
        if not duplicates:
            slow = official.merge(features[0], attention, keys[0, 1:], result.kept)
            assert torch.allclose(result.features.double(), slow, atol=1e-6, rtol=1e-5), (wanted.name, method)
        facts[method] = {"kept": result.kept, "duplicates": duplicates, "gaps": gap}
        tensors[f"{wanted.name}/{method}/features"] = result.features.contiguous()
    tensors |= {
        f"{wanted.name}/features": features[0],
        f"{wanted.name}/keys": keys[0],
        f"{wanted.name}/query": queries[0, 0].clone(),
        f"{wanted.name}/attention": attention.contiguous(),
    }
    head = {"name": wanted.name, "seed": seed, "patches": patches, "width": wanted.width, "outliers": count, "top": top}
    return head | {"fence_gap": fence, "methods": facts}, tensors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--prumerge", type=Path, required=True, help="clone of 42Shawn/LLaVA-PruMerge")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    code = source(arguments.prumerge, official.SOURCE)
    cases, tensors = [], {}
    for wanted in WANTED:
        seed = FIRST_SEED
        while (made := attempt(seed, wanted, code)) is None:
            seed += 1
        cases.append(made[0])
        tensors |= made[1]
        kept = {method: len(fact["kept"]) if "kept" in fact else fact["error"] for method, fact in made[0]["methods"].items()}
        print(wanted.name, "seed", seed, "outliers", made[0]["outliers"], "top", made[0]["top"], kept)
    head = {
        "command": "python make_reducer_goldens.py GOLDENS --prumerge CLONE",
        "official_revision": revision(arguments.prumerge),
        "dtype": "float32",
        "tolerance": {"kept": "exact", "features": "1e-5", "attention": "1e-6"},
    }
    write(arguments.goldens, "reduction/prumerge", head | {"cases": cases}, tensors)


if __name__ == "__main__":
    main()
