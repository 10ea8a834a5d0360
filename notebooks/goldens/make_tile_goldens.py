"""Writes what the authors' code for LLaVA-NeXT makes of an image in tiles: DivPrune, HoloV, PruneSID and FlowCut.

    python make_tile_goldens.py GOLDENS --clones FOLDER

FOLDER of clones: FlowCut, divprune, HoloV, PruneSID, bare or not. Reads GOLDENS/images/; writes GOLDENS/tiles/ with a small
random LLaVA-NeXT. The authors' `prepare_inputs_labels_for_multimodal` runs from the views' pixels to the rows in front of
the decoder, FlowCut's `LlamaModel_forward` from there, each with stand-ins for the objects around it and with all that it
calls of the same repository. Substitutions touch numbers (576 patches, 24 in a row), random draws (`rivals.Exact`) and
what transformers 4.57.1 calls otherwise (rotations). Rows are told apart by their values. fp32 on the CPU.

`sharp` says that the official code chooses the same in double precision and when each number of features and attention is
multiplied by 1 + noise; FlowCut's code computes these itself, so there the pixels are. Learned rows are alike, so that
rounding decides which of them DivPrune's code picks: they count for `sharp` by their number, for `placed` by their places.
"""

import argparse
import ast
import json
import math
import os
import re
import shutil
from pathlib import Path
from types import MethodType, SimpleNamespace
from typing import Any, Dict, List, Optional, Tuple, Union

import torch
import torch.nn.functional as F
import transformers
from transformers.modeling_attn_mask_utils import _prepare_4d_causal_attention_mask_for_sdpa
from transformers.modeling_outputs import BaseModelOutputWithPast
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb, repeat_kv

import make_family_goldens as family
from clones import functions, revision, source
from inside import Inside
from reference import TOWER_NOISE, draws, run_layer, write
from rivals import FILES, Exact, Wide
from tiny_llava import write_json

PICTURES = ["square-96.png", "wide.png", "rgba.png", "large.jpg", "wide-3.png"]
VISION = family.VISION | {"num_hidden_layers": 6}
LLAMA = transformers.LlamaConfig(
    num_attention_heads=4, num_key_value_heads=2, rms_norm_eps=1e-5, max_position_embeddings=4096,
    **family.TEXT | {"num_hidden_layers": 4},
)  # fmt: skip
TOKENS = [12, 20, 31]
OF_EACH = [5, 8, 11]  # PruneSID's of a view; below 4 its code has no component
STEPS = 6
PLACEHOLDER, IGNORED = -200, -100  # LLaVA's constants
BEFORE = 35  # tokens in front of the image, which DivPrune's code counts on
LEARNED, ZERO, CLASS_TOKENS = -1, -2, -3  # in addition to patches of all views, one view after the other; -3 - v: of view v
GRID = ["select_best_resolution", "get_anyres_image_grid_shape"]
META = "LlavaMetaForCausalLM."


def namespace(**more) -> dict:
    names = dict(
        torch=Exact(), nn=torch.nn, F=F, math=math, os=os, ast=ast, Any=Any, Dict=Dict, List=List, Optional=Optional,
        Tuple=Tuple, Union=Union, IGNORE_INDEX=IGNORED, IMAGE_TOKEN_INDEX=PLACEHOLDER,
    )  # fmt: skip
    return names | more


def sided(text: str) -> str:
    return re.sub(r"\b24\b", "SIDE", re.sub(r"\b576\b", "(SIDE * SIDE)", text))


