"""Writes small random Qwen3-VL checkpoints, and what the reference says about pictures, whole and with rows left out.

    python make_qwen3_goldens.py GOLDENS --priortr CLONE

CLONE: CodeChildCZJ/PriorTR. Writes GOLDENS/qwen3/ by transformers 4.57.1, with the slow image processor at the bounds that
the files state in `size` (the slow class itself does not read them). fp32 on the CPU, seeded. Rows are left out by hand, on
transformers' own layers.
"""

import argparse
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Callable

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode
from transformers import Qwen2VLImageProcessor, Qwen3VLConfig, Qwen3VLForConditionalGeneration
from transformers.masking_utils import create_causal_mask

from clones import functions, revision, source
from make_family_goldens import QUESTION, digest, rgb
from make_onevision_goldens import ROWS, write_tokenizer
from make_qwen_goldens import (
    ASKED, END, EOS, FIRST, IMAGE, MADE, PICTURE, SPECIALS, TOKENS, greedy, made, pixels_of, random_weights, steps,
)  # fmt: skip
from tiny_llava import write_golden, write_json

PROMPT = "<|im_start|>user\n{}{}<|im_end|>\n<|im_start|>assistant\n"
TEXT = {
    "vocab_size": ROWS, "bos_token_id": END, "eos_token_id": EOS, "rope_theta": 1e4, "rms_norm_eps": 1e-6,
    "max_position_embeddings": 4096,
}  # fmt: skip
MEAN = [0.5, 0.5, 0.5]
# Tables of 5 x 5 and 7 x 7 positions; heads of 8 and 8 in the towers, of 8 and 16 in the decoders.
MODELS = {
    "tied": dict(
        seed=191, bounds=(256, 4096), section=[2, 1, 1], cuts=[1, 2, 3],
        text=dict(
            hidden_size=16, intermediate_size=24, num_hidden_layers=4, num_attention_heads=4, num_key_value_heads=2,
            head_dim=8,
        ),
        vision=dict(
            depth=4, hidden_size=16, intermediate_size=20, num_heads=2, out_hidden_size=16, patch_size=4,
            num_position_embeddings=25, deepstack_visual_indexes=[0, 2],
        ),
    ),
    "untied": dict(
        seed=193, bounds=(576, 7200), section=[3, 3, 2], cuts=[1, 2, 4],
        text=dict(
            hidden_size=24, intermediate_size=40, num_hidden_layers=5, num_attention_heads=3, num_key_value_heads=1,
            head_dim=16,
        ),
        vision=dict(
            depth=5, hidden_size=24, intermediate_size=28, num_heads=3, out_hidden_size=24, patch_size=6,
            num_position_embeddings=49, deepstack_visual_indexes=[0, 1, 3],
        ),
    ),
}  # fmt: skip
LEFT = 7
# Pictures whose rows methods leave out.
REDUCED = ["wide.png", "97x61", "tall.png"]


def write_model(folder: Path, name: str, settings: dict):
    tied = name == "tied"
    rope = {"rope_type": "default", "mrope_section": settings["section"], "mrope_interleaved": True}
    config = Qwen3VLConfig(
        text_config=TEXT | settings["text"] | {"rope_scaling": rope, "tie_word_embeddings": tied},
        vision_config=settings["vision"], tie_word_embeddings=tied, **TOKENS,
    )  # fmt: skip
    model = Qwen3VLForConditionalGeneration(config).float().eval()
    random_weights(model, settings["seed"], tied)
    model.model.visual.pos_embed.weight.data.mul_(4)
    model.generation_config.update(bos_token_id=END, eos_token_id=[EOS, END], pad_token_id=END, do_sample=True)
    model.save_pretrained(folder)
    low, high = settings["bounds"]
    steps = {
        "patch_size": settings["vision"]["patch_size"], "temporal_patch_size": 2, "merge_size": 2, "image_mean": MEAN,
        "image_std": MEAN,
    }  # fmt: skip
    size = {"size": {"shortest_edge": low, "longest_edge": high}, "image_processor_type": "Qwen2VLImageProcessorFast"}
    write_json(folder / "preprocessor_config.json", steps | size)
    loaded = Qwen3VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    loaded = loaded.eval().requires_grad_(False)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), loaded.parameters(), strict=True))
    assert (loaded.lm_head.weight is loaded.model.language_model.embed_tokens.weight) == tied
    return loaded, Qwen2VLImageProcessor(**steps, min_pixels=low, max_pixels=high)


