"""Writes what methods leave of tiles and whole images on small InternVL models, and what is answered then.

    python make_intern_method_goldens.py GOLDENS --clones FOLDER

Reads GOLDENS/intern/ (make_intern_goldens.py) and GOLDENS/images/, writes GOLDENS/intern-methods/. FOLDER has one clone per name
in rivals.FILES, in qwen_methods.CLONES and in BESIDE. The tower is transformers 4.57.1's, the attention its eager layers'; the
decoder's layers are called one by one as in make_layer_goldens.py and make_earlier_goldens.py, the rows taken out or summed by
hand, fp32 on the CPU. Tiles come first, the whole image last, each of them a grid of its own. `sharp` as in
make_received_goldens.py; what the authors' code refuses, or what is too close to call inside the decoder, is left out.
"""

import argparse
import hashlib
import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Callable

import torch
import transformers
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoTokenizer

import choices
import make_layer_goldens as inside
import official
import rivals
from choices import Given, Left, best, chosen, everything, prompt_of, ranked, taken
from clones import functions, revision, source
from make_earlier_goldens import Method, Rules as EarlierRules, said
from make_family_goldens import QUESTION, hired_of
from make_intern_goldens import EOS, IMAGE, MODELS, PICTURE, PROMPT, load, seen, views_of
from make_qwen_goldens import made
from make_received_goldens import STEPS, picture_of
from qwen_methods import VSCAN_UTILS, OfficialQwen, Seen, share
from reference import TOWER_NOISE, Asked, draws, greedy, write

BESIDE = ("PyramidDrop", "VTC-Bench", "SparseVLMs", "PriorTR", "CLSE")
PICTURES = {"small": ["23x21", "97x61", "23x21+wide.png"], "large": ["30x30", "97x61"]}
SHARES = ["75", "33.3"]
VSCAN_SHARES = ["50", "33.3"]  # half as many more go into the decoder
LOGITS = 64  # the first
ALPHA = 0.5  # HiRED's
DRAW, MASK = 0x9E3779B97F4A7C15, (1 << 64) - 1


@dataclass
class Looks:
    """One view as methods see it: the attention of each kind as `last`, its shallower layers too."""

    received: Seen
    of_class: Seen
    full: Seen  # PruMerge's, with its keys
    alone: Seen  # PruMerge's by its paper
    first: torch.Tensor  # [N], the class token's in the first layer