class Picture:
    """One picture in front of a method: the views' pixels, and stand-ins for LLaVA's objects."""

    def __init__(self, model, processor, file: Path):
        image = family.rgb(file)
        inputs = processor(image, input_data_format="channels_last", return_tensors="pt")
        self.model, self.pixels = model, inputs["pixel_values"][0]
        self.size = (image.shape[1], image.shape[0])
        output = self.tower(output_hidden_states=True, output_attentions=True)
        self.features, self.attention = output.hidden_states[-2], output.attentions[-2]

    def tower(self, **keys):
        tower = self.model.model.vision_tower
        tower.set_attn_implementation("eager")
        return tower(self.pixels, **keys)

    def stand_in(self, official: dict, encoded, features: torch.Tensor, **more) -> SimpleNamespace:
        """LLaVA's own object: its tower gives `encoded`."""
        config = self.model.config
        wide = features.dtype == torch.float64
        projector = Wide(self.model.model.multi_modal_projector) if wide else self.model.model.multi_modal_projector
        table = Wide(self.model.get_input_embeddings()) if wide else self.model.get_input_embeddings()
        if wide:
            table.forward = lambda ids: table._inner(ids).double()

        class Tower:
            num_patches_per_side = VISION["image_size"] // VISION["patch_size"]
            config = SimpleNamespace(image_size=VISION["image_size"])

            def __call__(self, images):
                return encoded

            forward = __call__

        tower = Tower()
        inner = SimpleNamespace(
            get_vision_tower=lambda: tower, mm_projector=projector, embed_tokens=table,
            image_newline=self.model.model.image_newline.to(features.dtype),
        )  # fmt: skip
        own = SimpleNamespace(
            config=SimpleNamespace(
                mm_patch_merge_type="spatial_unpad", image_aspect_ratio="anyres",
                image_grid_pinpoints=[(w, h) for h, w in config.image_grid_pinpoints],
            ),
            get_vision_tower=lambda: tower, get_model=lambda: inner, model=inner, device="cpu", **more,
        )  # fmt: skip
        for name, function in official.items():
            if name.startswith(META):
                setattr(own, name[len(META) :], MethodType(function, own))
        return own

    def rows(self, own: SimpleNamespace, prepare, ids: list[int]) -> torch.Tensor:
        """The visual rows that `prepare` hands to the decoder."""
        behind = len(ids) - 1 - ids.index(PLACEHOLDER)
        made = prepare(own, torch.tensor([ids]), None, None, None, None, [self.pixels], image_sizes=[self.size])[4][0]
        return made[ids.index(PLACEHOLDER) : len(made) - behind]

    def names(self, own: SimpleNamespace, rows: torch.Tensor, features: torch.Tensor) -> list[int]:
        """Which row of the views' features each one is."""
        known = own.model.mm_projector(features)  # [views, 1 + patches, D]
        patches = known[:, 1:].reshape(-1, known.shape[-1])
        found = []
        for row in rows:
            same = [index for index, other in enumerate(patches) if torch.allclose(row, other, rtol=1e-6, atol=1e-7)]
            assert len(same) <= 1
            if same:
                found.append(same[0])
            elif torch.equal(row, own.model.image_newline):
                found.append(LEARNED)
            elif bool((row == 0).all()):
                found.append(ZERO)
            else:
                view = [v for v, one in enumerate(known[:, 0]) if torch.allclose(row, one, rtol=1e-6, atol=1e-7)]
                assert len(view) == 1
                found.append(CLASS_TOKENS - view[0])
        return found


