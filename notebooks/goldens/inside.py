"""Runs the official code of methods that act inside the vision tower, and of VScan's first stage, from clones.

Nothing of their code stands here: single functions are cut out of the files in a clone and executed, with stand-ins for
the objects around them. ToMe's blocks are timm's; here they get the modules of
transformers' CLIP. VScan knows one grid, one window and one layer; these four numbers are substituted.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Callable, List, Optional, Tuple, Union

import torch
import torch.nn.functional as F
from transformers.modeling_outputs import BaseModelOutput

from clones import functions, revision, source

FILES = {
    "ToMe": {
        "tome/merge.py": ["do_nothing", "bipartite_soft_matching", "merge_wavg", "merge_source"],
        "tome/patch/timm.py": ["ToMeBlock.forward", "ToMeAttention.forward"],
    },
    "FlowCut": {
        "flowcut/utils_flowcut.py": ["compute_score", "adaptive_prune_ratio"],
        "flowcut/modeling_clip_flowcut.py": ["CLIPAttention_forward", "CLIPEncoderLayer_forward", "CLIPEncoder_forward"],
    },
    "SelfEvolvingAgent": {
        "VScan/llava/model/llava_arch.py": [
            f"LlavaMetaForCausalLM.{name}" for name in ("token_merging", "window_cls_selection", "encode_images")
        ],
    },
}


@dataclass(frozen=True)
class Left:
    """What is left of an image's patches."""

    kept: list[int]  # those that are one patch, or that others were merged into by VScan; in the order fed
    made: list[list[int]]  # of each token the patches that it is made of
    rows: torch.Tensor  # [tokens, C]; of VScan after the connector


def same(x):
    return x


class Inside:
    def __init__(self, clones: Path, names: tuple[str, ...] = tuple(FILES)):
        self._functions = {name: self._cut(clones / name, FILES[name]) for name in names}
        self.revisions = {name: revision(clones / name) for name in names}

    @staticmethod
    def _cut(clone: Path, files: dict[str, list[str]]) -> dict:
        namespace = dict(
            torch=torch, nn=torch.nn, F=F, math=math, Callable=Callable, Tuple=Tuple, Optional=Optional, Union=Union,
            List=List, BaseModelOutput=BaseModelOutput,
        )  # fmt: skip
        for file, wanted in files.items():
            text = source(clone, file)
            if clone.name == "SelfEvolvingAgent":
                text, sides = re.subn(r"N == 24 \* 24|H = W = 24", lambda m: m[0].replace("24", "SIDE"), text)
                text, windows = re.subn(r"local_ratio\), window_size=6", "local_ratio), window_size=WINDOW", text)
                text, layers = re.subn(r"image_attentions\[5\]", "image_attentions[SHALLOW]", text)
                assert (sides, windows, layers) == (2, 1, 1)
            functions(text, wanted, namespace)
        return namespace

    @torch.no_grad()
    def tome(self, layers, x: torch.Tensor, merged: list[int]) -> Left:
        """x [1, T, C] in front of the first layer; merged: pairs by layer."""
        official = self._functions["ToMe"]
        info = {
            "r": list(merged), "size": None, "source": None, "prop_attn": True, "class_token": True, "distill_token": False,
            "trace_source": True,
        }  # fmt: skip
        info["source"] = torch.eye(x.shape[1])[None]
        for layer in layers:
            attention = layer.self_attn
            stand_in = SimpleNamespace(
                qkv=lambda h, a=attention: torch.cat([a.q_proj(h), a.k_proj(h), a.v_proj(h)], -1),
                num_heads=attention.num_heads,
                scale=attention.head_dim**-0.5,
                attn_drop=same,
                proj=attention.out_proj,
                proj_drop=same,
            )
            block = SimpleNamespace(
                attn=lambda h, size, a=stand_in: official["ToMeAttention.forward"](a, h, size),
                norm1=layer.layer_norm1,
                norm2=layer.layer_norm2,
                mlp=layer.mlp,
                _drop_path1=same,
                _drop_path2=same,
                _tome_info=info,
            )
            x = official["ToMeBlock.forward"](block, x)
        made = [(row[1:] > 0).nonzero().flatten().tolist() for row in info["source"][0][1:]]
        return Left([patches[0] for patches in made if len(patches) == 1], made, x[0, 1:])

    @torch.no_grad()
    def flowcut(self, layers, x: torch.Tensor, tokens: int) -> Left:
        """All layers of the tower; the features are those of the last but one."""
        official = self._functions["FlowCut"]
        encoder = SimpleNamespace(
            layers=[self._flowcut_layer(layer) for layer in layers],
            select_layer=len(layers) - 2,
            target=tokens + 1,
            config=SimpleNamespace(output_attentions=True, output_hidden_states=True, use_return_dict=True),
            gradient_checkpointing=False,
            training=False,
        )
        output, kept = official["CLIPEncoder_forward"](encoder, x)
        kept = kept[0].tolist()
        return Left(kept, [[patch] for patch in kept], output.hidden_states[-2][0, 1:])

    def _flowcut_layer(self, layer):
        official = self._functions["FlowCut"]
        attention = layer.self_attn

        def shape(tensor, length, batch):
            return tensor.view(batch, length, attention.num_heads, attention.head_dim).transpose(1, 2).contiguous()

        stand_in = SimpleNamespace(
            q_proj=attention.q_proj, k_proj=attention.k_proj, v_proj=attention.v_proj, out_proj=attention.out_proj,
            scale=attention.head_dim**-0.5, num_heads=attention.num_heads, head_dim=attention.head_dim, dropout=0.0,
            training=False, _shape=shape,
        )  # fmt: skip
        block = SimpleNamespace(
            self_attn=lambda **keys: official["CLIPAttention_forward"](stand_in, **keys),
            layer_norm1=layer.layer_norm1,
            layer_norm2=layer.layer_norm2,
            mlp=layer.mlp,
        )
        return lambda *given, **keys: official["CLIPEncoderLayer_forward"](block, *given, **keys)

    @torch.no_grad()
    def vscan(self, features: torch.Tensor, attentions: torch.Tensor, projector, tokens: int, shallow: int) -> Left:
        """features [N, C], attentions of CLS to the patches in all layers [L, heads, N]; shallow: layer from 0."""
        official = self._functions["SelfEvolvingAgent"]
        side = math.isqrt(len(features))
        official["window_cls_selection"].__globals__.update(SIDE=side, WINDOW=side // 4, SHALLOW=shallow)
        output = (features[None].clone(), attentions[:, None].clone())
        model = SimpleNamespace(get_vision_tower=lambda: lambda images: output, mm_projector=projector)
        stand_in = SimpleNamespace(get_model=lambda: model, get_visual_token_num=lambda: tokens)
        for name in ("window_cls_selection", "token_merging"):
            setattr(stand_in, name, lambda *given, f=official[name], **keys: f(stand_in, *given, **keys))
        rows, mask, _ = official["encode_images"](stand_in, None)
        kept = mask[0].nonzero().flatten().tolist()
        return Left(kept, [[patch] for patch in kept], rows[0][mask[0]])
