"""Writes what PriorTR and CLSE leave of pictures on small Qwen2-VL models, and what is answered then, by their authors' passes.

    python make_own_pass_goldens.py GOLDENS --priortr CLONE --clse CLONE

CLONE: CodeChildCZJ/PriorTR and zjubinchen/CLSE. Their models for Qwen2-VL run whole under transformers 4.57.1, `generate`
included, with the small checkpoints' weights. Only numbers are set: the layers, which are above those of the checkpoints, and
how much is kept. Reads GOLDENS/qwen/ (make_qwen_goldens.py) and GOLDENS/images/; writes GOLDENS/own-pass/. fp32 on the CPU.
"""

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Callable

import torch
import transformers
from transformers.models.qwen2_vl import modeling_qwen2_vl

from choices import ranked
from clones import functions, git, revision, source
from make_family_goldens import QUESTION
from make_qwen_goldens import END, EOS, IMAGE, MODELS, pixels_of
from make_received_goldens import STEPS, expanded, load, picture_of
from reference import write

PICTURES = ["97x61", "40x110", "square-96.png"]  # of one row or column CLSE's scores are no numbers
SHARES = ["33.4", "22.3", "11.2"]  # per cent for which CLSE's code has its own parts
LEFT = 11
PACKAGE = "image/Qwen2-VL/visual_token_pruning"  # PriorTR's


@dataclass
class Chosen:
    """Scores of the rows that reached a cut, and what it kept of them."""

    scores: torch.Tensor
    count: int

    def kept(self) -> list[int]:
        return ranked(self.scores, self.count)[0]

    def clearly(self) -> bool:
        return ranked(self.scores, self.count)[1]


def answered(model, asked: dict) -> dict:
    """Greedy ids up to the one that ends the answer, their margins and the prompt's logits."""
    model.generation_config.update(eos_token_id=[EOS, END], pad_token_id=END)
    said = model.generate(
        **asked, do_sample=False, temperature=None, max_new_tokens=STEPS, return_dict_in_generate=True, output_logits=True
    )
    margins = [round(float(-step[0].topk(2).values.diff()), 5) for step in said.logits]
    ids = said.sequences[0, asked["input_ids"].shape[1] :].tolist()
    return {"greedy": ids, "margins": margins, "logits": said.logits[0][0]}