class Official:
    def __init__(self, clones: Path):
        self.revisions = {name: revision(clones / name) for name in ("FlowCut", "divprune", "HoloV", "PruneSID")}
        prepare = META + "prepare_inputs_labels_for_multimodal"
        self.divprune = self._arch(clones / "divprune", "LLaVA/llava", [prepare, *FILES["divprune"][1], META + "encode_images"])
        self.holov = self._arch(clones / "HoloV", "llava", [prepare, META + "encode_images"])
        functions(source(clones / "HoloV", "llava/model/utils.py"), ["HoloV"], self.holov)
        grids = functions(source(clones / "HoloV", "llava/mm_utils.py"), GRID, namespace())
        side = VISION["image_size"] // VISION["patch_size"]
        self.prunesid = namespace(SIDE=side) | {name: grids[name] for name in GRID}
        names = ["prepare_inputs_labels_for_multimodal_prunesid", "encode_images_prunesid_multi", "restore_image_features_sorted"]
        functions(sided(source(clones / "PruneSID", "prunesid/prunesid_llava/llava_arch.py")), names, self.prunesid)
        functions(source(clones / "PruneSID", FILES["PruneSID"][0]), FILES["PruneSID"][1], self.prunesid)
        self.flowcut = namespace(SIDE=side, torch=torch) | {name: grids[name] for name in GRID}
        names = ["prepare_inputs_labels_for_multimodal_flowcut", "encode_images_flowcut_multi", "restore_image_features_sorted", "unpad_mask"]
        functions(sided(source(clones / "FlowCut", "flowcut/llava_arch.py")), names, self.flowcut)
        functions(source(clones / "FlowCut", "flowcut/utils_flowcut.py"), ["compute_score"], self.flowcut)
        self.flowcut |= dict(
            repeat_kv=repeat_kv, BaseModelOutputWithPast=BaseModelOutputWithPast, Cache=object, DynamicCache=None,
            _prepare_4d_causal_attention_mask_for_sdpa=_prepare_4d_causal_attention_mask_for_sdpa,
            apply_rotary_pos_emb=lambda q, k, cos, sin, at: apply_rotary_pos_emb(q, k, cos[at], sin[at]),
        )  # fmt: skip
        names = ["LlamaSdpaAttention_forward", "LlamaDecoderLayer_forward", "LlamaModel_forward"]
        functions(source(clones / "FlowCut", "flowcut/modeling_llama_flowcut.py"), names, self.flowcut)

    @staticmethod
    def _arch(clone: Path, folder: str, names: list[str]) -> dict:
        grids = functions(source(clone, f"{folder}/mm_utils.py"), GRID, namespace())
        own = namespace() | {name: grids[name] for name in GRID}
        return functions(source(clone, f"{folder}/model/llava_arch.py"), ["unpad_image", *names], own)

    ids = list(range(3, 3 + BEFORE)) + [PLACEHOLDER, 40, 41]

    def run_divprune(self, seen: Picture, features, attention, tokens: int):
        own = seen.stand_in(self.divprune, features[:, 1:], features)
        prepare = self.divprune["prepare_inputs_labels_for_multimodal"]
        os.environ.pop("LAYER_INDEX", None)
        length = len(seen.rows(own, prepare, self.ids))
        os.environ.update(LAYER_INDEX="0", SUBSET_RATIO=str(min(tokens, length) / length))
        return own, seen.rows(own, prepare, self.ids)

    def run_holov(self, seen: Picture, features, attention, tokens: int):
        encoded = (features[:, 1:], attention[:, :, 0, 1:])
        own = seen.stand_in(self.holov, encoded, features)
        prepare = self.holov["prepare_inputs_labels_for_multimodal"]
        official = self.holov["HoloV"]
        # 64 tokens are a constant of the file.
        prepare.__globals__["HoloV"] = lambda *given, new_image_token_num, **keys: official(
            *given, new_image_token_num=tokens, **keys
        )
        try:
            return own, seen.rows(own, prepare, self.ids)
        finally:
            prepare.__globals__["HoloV"] = official

    def run_prunesid(self, seen: Picture, features, attention, tokens: int):
        tower = SimpleNamespace(
            vision_tower=lambda images, **_: SimpleNamespace(
                hidden_states=[features, None], attentions=[attention, None]
            ),
            device="cpu", dtype=features.dtype, need_token_num=tokens // len(features),
        )  # fmt: skip
        encoded = self.prunesid["CLIPVisionTower_PruneSID.forward"](tower, features)
        own = seen.stand_in({}, encoded, features)
        for name in ("encode_images_prunesid_multi", "restore_image_features_sorted"):
            setattr(own, name, MethodType(self.prunesid[name], own))
        return own, seen.rows(own, self.prunesid["prepare_inputs_labels_for_multimodal_prunesid"], self.ids)