class Prompt:
    """A question about pictures, as the decoder gets it."""

    def __init__(self, model, processor, tokenizer, pictures: list[np.ndarray]):
        pixels, grids = zip(*(pixels_of(processor, picture) for picture in pictures))
        self.model, self.pixels, self.grids = model, torch.cat(pixels), torch.cat(grids)
        rows, levels = model.model.visual(self.pixels, grid_thw=self.grids)
        self.streams = [rows, *levels]
        self.ids = tokenizer(PROMPT.format(PICTURE * len(pictures), QUESTION))["input_ids"]
        counts = iter((self.grids.prod(dim=1) // 4).tolist())
        self.expanded = [token for one in self.ids for token in ([one] * next(counts) if one == IMAGE else [one])]
        self.positions, delta = model.model.get_rope_index(torch.tensor([self.expanded]), self.grids)
        self.delta = int(delta)
        self.image = torch.tensor(self.expanded) == IMAGE
        self.behind = len(self.expanded) + self.delta

    def asked(self) -> dict:
        return dict(input_ids=torch.tensor([self.expanded]), pixel_values=self.pixels, image_grid_thw=self.grids)

    def keep(self, places: list[int], streams: list[torch.Tensor]) -> dict:
        """Runs the decoder over some rows in place of the image's, at their places' positions."""
        text = self.model.get_input_embeddings()(torch.tensor(self.expanded))
        image = self.image.nonzero()[:, 0]
        left = torch.cat([(~self.image).nonzero()[:, 0], image[places]])
        visual = torch.cat([torch.zeros(len(left) - len(places), dtype=torch.bool), torch.ones(len(places), dtype=torch.bool)])
        rows = torch.cat([text[~self.image], streams[0]])
        order = torch.argsort(left, stable=True)
        left, visual, rows = left[order], visual[order], rows[order]
        out = self.model.model.language_model(
            inputs_embeds=rows[None], position_ids=self.positions[:, :, left], use_cache=True, visual_pos_masks=visual[None],
            deepstack_visual_embeds=list(streams[1:]),
        )  # fmt: skip
        logits = self.model.lm_head(out.last_hidden_state[0, -1])
        return greedy(steps(self.model, logits, out.past_key_values, self.behind))

    def cut(self, layer: int, tokens: int = 0, scores: Callable = None) -> tuple[list[int], float, torch.Tensor]:
        """Before a layer go on those that the attention in the layer before it scores best, by a method's `scores`.

        Without a number of tokens, the middle third goes on, and after it sums of the first third and the last.
        """
        text = self.model.model.language_model
        x = self.model.get_input_embeddings()(torch.tensor([self.expanded]))
        x[0, self.image] = self.streams[0]
        at, image, levels, kept, margin = self.positions, self.image, self.streams[1:], None, 0.0
        for index, block in enumerate(text.layers):
            if index == layer:
                places = image.nonzero()[:, 0]
                if tokens:
                    kept, margin = top(scores(seen, (int(places[0]), int(places[-1]) + 1)), tokens)
                else:
                    kept = [*range(len(places) // 3, len(places) - len(places) // 3), *range(len(places) // 3)]
                rows = torch.cat([torch.arange(places[0]), places[kept], torch.arange(places[-1] + 1, x.shape[1])])
                if not tokens:
                    x = x.clone()
                    x[0, places] = summed(x[0, places])
                    levels = [summed(level) for level in levels]
                x, at, image = x[:, rows], at[:, :, rows], image[rows]
                levels = [level[kept] for level in levels]
            mask = create_causal_mask(
                config=text.config, input_embeds=x, attention_mask=None, cache_position=torch.arange(x.shape[1]),
                past_key_values=None, position_ids=None,
            )  # fmt: skip
            turns = text.rotary_emb(x, at)
            _, seen = block.self_attn(
                hidden_states=block.input_layernorm(x), attention_mask=mask, position_embeddings=turns
            )
            x = block(x, attention_mask=mask, position_embeddings=turns)
            if index < len(levels):
                x[0, image] = x[0, image] + levels[index]
        return kept, margin, self.model.lm_head(text.norm(x)[0, -1])


def by_last_row(seen: torch.Tensor, span: tuple[int, int]) -> torch.Tensor:
    """FastV's rule."""
    return seen[0, :, -1, slice(*span)].mean(dim=0)


def by_prior(clone: Path, query: str) -> Callable:
    """PriorTR's, by its authors' code for Qwen3-VL."""
    names = {"torch": torch, "Any": object, "Tuple": tuple, "VTRConfig": SimpleNamespace}
    code = source(clone, "image/Qwen3-VL/visual_token_pruning/strategy/priortr.py")
    score = functions(code, ["PriorTRStrategy.compute_scores"], names)["compute_scores"]
    config = SimpleNamespace(query_aggregation=query, head_aggregation="mean", debug=False)
    return lambda seen, span: score(None, seen, span, config)


def summed(rows: torch.Tensor) -> torch.Tensor:
    """A fourth of each row of the first third, and three of the row that is as far from the end."""
    third = len(rows) // 3
    return torch.cat([0.25 * rows[:third] + 0.75 * rows.flip(0)[:third], rows[third:]])


def top(scores: torch.Tensor, tokens: int) -> tuple[list[int], float]:
    """The highest in their order, and how far the last of them is from the next, as a share."""
    ranked = scores.sort(descending=True)
    margin = float((ranked.values[tokens - 1] - ranked.values[tokens]) / ranked.values[tokens - 1])
    return sorted(ranked.indices[:tokens].tolist()), margin


@torch.no_grad()
def case(model, processor, tokenizer, pictures: list[np.ndarray]) -> tuple[dict, dict]:
    prompt = Prompt(model, processor, tokenizer, pictures)
    rows, levels = model.get_image_features(prompt.pixels, prompt.grids)
    features = torch.cat([torch.cat(list(rows)), *levels], dim=1)
    assert torch.equal(features, torch.cat(prompt.streams, dim=1))
    first = model(**prompt.asked(), use_cache=True)
    with FlopCounterMode(display=False) as tower:
        model.model.visual(prompt.pixels, grid_thw=prompt.grids)
    with FlopCounterMode(display=False) as counted:
        model(**prompt.asked(), logits_to_keep=1)
    said = greedy(steps(model, first.logits[0, -1], first.past_key_values, prompt.behind))
    fed = prompt.asked()
    generated = model.generate(**fed, do_sample=False, temperature=None, max_new_tokens=len(said["greedy"]))
    assert generated[0, len(prompt.expanded) :].tolist() == said["greedy"]
    places = list(range(min(FIRST, len(features))))
    dropped = prompt.keep(places, [stream[places] for stream in prompt.streams])
    tensors = {"features": features, "logits": said.pop("logits"), "first_logits": dropped.pop("logits")}
    written = {
        "ids": prompt.ids, "grids": prompt.grids[:, 1:].tolist(), "tokens": len(features),
        "positions": prompt.positions[:, 0].tolist(), "delta": prompt.delta, "first": dropped["greedy"],
        "flops": {"tower": tower.get_total_flops(), "all": counted.get_total_flops()},
    }  # fmt: skip
    return written | said, tensors


def received(prompt: Prompt) -> torch.Tensor:
    """The attention that each block gets in the tower's last layer: mean over heads, rows and the block's four patches."""
    seen = []
    attention = prompt.model.model.visual.blocks[-1].attn
    hook = attention.register_forward_pre_hook(lambda module, _, kwargs: seen.append(kwargs | {"x": _[0]}), with_kwargs=True)
    prompt.model.model.visual(prompt.pixels, grid_thw=prompt.grids)
    hook.remove()
    x, (cos, sin) = seen[0]["x"], seen[0]["position_embeddings"]
    q, k, _ = attention.qkv(x).reshape(len(x), 3, attention.num_heads, -1).permute(1, 0, 2, 3).unbind(0)
    q, k = transformers.models.qwen3_vl.modeling_qwen3_vl.apply_rotary_pos_emb_vision(q, k, cos, sin)
    weights = (torch.einsum("qhd,khd->hqk", q, k) * attention.scaling).softmax(dim=-1)
    return weights.mean(dim=(0, 1)).view(-1, 4).mean(dim=1)


def pooled(prompt: Prompt) -> tuple[list[int], list[torch.Tensor]]:
    """2 x 2 means of the blocks before each merger, at the lower median of their places."""
    visual, inputs = prompt.model.model.visual, []
    mergers = [visual.merger, *visual.deepstack_merger_list]
    hooks = [m.register_forward_pre_hook(lambda module, args: inputs.append((module, args[0]))) for m in mergers]
    visual(prompt.pixels, grid_thw=prompt.grids)
    for hook in hooks:
        hook.remove()
    rows, cols = (prompt.grids[0, 1:] // 2).tolist()
    means = {}
    for module, x in inputs:
        grid = x.reshape(rows, cols, -1).permute(2, 0, 1)
        mean = torch.nn.functional.adaptive_avg_pool2d(grid, (2, 2)).flatten(1).T
        means[module] = module(mean.reshape(4 * 4, -1))
    cells = torch.arange(rows * cols).view(rows, cols)
    places = []
    for row in range(2):
        for col in range(2):
            cell = cells[row * rows // 2 : -(-(row + 1) * rows // 2), col * cols // 2 : -(-(col + 1) * cols // 2)]
            ordered = sorted(cell.flatten().tolist())
            places.append(ordered[(len(ordered) - 1) // 2])
    return places, [means[module] for module in mergers]


@torch.no_grad()
def methods(
    model, processor, tokenizer, picture: np.ndarray, cuts: list[int], priortr: Path
) -> tuple[dict, dict]:
    prompt = Prompt(model, processor, tokenizer, [picture])
    written, tensors = {}, {}
    kept, margin = top(received(prompt), LEFT)
    said = prompt.keep(kept, [stream[kept] for stream in prompt.streams])
    name = f"fastervlm:attention=received,tokens={LEFT}"
    tensors[name] = said.pop("logits")
    written[name] = {"kept": kept, "margin": margin, "greedy": said["greedy"]}
    if min(prompt.grids[0, 1:].tolist()) >= 4:
        places, streams = pooled(prompt)
        said = prompt.keep(places, streams)
        tensors["pool:cols=2,rows=2"] = said.pop("logits")
        written["pool:cols=2,rows=2"] = {"kept": places, "margin": 1.0, "greedy": said["greedy"]}
    rules = {
        "fastv:layer={},tokens={}": by_last_row,
        "priortr:layer={},tokens={}": by_prior(priortr, "question"),
        "priortr:layer={},query=last,tokens={}": by_prior(priortr, "last"),
    }
    for layer in cuts:
        for spec, scores in rules.items():
            name = spec.format(layer, LEFT)
            kept, margin, tensors[name] = prompt.cut(layer, LEFT, scores)
            written[name] = {"inside": kept, "margin": margin}
    tensors["summed"] = prompt.cut(1)[2]
    return written, tensors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--priortr", type=Path, required=True)
    arguments = parser.parse_args()
    output, images = arguments.goldens / "qwen3", arguments.goldens / "images"
    shutil.rmtree(output, ignore_errors=True)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    cases, reduced, tensors, pixels = {}, {}, {}, {}
    for name, settings in MODELS.items():
        tokenizer = write_tokenizer(output / name, SPECIALS)
        model, processor = write_model(output / name, name, settings)
        asked = {file: [rgb(images / file)] for file in (ASKED if name == "tied" else ASKED[1:4])}
        asked |= {f"{width}x{height}": [made(width, height)] for width, height in MADE[1:]}
        asked["one.png+97x61+tall.png"] = [rgb(images / "one.png"), made(97, 61), rgb(images / "tall.png")]
        cases[name], reduced[name] = {}, {}
        for picture, arrays in asked.items():
            cases[name][picture], got = case(model, processor, tokenizer, arrays)
            tensors |= {f"{name}/{picture}/{key}": tensor for key, tensor in got.items()}
        for picture in REDUCED:
            made_or_read = asked[picture][0]
            reduced[name][picture], got = methods(
                model, processor, tokenizer, made_or_read, settings["cuts"], arguments.priortr
            )
            tensors |= {f"{name}/{picture}/{key}": tensor for key, tensor in got.items()}
    processor = Qwen2VLImageProcessor(
        min_pixels=65536, max_pixels=262144, patch_size=16, image_mean=MEAN, image_std=MEAN
    )
    for file in sorted(images.iterdir()):
        if file.suffix != ".json":
            pixels[file.name] = seen(processor, rgb(file))
    for width, height in MADE[1:]:
        pixels[f"{width}x{height}"] = seen(processor, made(width, height))
    save_file({n: t.detach().contiguous() for n, t in tensors.items()}, output / "qwen3.safetensors")
    versions = {m.__name__: m.__version__ for m in (torch, transformers, np)}
    write_golden(
        output / "qwen3.json",
        {
            "versions": versions, "revisions": {"PriorTR": revision(arguments.priortr)}, "prompt": PROMPT.format(PICTURE, "{}"),
            "cases": cases, "reduced": reduced, "pixels": pixels,
        },  # fmt: skip
    )


def seen(processor, picture: np.ndarray) -> dict:
    values, grid = pixels_of(processor, picture)
    return {"grid": grid[0, 1:].tolist(), "sha256": digest(values)}


if __name__ == "__main__":
    main()