def of_priortr(folder: Path, layer: int, query: str) -> tuple[object, list[Chosen]]:
    """PriorTR's model; what it chooses comes into the list."""
    from visual_token_pruning import VTRConfig
    from visual_token_pruning.model import VTRQwen2VLForConditionalGeneration

    config = VTRConfig(enabled=True, strategy="priortr", prune_layer=layer, keep_tokens=LEFT, query_aggregation=query)
    model = VTRQwen2VLForConditionalGeneration.from_pretrained_vtr(
        folder, config, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    seen, select = [], model.vtr_strategy.select_tokens

    def selected(scores, *given, **keys):
        kept = select(scores, *given, **keys)
        seen.append(Chosen(scores, len(kept)))
        assert seen[-1].kept() == kept.tolist()
        return kept

    model.vtr_strategy.select_tokens = selected
    return model, seen


def of_clse(clone: Path, model, layers: list[int], share: float) -> list[Chosen]:
    """Puts CLSE's decoder into a model, as the authors' README says; what it chooses comes into the list."""
    seen, tools = [], functions(
        source(clone, "Qwen2VL/tools.py"),
        ["spatial_spectral_score_2d", "get_evolution_factor", "calculate_evolution_score"],
        {"torch": torch},
    )

    def scored(**given):
        scores = tools["calculate_evolution_score"](**given)
        seen.append(SimpleNamespace(scores=scores.flatten()))
        return scores

    names = vars(modeling_qwen2_vl) | {"os": os, "List": list, "Tuple": tuple, "Union": Callable}
    names["calculate_evolution_score"] = scored
    code = source(clone, "Qwen2VL/clse_qwen2vl_model.py").replace("from .tools import calculate_evolution_score", "")
    os.environ |= {"PRUNE": "1", "RETAIN_RATIO": str(share)}
    exec(compile(code, "clse_qwen2vl_model.py", "exec"), names)
    decoder = names["Qwen2VLTextModel"](model.config.text_config).float().eval()
    decoder.load_state_dict(model.model.language_model.state_dict())
    decoder.K_list = layers
    model.model.language_model = decoder

    def told(module, given, keys):
        decoder.visual_pos_masks, decoder.image_grid_thw = keys["input_ids"] == IMAGE, keys.get("image_grid_thw")

    def counted(number: int) -> Callable:
        def hook(module, given):
            if number in layers and given[0].shape[1] > 1:
                seen[layers.index(number)].length = given[0].shape[1]

        return hook

    model.register_forward_pre_hook(told, with_kwargs=True)
    for number, layer in enumerate(decoder.layers):
        layer.register_forward_pre_hook(counted(number))
    return seen


@torch.no_grad()
def cases_of(folder: Path, name: str, picture, clse: Path) -> tuple[dict, dict]:
    model, tokenizer, processor = load(folder, name)
    pixels, grid = pixels_of(processor, picture)
    cells = int(grid.prod()) // 4
    ids = torch.tensor([expanded(tokenizer, [cells])])
    asked = {
        "input_ids": ids, "attention_mask": torch.ones_like(ids), "pixel_values": pixels, "image_grid_thw": grid,
    }  # fmt: skip
    depth, methods, tensors = len(model.model.language_model.layers), {}, {}

    def add(spec: str, said: dict, cuts: list[Chosen]) -> None:
        tensors[spec] = said.pop("logits")
        methods[spec] = {
            "kept": [list(range(cells))], "sums": [[]], "sharp": all(cut.clearly() for cut in cuts), **said,
            "inside": [cut.kept() for cut in cuts],
        }  # fmt: skip

    for layer in range(1, depth):
        for query, key in (("question", ""), ("last", "query=last,")):
            theirs, cuts = of_priortr(folder / name, layer, query)
            add(f"priortr:layer={layer},{key}tokens={LEFT}", answered(theirs, asked), cuts)
    shares = {f"tokens={percent}%": round(float(percent) / 100, 3) for percent in SHARES}
    for key, share in (shares | {f"tokens={cells // 4}": cells // 4 / cells}).items():
        layers = list(range(1, depth))
        theirs, *_ = load(folder, name)
        seen = of_clse(clse, theirs, layers, share)
        said = answered(theirs, asked)
        text, before, cuts = ids.shape[1] - cells, cells, []
        for one in seen:
            assert len(one.scores) == before
            before = one.length - text
            cuts.append(Chosen(one.scores, before))
        add(f"clse:layers={'/'.join(map(str, layers))},{key}", said, cuts)
    return {"cells": [cells], "methods": methods}, tensors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    for name in ("priortr", "clse"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases, tensors = {}, {}
    with tempfile.TemporaryDirectory() as package:
        for file in git(arguments.priortr, "ls-tree", "-r", "--name-only", "HEAD", PACKAGE).splitlines():
            target = Path(package) / Path(file).relative_to(Path(PACKAGE).parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(source(arguments.priortr, file), encoding="utf-8")
        sys.path.insert(0, package)
        for name in [name for name in MODELS if name.startswith("qwen2_vl")]:
            cases[name] = {}
            for picture in PICTURES:
                array = picture_of(arguments.goldens / "images", picture)
                cases[name][picture], got = cases_of(arguments.goldens / "qwen", name, array, arguments.clse)
                tensors |= {f"{name}/{picture}/{spec}": tensor.contiguous() for spec, tensor in got.items()}
                for spec, found in cases[name][picture]["methods"].items():
                    print(name, picture, spec, found["sharp"], [len(cut) for cut in found["inside"]])
    facts = {
        "command": "make_own_pass_goldens.py",
        "revisions": {"PriorTR": revision(arguments.priortr), "CLSE": revision(arguments.clse)},
        "question": QUESTION, "cases": cases,
    }  # fmt: skip
    write(arguments.goldens, "own-pass/own-pass", facts, tensors)


if __name__ == "__main__":
    main()