@torch.no_grad()
def chosen(official: Official, seen: Picture, name: str, tokens: int) -> dict:
    run = getattr(official, "run_" + name)
    own, rows = run(seen, seen.features, seen.attention, tokens)
    kept, sharp, placed = seen.names(own, rows, seen.features), True, True
    for features, attention in draws([seen.features, seen.attention], TOWER_NOISE):
        own, rows = run(seen, features, attention, tokens)
        again = seen.names(own, rows, features)
        placed &= again == kept
        sharp &= sorted(again) == sorted(kept) and [n for n in again if n != LEARNED] == [n for n in kept if n != LEARNED]
    return {"kept": kept, "sharp": sharp, "placed": placed}


# --- FlowCut -----------------------------------------------------------------------------------------


def flow_layer(official: dict, layer, index: int, decoder) -> tuple:
    """One of transformers' layers as the authors' code calls it."""
    own, config = layer.self_attn, layer.self_attn.config
    heads = dict(num_heads=config.num_attention_heads, num_key_value_heads=config.num_key_value_heads)

    def tables(values, seq_len):
        cos, sin = decoder.rotary_emb(values, torch.arange(seq_len)[None])
        return cos[0], sin[0]

    attention = SimpleNamespace(
        q_proj=own.q_proj, k_proj=own.k_proj, v_proj=own.v_proj, o_proj=own.o_proj, head_dim=own.head_dim, **heads,
        num_key_value_groups=own.num_key_value_groups, hidden_size=config.hidden_size, attention_dropout=0.0, training=False,
        is_causal=True, layer_idx=index, rotary_emb=tables,
    )  # fmt: skip
    block = SimpleNamespace(
        self_attn=lambda **keys: official["LlamaSdpaAttention_forward"](attention, **keys), mlp=layer.mlp,
        input_layernorm=layer.input_layernorm, post_attention_layernorm=layer.post_attention_layernorm,
    )  # fmt: skip
    return lambda *given, **keys: official["LlamaDecoderLayer_forward"](block, *given, **keys)