def looks(model, pixels: torch.Tensor) -> list[Looks]:
    vision, found = model.config.vision_config, seen(model.model.vision_tower, pixels)
    features = cells_of(model, pixels)
    projected = model.get_image_features(pixels)
    assert torch.allclose(model.model.multi_modal_projector(features), projected, atol=1e-6)
    shallow, early = (max(0, math.floor(layer * vision.num_hidden_layers / 24 + 0.5) - 1) for layer in (9, 6))
    side = math.isqrt(features.shape[1])
    rows = torch.zeros(vision.num_attention_heads, 4 * side**2 + 1, vision.hidden_size // vision.num_attention_heads)
    with FlopCounterMode(display=False) as counted:
        rows @ rows.mT
    views = []
    for view in range(len(pixels)):
        def of(last, early_too, keys, view=view) -> Seen:
            return Seen(
                grid=(side, side), last=last[view], shallow=found["received"][shallow, view], early=early_too[early, view],
                keys=keys, features=features[view].unflatten(-1, (4, -1)), projected=projected[view], flops=counted.get_total_flops(),
            )  # fmt: skip

        wide = found["keys"][view]
        heads = wide.unflatten(-1, (vision.num_attention_heads, -1))
        received, of_class = found["received"], found["class"]
        views.append(
            Looks(
                of(received[-1], received, heads), of(of_class[-1], of_class, heads), of(found["full"], of_class, wide[:, None]),
                of(found["alone"], of_class, heads), of_class[0, view],
            )  # fmt: skip
        )
    return views


def cells_of(model, pixels: torch.Tensor) -> torch.Tensor:
    """[views, cells, 4 C], as the connector gets them."""
    hidden = model.model.vision_tower(pixels).last_hidden_state[:, 1:]
    side = math.isqrt(hidden.shape[1])
    return model.model.pixel_shuffle(hidden.unflatten(1, (side, side)), scale_factor=0.5).flatten(1, 2)


class Intern(Given):
    """`model` stands in for a Qwen2.5-VL with this model's embeddings, for the codes that know no other."""

    def __init__(self, model, tokenizer, clones: Path):
        stand_in = SimpleNamespace(
            config=SimpleNamespace(image_token_id=IMAGE, video_token_id=-1, use_return_dict=True, vocab_size=1),
            get_input_embeddings=model.get_input_embeddings,
            model=SimpleNamespace(get_rope_index=lambda ids, *_: (torch.arange(ids.shape[1]).expand(3, 1, -1), None)),
        )  # fmt: skip
        super().__init__(stand_in, tokenizer, rivals.Official(clones), OfficialQwen(clones))
        self.own = model
        self.hired, self.hired_unevenly = hired_of(clones / "HiRED"), hired_of(clones / "HiRED", of_runs)
        scan = source(clones / "SelfEvolvingAgent", VSCAN_UTILS[0])
        self.joined = functions(scan, ["token_merging"], {"torch": torch, "F": torch.nn.functional})
        self.inside = inside.Rules(
            clones / "PyramidDrop", clones / "VTC-Bench", clones / "SparseVLMs", clones / "PACT"
        )
        self.earlier = EarlierRules(clones / "PriorTR", clones / "CLSE", "InternVL/internvl_vtr")
        self.revisions = self.rivals.revisions | self.qwen.revisions | {name: revision(clones / name) for name in BESIDE}

    def connected(self, features):
        return self.own.model.multi_modal_projector(features.flatten(1))

    def ids_of(self, seen):
        return torch.tensor([expanded(self.tokenizer, [seen.cells])])


def expanded(tokenizer, counts: list[int]) -> list[int]:
    ids = tokenizer(PROMPT.format((PICTURE + "\n") * len(counts), QUESTION))["input_ids"]
    each = iter(counts)
    return [token for one in ids for token in ([one] * next(each) if one == IMAGE else [one])]


# --- before the decoder, of one view -----------------------------------------------------------------


def of_llava(name: str, **keys) -> Callable:
    """The authors' code for LLaVA, which sees features as means over a cell's patches."""
    return lambda seen, tokens, given: taken(seen, given.rivals.run(name, choices.behind_class(seen), tokens, **keys).kept)


def holov(seen: Seen, tokens: int, given, **keys) -> Left:
    attention = choices.behind_class(seen)
    rows = torch.cat([seen.projected[:1], seen.projected])
    one = rivals.Seen(rows, attention.deep, attention.shallow, rows, torch.nn.Identity())
    found = given.rivals.run("holov", one, tokens, **keys)
    return Left([max(0, cell) for cell in found.kept], found.rows, [at for at, cell in enumerate(found.kept) if cell < 0])


def mmtok(seen: Seen, tokens: int, given) -> Left:
    official_code = given.qwen.questions
    _, words = official_code.words(official_code.keywords(QUESTION), given.tokenizer, given.own.get_input_embeddings())
    words = words.to(seen.projected.dtype)
    return taken(seen, sorted(official_code.mmtok(words, seen.projected, seen.features.mean(1), tokens)))


def visionzip_parts(seen: Seen, tokens: int, given) -> Left:
    return choices.visionzip_split(seen, 2, 2, given)


def vscan_of_class(seen: Seen, before: int, given) -> Left:
    """No window of such grids gives any: half of the tokens, rounded up."""
    return joined(seen, best(seen.last, before - before // 2), given)


def vscan_received(seen: Seen, before: int, given) -> Left:
    if min(seen.grid) >= 4:
        kept, rows, _ = given.qwen.vscan(given.model, given.ids_of(seen), given.grid_of(seen), seen, before)
        return Left(kept, rows)
    local = best(seen.early, before // 2)  # their code knows no smaller window
    rest = seen.last.clone()
    rest[local] = -1
    return joined(seen, sorted(local + best(rest, before - before // 2)), given)


def joined(seen: Seen, kept: list[int], given) -> Left:
    return Left(kept, given.joined["token_merging"](seen.projected, torch.tensor(kept)).float())


def by_paper(seen: Seen, tokens: int, given) -> Left:
    """PruMerge by its text: each kept cell becomes the sum of the pruned ones with the largest products of keys."""
    outliers, _ = official.outliers(seen.last.float())
    count = max(1, int(seen.cells * (outliers / seen.cells)))
    kept = seen.last.sort(descending=True, stable=True).indices[:count].tolist()
    pruned = torch.tensor([cell for cell in range(seen.cells) if cell not in kept])
    keys, features = seen.keys.flatten(1), seen.features.flatten(1)
    rows = []
    for cell in kept:
        near = pruned[(keys[pruned] @ keys[cell]).sort(descending=True).indices[:32]]
        rows.append((seen.last[near, None] * features[near]).sum(0))
    return Left(kept, given.connected(torch.stack(rows).float()))


def uniform(seen: Seen, tokens: int, given) -> Left:
    return taken(seen, [(2 * at + 1) * seen.cells // (2 * tokens) for at in range(tokens)])


def spatial(seen: Seen, tokens: int, given) -> Left:
    """The middles of 2 x 3 parts."""
    rows, columns = seen.grid
    return taken(seen, [(2 * y + 1) * rows // 4 * columns + (2 * x + 1) * columns // 6 for y in range(2) for x in range(3)])


def drawn(start: int, cells: int, tokens: int) -> list[int]:
    """By SplitMix64."""

    def output(index: int) -> int:
        z = (start + (index + 1) * DRAW) & MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    return sorted(sorted(range(cells), key=output)[:tokens])


def start_of(picture: str) -> int:
    return int.from_bytes(hashlib.sha256(picture.encode()).digest()[:8], "big")


# By spec, with the share in place of {}: which attention it looks at, and the choice.
BEFORE: dict[str, tuple[str, Callable]] = {
    "fastervlm:tokens={}%": ("of_class", choices.fastervlm),
    "fastervlm:positions=kept,tokens={}%": ("of_class", choices.fastervlm),
    "fastervlm:attention=received,tokens={}%": ("received", choices.fastervlm),
    "vispruner:tokens={}%": ("of_class", choices.vispruner),
    "vispruner:attention=received,tokens={}%": ("received", choices.vispruner),
    "visionzip:attention=received,tokens={}%": ("received", choices.visionzip),
    "scope:tokens={}%": ("of_class", of_llava("scope")),
    "holov:tokens={}%": ("of_class", holov),
    "holov:runs=3,tokens={}%": ("of_class", partial(holov, runs=3)),
    "hiprune:tokens={}%": ("received", of_llava("hiprune")),
    "hiprune:alpha=1,tokens={}%": ("received", of_llava("hiprune", alpha=1.0)),
    "divprune:tokens={}%": ("of_class", choices.divprune),
    "divprune:positions=kept,tokens={}%": ("of_class", choices.divprune),
    "mmtok:tokens={}%": ("of_class", mmtok),
    "mmtok:temperature=0.01,tokens={}%,words=all": ("of_class", choices.mmtok),
    "uniform:tokens={}%": ("of_class", uniform),
    "first:tokens={}%": ("of_class", lambda seen, tokens, given: taken(seen, list(range(tokens)))),
}  # fmt: skip
ADAPTIVE = {
    "none": ("of_class", everything),
    "prumerge": ("full", choices.prumerge),
    "prumerge:positions=kept": ("full", choices.prumerge),
    "prumerge+": ("full", choices.prumerge_plus),
    "prumerge:attention=received": ("received", choices.prumerge),
    "prumerge+:attention=received": ("received", choices.prumerge_plus),
    "prumerge:variant=paper": ("alone", by_paper),
    "visionzip:attention=received,contextual=2,dominant=2": ("received", visionzip_parts),
    "pool:cols=3,rows=2": ("of_class", choices.pool),
    "pool:cols=3,positions=kept,rows=2": ("of_class", choices.pool),
    "spatial:cols=3,rows=2": ("of_class", spatial),
}
VSCAN = {
    "vscan:attention=received,layer=1,tokens={}%": ("received", vscan_received, False),
    "vscan:layer=1,tokens={}%": ("of_class", vscan_of_class, True),
}


# --- inside the decoder ------------------------------------------------------------------------------


def rank_cut(count: int, packed: bool) -> Callable:
    """VScan's and PyramidDrop's rule, in the layer of the cut."""
    return lambda at: inside.Cut(inside.top(at.last_row(1, at.hidden), count), packed)


def cuts(given: Intern, total: int, picture: str) -> dict[str, list]:
    """Specs and, for each border, its layer and what it does."""
    rules, some, half = given.inside, max(2, total // 3), total // 2
    found = {
        "fastv:layer=1": [(1, lambda at: inside.fastv(at, 1, max(1, round(total * 0.5))))],
        f"fastv:layer=1,positions=packed,tokens={some}": [(1, lambda at: inside.fastv(at, 1, some, True))],
        f"fastv:layer=1,tokens={some},variant=rows": [(1, lambda at: inside.fastv_rows(at, 1, some))],
        "pyramiddrop:layers=1": [(1, lambda at: inside.pyramiddrop(at, 1, rules, 0, [1, 0.5], total))],
        "pyramiddrop:layers=1,positions=kept": [(1, rank_cut(half, False))],
        "v2drop:layers=1,ratios=0.5": [(1, lambda at: inside.v2drop(at, 1, 0.5))],
        "vtw:layer=1": [(1, lambda at: inside.Cut([], False))],
        "deeprandom:layer=1": [(1, lambda at: inside.Cut(drawn(start_of(picture), total, max(1, round(total / 2))), False))],
        f"sparsevlm:budgets={some},layers=0": [(1, lambda at: inside.sparsevlm(at, 1, rules, some, 1))],
        f"sparsevlm:budgets={some},layers=0,version=2": [(1, lambda at: inside.sparsevlm(at, 1, rules, some, 2))],
        "pact:layer=1": [(1, lambda at: inside.pact(at, 1, rules))],
        "pact:cutoff=0.1,layer=1,ratio=0.4": [(1, lambda at: inside.pact(at, 1, rules, 0.4, 0.1))],
    }  # fmt: skip
    if total > 24:  # their code takes as many from each of eight pivots
        found["dart:layer=1,tokens=20"] = [(1, lambda at: inside.dart(at, 1, rules, 20))]
    if len(given.own.model.language_model.layers) > 2:
        found["pyramiddrop:layers=1/2"] = [
            (1, lambda at: inside.pyramiddrop(at, 1, rules, 0, [1, 0.5, 0.25], total)),
            (2, lambda at: inside.pyramiddrop(at, 2, rules, 1, [1, 0.5, 0.25], total)),
        ]
        found["v2drop:layers=1/2,ratios=0.5/0.25"] = [
            (1, lambda at: inside.v2drop(at, 1, 0.5)), (2, lambda at: inside.v2drop(at, 2, 0.25)),
        ]  # fmt: skip
    return found


def earlier(given: Intern, total: int, views: int) -> list[Method]:
    few = max(2, total // 3)
    found = [
        Method(f"priortr:layer=1,tokens={few}", [1], [few], "question"),
        Method(f"priortr:layer=1,query=last,tokens={few}", [1], [few], "last"),
    ]
    if views == 1:  # it filters the grid of one view
        found.append(Method("clse:layers=1,tokens=3", [1], [int(3 * 1.72)]))
    return found


# --- cases -------------------------------------------------------------------------------------------


def ended(answer: dict) -> dict:
    """Up to the token that ends it."""
    steps = answer["greedy"].index(EOS) + 1 if EOS in answer["greedy"][:STEPS] else STEPS
    return {"greedy": answer["greedy"][:steps], "margins": [round(margin, 5) for margin in answer["margins"][:steps]]}


def together(parts: list[tuple[Left, bool]], cells: int) -> tuple[Left, bool]:
    """All views of a picture as one."""
    places, sums, rows = [], [], [left.rows for left, _ in parts]
    for view, (left, _) in enumerate(parts):
        sums += [len(places) + at for at in left.sums]
        places += [view * cells + place for place in left.places]
    return Left(places, torch.cat(rows), sums), all(sharp for _, sharp in parts)


def of_runs(attended: torch.Tensor, views: int, tokens: int, most: int, size) -> torch.Tensor:
    """HiRED's tokens of each tile where the tiles do not divide the cells, which their code refuses."""
    tiles = views - 1
    run = torch.arange(len(attended)) * tiles // len(attended)
    counts = torch.zeros(tiles).index_add(0, run, attended.float())
    return torch.clamp((counts / counts.sum() * tokens).int(), max=most)


def hired(given: Intern, views: list[Looks], tokens: int) -> tuple[Left, bool]:
    """The authors' code for LLaVA of a view alone; theirs for LLaVA-NeXT of several, which has the whole image first."""
    if len(views) == 1:
        return chosen(of_llava("hired"), views[0].of_class, tokens, given)
    order = [len(views) - 1, *range(len(views) - 1)]
    first, last = torch.stack([views[at].first for at in order]), torch.stack([views[at].of_class.last for at in order])
    cells = last.shape[1]

    def kept(first, last) -> list[list[int]]:
        wide = [torch.zeros(len(order), 1, cells + 1, cells + 1, dtype=x.dtype) for x in (first, last)]
        wide[0][:, 0, 0, 1:], wide[1][:, 0, 0, 1:] = first, last
        choose = given.hired_unevenly if cells % (len(order) - 1) else given.hired
        return choose(*wide, 1, len(order) - 1, (tokens + 0.5) / last.numel(), ALPHA)

    found = kept(first, last)
    sharp = all(kept(*drawn) == found for drawn in draws([first, last], TOWER_NOISE))
    parts = [taken(views[at].of_class, cells) for at, cells in zip(order, found, strict=True)]
    return together([(part, sharp) for part in parts[1:] + parts[:1]], cells)


@torch.no_grad()
def case(given: Intern, processor, names: list[str], images: Path) -> tuple[dict, dict]:
    pictures = [looks(given.own, views_of(processor, picture_of(images, name))) for name in names]
    views = [view for picture in pictures for view in picture]
    cells, total = views[0].received.cells, sum(view.received.cells for view in views)
    ids = expanded(given.tokenizer, [cells * len(picture) for picture in pictures])
    positions = torch.arange(len(ids)).expand(3, 1, -1)
    methods, tensors = {}, {}

    def asked(parts: list[tuple[Left, bool]], kept: bool) -> tuple[Asked, torch.Tensor]:
        prompt = prompt_of(given.own, IMAGE, ids, positions, 0, [left for left, _ in parts])
        at = prompt.positions[0, 0] if kept else torch.arange(prompt.rows.shape[1])
        return Asked(given.own, ids, prompt.rows, int(prompt.visual.nonzero()[0]), int(prompt.visual.sum())), at

    def add(spec: str, parts: list[tuple[Left, bool]], borders=()) -> None:
        one, at = asked(parts, "positions=kept" in spec and not borders)
        done: dict[int, inside.Cut] = {}

        def logits(embeddings):
            new = torch.arange(embeddings.shape[1] - len(at)) + at[-1] + 1
            return inside.last_logits(one, embeddings, borders, done, torch.cat([at, new]))

        answer = greedy(one, STEPS, logits)
        made = [done[border] for border, _ in borders]
        write_case(spec, parts, answer, [cut.kept for cut in made])
        if merged := [len(cut.merged) for cut in made if cut.merged is not None and cut.sizes is None]:
            methods[spec]["merged"] = merged

    def write_case(spec: str, parts, answer: dict, cut: list[list[int]]) -> None:
        tensors[spec] = torch.tensor(answer["logits"][:LOGITS])
        methods[spec] = {
            "kept": [left.places for left, _ in parts], "sums": [left.sums for left, _ in parts],
            "sharp": all(sharp for _, sharp in parts), **ended(answer),
        } | ({"inside": cut} if cut else {})  # fmt: skip

    def each(kind: str, method: Callable, tokens: int) -> list[tuple[Left, bool]]:
        return [together([chosen(method, getattr(view, kind), tokens, given) for view in picture], cells) for picture in pictures]

    for percent in SHARES:
        tokens = share(percent, total)
        part = max(1, tokens // len(views))
        for spec, (kind, method) in BEFORE.items():
            try:
                add(spec.format(percent), each(kind, method, part))
            except (IndexError, RuntimeError) as e:  # VisPruner's on lists of odd length, HiPrune's with too many anchors
                print("their code fails:", names, spec.format(percent), e)
        own = [tokens * len(picture) // len(views) for picture in pictures]
        found = [hired(given, picture, count) for picture, count in zip(pictures, own, strict=True)]
        add(f"hired:tokens={percent}%", found)
        starts = [start_of(name) for name in names]
        add(
            f"random:tokens={percent}%",
            [
                together([(taken(view.received, drawn(start, cells, part)), True) for view in picture], cells)
                for picture, start in zip(pictures, starts, strict=True)
            ],
        )  # fmt: skip
    for spec, (kind, method) in ADAPTIVE.items():
        add(spec, each(kind, method, 0))
    if len(pictures) == 1:
        for percent in VSCAN_SHARES:
            tokens = share(percent, total)
            for spec, (kind, method, packed) in VSCAN.items():
                left = each(kind, method, (tokens + tokens // 2) // len(views))
                after = min(tokens - tokens // 2, len(left[0][0].places))
                add(spec.format(percent), left, [(1, rank_cut(after, packed))])
        whole = each("received", everything, 0)
        for spec, borders in cuts(given, total, names[0]).items():
            try:
                add(spec, whole, borders)
            except AssertionError as e:
                print("left out:", names, spec, e)
        for method in earlier(given, total, len(views)):
            try:
                answer = said(asked(whole, False)[0], method, given.earlier)
                write_case(method.name, whole, answer | {"logits": answer["logits"][0]}, answer["kept"])
            except AssertionError as e:
                print("left out:", names, method.name, e)
    start = 0
    for picture in pictures:  # numbered with the whole image first
        for at, view in enumerate(picture):
            name = f"evidence/{start + (at + 1) % len(picture)}"
            one = view.received
            tensors |= {f"{name}/last": one.last, f"{name}/shallow": one.shallow, f"{name}/keys": one.keys.mean(1)}
        start += len(picture)
    counts = {"cells": [cells * len(picture) for picture in pictures], "flops": sum(view.received.flops for view in views)}
    return counts | {"methods": methods}, tensors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--clones", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases, tensors = {}, {}
    for name, settings in MODELS.items():
        folder = arguments.goldens / "intern" / name
        model, processor = load(folder, settings)
        given = Intern(model, AutoTokenizer.from_pretrained(folder), arguments.clones)
        cases[name] = {}
        for pictures in PICTURES[name]:
            cases[name][pictures], got = case(given, processor, pictures.split("+"), arguments.goldens / "images")
            tensors |= {f"{name}/{pictures}/{kind}": tensor.contiguous() for kind, tensor in got.items()}
            blunt = [spec for spec, found in cases[name][pictures]["methods"].items() if not found["sharp"]]
            print(name, pictures, cases[name][pictures]["cells"], len(cases[name][pictures]["methods"]), "not sharp:", blunt)
    facts = {
        "command": "make_intern_method_goldens.py", "revisions": given.revisions, "question": QUESTION, "cases": cases,
    }  # fmt: skip
    write(arguments.goldens, "intern-methods/methods", facts, tensors)


if __name__ == "__main__":
    main()