@torch.no_grad()
def flowcut(official: Official, inside: Inside, seen: Picture, tokens: int, ids: list[int]) -> dict:
    tower, decoder = seen.model.model.vision_tower.vision_model, seen.model.model.language_model
    table, functions_ = seen.model.get_input_embeddings(), official.flowcut
    layers = [inside._flowcut_layer(layer) for layer in tower.encoder.layers]

    def prefill(pixels):
        encoder = SimpleNamespace(
            layers=layers, select_layer=len(layers) - 2, target=tokens // 2 + 1, gradient_checkpointing=False, training=False,
            config=SimpleNamespace(output_attentions=True, output_hidden_states=True, use_return_dict=True),
        )  # fmt: skip
        states, kept = inside._functions["FlowCut"]["CLIPEncoder_forward"](encoder, tower.pre_layrnorm(tower.embeddings(pixels)))
        own = seen.stand_in({}, (states.hidden_states[-2][:, 1:], kept), seen.features)
        for name in ("encode_images_flowcut_multi", "restore_image_features_sorted"):
            setattr(own, name, MethodType(functions_[name], own))
        rows = seen.rows(own, functions_["prepare_inputs_labels_for_multimodal_flowcut"], ids)
        # Which patches: their numbers go through the same functions in place of the rows.
        numbers = kept + torch.arange(len(kept))[:, None] * (VISION["image_size"] // VISION["patch_size"]) ** 2
        names = numbers.to(torch.float32)[..., None].expand(-1, -1, rows.shape[-1])
        named = seen.stand_in({}, (names, kept), seen.features)
        named.model.mm_projector = lambda x: x
        for name in ("encode_images_flowcut_multi", "restore_image_features_sorted"):
            setattr(named, name, MethodType(functions_[name], named))
        order = seen.rows(named, functions_["prepare_inputs_labels_for_multimodal_flowcut"], ids)[:, 0].int().tolist()
        slot = ids.index(PLACEHOLDER)
        text = [table(torch.tensor(part)) for part in (ids[:slot], ids[slot + 1 :])]
        embeddings = torch.cat([text[0], rows, text[1]])[None]
        kept_inside = []

        def watched(call):
            def run(*given, **keys):
                found = call(*given, **keys)
                if "prune_kwargs" in keys and len(found) > 1:
                    kept_inside.append(found[-1][0].tolist())
                return found

            return run

        model = SimpleNamespace(
            config=SimpleNamespace(output_attentions=False, output_hidden_states=False, use_cache=False, use_return_dict=True),
            gradient_checkpointing=False, training=False, _use_flash_attention_2=False, _use_sdpa=True, embed_tokens=table,
            layers=[watched(flow_layer(functions_, layer, i, decoder)) for i, layer in enumerate(decoder.layers)],
            norm=decoder.norm, prune_layer=1, target_num=tokens, visual_token_pos=[slot], visual_token_num=[len(rows)],
            last_instruct_pos=[embeddings.shape[1]],
        )  # fmt: skip
        output, _ = functions_["LlamaModel_forward"](model, inputs_embeds=embeddings, return_dict=True)
        logits = seen.model.lm_head(output.last_hidden_state[0, -1])
        return order, kept_inside[0] if kept_inside else list(range(len(order))), logits, embeddings

    order, kept, logits, embeddings = prefill(seen.pixels)
    sharp = True
    for seed in range(4):
        noise = torch.randn(seen.pixels.shape, generator=torch.Generator().manual_seed(seed))
        sharp &= prefill(seen.pixels * (1 + 1e-6 * noise))[:2] == (order, kept)
    # Steps by transformers' layers over the whole sequence; positions close up where tokens left.
    slot, made, margins = ids.index(PLACEHOLDER), [], []
    stays = torch.tensor(list(range(slot)) + [slot + place for place in kept])
    steps = logits
    for _ in range(STEPS):
        margins.append(float(-steps.topk(2).values.diff()))
        made.append(int(steps.argmax()))
        embeddings = torch.cat([embeddings, table(torch.tensor([made[-1:]]))], dim=1)
        hidden, count = embeddings, embeddings.shape[1]
        for layer in decoder.layers[:2]:
            hidden = run_layer(decoder, layer, hidden, torch.arange(count))
        hidden = hidden[:, torch.cat([stays, torch.arange(slot + len(order), count)])]
        for layer in decoder.layers[2:]:
            hidden = run_layer(decoder, layer, hidden, torch.arange(hidden.shape[1]))
        steps = seen.model.lm_head(decoder.norm(hidden)[0, -1])
    return {
        "order": order, "kept": kept, "sharp": sharp, "logits": [round(float(x), 6) for x in logits], "greedy": made,
        "margins": margins,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--clones", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    output = arguments.goldens / "tiles"
    shutil.rmtree(output, ignore_errors=True)
    family.VISION.update(VISION)
    model, processor, tokenizer = family.make_next(output / "next", LLAMA, "llava_v1", seed=47)
    official, inside = Official(arguments.clones), Inside(arguments.clones, ("FlowCut",))
    ids = tokenizer(family.PROMPTS["llava_v1"].format(family.QUESTION))["input_ids"]
    placed = [PLACEHOLDER if token == family.IMAGE else token for token in ids]
    cases = []
    with torch.no_grad():
        pictures = {name: Picture(model, processor, arguments.goldens / "images" / name) for name in PICTURES}
    for name, seen in pictures.items():
        case = {"picture": name, "views": len(seen.pixels), "methods": {}}
        for tokens in TOKENS:
            for method in ("divprune", "holov"):
                case["methods"][f"{method}:tokens={tokens}"] = chosen(official, seen, method, tokens)
            case["methods"][f"flowcut:tokens={tokens}"] = flowcut(official, inside, seen, tokens, placed)
        for each in OF_EACH:
            tokens = each * len(seen.pixels)
            case["methods"][f"prunesid:tokens={tokens}"] = chosen(official, seen, "prunesid", tokens)
        cases.append(case)
        print(name, [spec for spec, found in case["methods"].items() if not found["sharp"]])
    facts = {"command": "make_tile_goldens.py", "revisions": official.revisions, "ids": ids, "cases": cases}
    write(arguments.goldens, "tiles/tiles", facts)


if __name__ == "__main__":
    main()
