"""Runs every function of the forward pass on `meta` tensors, which have a device and shapes but no data.

    python devices.py ARCHIVE

A tensor that a function makes on the processor by mistake works there and fails on a GPU. Here it meets tensors of another
device, and is named. Prints one JSON object: `functions` (those that ran), `mixed` (function and operator that met tensors of
two devices), `unknown` (functions that no arguments are known for), `copies` (per function: from the host, to the host),
`kernels` (operators that launch one, per decoder layer on the pool of slots: a step's and a prefill's, by decoder and
images).
Needs torch alone.
"""

import collections
import json
import sys

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

META = torch.device("meta")
WIDTH, HEADS, KV_HEADS, HEAD, MLP, VOCABULARY = 64, 4, 2, 16, 96, 50
SIDE, PATCH, LAYERS = 12, 4, 3
PATCHES = (SIDE // PATCH) ** 2
ROWS, SLOTS, RANK, QUERIES = 5, 24, 2, 2

# The shape of each struct's fields, by name; a bias has its matrix's rows.
SHAPES = {
    "ClipEmbeddings": {
        "class_token": [WIDTH], "patches": [WIDTH, 3, PATCH, PATCH], "positions": [PATCHES + 1, WIDTH], "*": [WIDTH],
    },
    "ClipLayer": {"fc1": [MLP, WIDTH], "fc1_bias": [MLP], "fc2": [WIDTH, MLP]},
    "ClipScores": {},
    "ClipLast": {},
    "ClipTextEnds": {"tokens": [VOCABULARY, WIDTH], "positions": [VOCABULARY, WIDTH], "projection": [WIDTH, WIDTH]},
    "ClipProjection": {"projection": [WIDTH, WIDTH]},
    "MlpConnector": {"linear1": [WIDTH, WIDTH], "linear2": [WIDTH, WIDTH]},
    "LinearConnector": {"linear": [WIDTH, WIDTH]},
    "QFormerEnds": {"queries": [1, QUERIES, WIDTH], "projection": [WIDTH, WIDTH]},
    "QFormerWords": {"words": [VOCABULARY, WIDTH], "places": [ROWS, WIDTH]},
    "QFormerAttention": {},
    "Resampler": {
        "features": [WIDTH, WIDTH], "queries": [4, WIDTH], "positions": [4, WIDTH], "projection": [WIDTH, WIDTH],
    },
    "QFormerMlp": {"fc1": [MLP, WIDTH], "fc1_bias": [MLP], "fc2": [WIDTH, MLP]},
    "Newline": {},
    "PerceiverEnds": {"latents": [4, WIDTH]},
    "PerceiverLayer": {
        "q_norm": [HEAD], "q_norm_bias": [HEAD], "k_norm": [HEAD], "k_norm_bias": [HEAD], "fc1": [MLP, WIDTH], "fc2": [WIDTH, MLP],
    },
    "CrossConstants": {"k_norm": [HEAD]},
    "CrossBlock": {
        "q_norm": [HEAD], "gate": [MLP, WIDTH], "up": [MLP, WIDTH], "down": [WIDTH, MLP], "gate1": [1], "gate2": [1, 1, WIDTH],
    },
    "LlamaEnds": {
        "embedding": [VOCABULARY, WIDTH], "more_embedding": [2, WIDTH], "head": [VOCABULARY, WIDTH], "more_head": [2, WIDTH],
    },
    "LlamaLayer": {
        "k": [KV_HEADS * HEAD, WIDTH], "v": [KV_HEADS * HEAD, WIDTH], "k_bias": [KV_HEADS * HEAD], "v_bias": [KV_HEADS * HEAD],
        "gate": [MLP, WIDTH], "up": [MLP, WIDTH], "gate_bias": [MLP], "up_bias": [MLP], "down": [WIDTH, MLP],
        "q_norm": [HEAD], "k_norm": [HEAD],
    },
    "PackedTowerEmbeddings": {"patches": [WIDTH, 3, 2, PATCH, PATCH], "positions": [9, WIDTH]},
    "PackedTowerLayer": {
        "qkv": [3 * WIDTH, WIDTH], "qkv_bias": [3 * WIDTH], "fc_gate": [MLP, WIDTH], "fc_gate_bias": [MLP],
        "fc1": [MLP, WIDTH], "fc1_bias": [MLP], "fc2": [WIDTH, MLP],
    },
    "NormedMlpConnector": {
        "linear1": [4 * WIDTH, 4 * WIDTH], "linear1_bias": [4 * WIDTH], "linear2": [WIDTH, 4 * WIDTH],
    },
    "OptEnds": {"embedding": [VOCABULARY, WIDTH], "positions": [SLOTS, WIDTH], "head": [VOCABULARY, WIDTH]},
    "OptLayer": {"fc1": [MLP, WIDTH], "fc1_bias": [MLP], "fc2": [WIDTH, MLP]},
}
for matrix in ("q", "k", "v", "o", "gate", "up", "down"):
    out, inner = SHAPES["LlamaLayer"].get(matrix, [WIDTH, WIDTH])
    SHAPES.setdefault("LlamaLora", {}).update({matrix + "_a": [RANK, inner], matrix + "_b": [out, RANK]})
SINGLE = {"ClipTextEnds", "ClipProjection", "LlamaLora"}  # structs in fp32
MATRICES = {"q", "k", "v", "out", "o", "fc1", "fc2", "linear1", "linear2", "linear", "gate", "up", "down"}


IMAGES = (1, 7)  # whose kernels are counted
DROPS = (0.0, 0.1)


def meta(*shape, dtype=torch.bfloat16):
    return torch.empty(shape, dtype=dtype, device=META)


def numbers(count):
    return meta(count, dtype=torch.int64)


def short(count):
    return meta(count, dtype=torch.int32)


def pooled(images, rows_each, end, kv, **given):
    """A pass of some rows for each of some images, after a prefix of each image's, which returns one row of each."""
    rows = images * rows_each
    sequences = numbers(2 * (3 * images + 2))
    return {
        "x": meta(rows, WIDTH), "lists": [numbers(rows), numbers(rows), numbers(rows), sequences, numbers(images)], "at": 0,
        "outputs": 4 if rows_each > 1 else -1,
        "kv_pool": meta(2, LAYERS, kv, SLOTS, HEAD), "own": [images, rows_each, 9], "shared": [images, rows_each, 7],
        "weighed": [], "begin": 0, "end": end, "act": 4, "flash": True, **given,
    }


# Operators that launch no kernel, in addition to the views that an operator's signature tells.
WITHOUT_KERNEL = {"empty", "empty_like", "empty_strided", "new_empty", "detach", "_unsafe_view", "_reshape_alias"}


def launches(operator):
    views = any(r.alias_info is not None and not r.alias_info.is_write for r in operator._schema.returns)
    return not views and operator.overloadpacket.__name__ not in WITHOUT_KERNEL


class Devices(TorchDispatchMode):
    """Watches each operator: tensors of two devices, and copies between the host and the device."""

    def __init__(self):
        super().__init__()
        self.function = None
        self.mixed = []
        self.copies = collections.defaultdict(lambda: [0, 0])
        self.launched = 0

    def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        tensors = [x for x in tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)]
        name = operator.overloadpacket.__name__
        self.launched += launches(operator)
        if name in ("_to_copy", "copy_"):
            target = kwargs.get("device") if name == "_to_copy" else args[0].device
            source = args[0 if name == "_to_copy" else 1].device
            target = source if target is None else torch.device(target)
            if source != target:
                self.copies[self.function][0 if source.type == "cpu" else 1] += 1
                if target.type == "cpu" and name == "_to_copy":  # meta has no data to copy
                    return torch.zeros(args[0].shape, dtype=kwargs.get("dtype") or args[0].dtype)
                return operator(*args, **kwargs)
        # Operators take a number in a tensor of the host without copying it.
        devices = {x.device.type for x in tensors if x.dim() > 0}
        if len(devices) > 1:
            self.mixed.append(f"{self.function}: {name}")
            args, kwargs = torch.utils._pytree.tree_map_only(torch.Tensor, lambda x: x.to(META), (args, kwargs))
        if name == "_convolution":  # the operator that it calls, which has none of its last arguments, knows meta tensors
            return torch.ops.aten.convolution(*args[:9])
        return operator(*args, **kwargs)


def packed(module, struct, shapes, dtype=torch.bfloat16):
    """One struct of meta weights."""
    pack = getattr(module, "pack" + struct)
    count = 64  # more than any struct has
    fields = pack([meta(1)] * count, list(range(count)))._fields
    weights = []
    for field in fields:
        default = [WIDTH, WIDTH] if field in MATRICES else shapes.get("*", [WIDTH])
        weights.append(meta(*shapes.get(field, default), dtype=dtype))
    return weights, list(range(len(fields)))


def without_class_token(module):
    """Embeddings as SigLIP has them: no class token, no norm before the first layer."""
    shapes = SHAPES["ClipEmbeddings"] | {"positions": [PATCHES, WIDTH]}
    weights, at = packed(module, "ClipEmbeddings", shapes, torch.bfloat16)
    fields = module.packClipEmbeddings(weights, at)._fields
    absent = {"class_token", "norm", "norm_bias"}
    return module.packClipEmbeddings(weights, [-1 if field in absent else i for i, field in zip(at, fields)])


def without(module, name, *absent):
    """A struct without some of its fields."""
    pack = getattr(module, "pack" + name)
    weights, at = packed(module, name, SHAPES[name])
    return pack(weights, [-1 if field in absent else i for i, field in zip(at, pack(weights, at)._fields)])


def rms_normed(module):
    """A layer as no model has it: RMSNorm, and no gate."""
    return without(module, "PackedTowerLayer", "norm1_bias", "norm2_bias", "fc_gate", "fc_gate_bias")


def arguments(module):
    """Of each function the arguments of an ordinary call: on the device what is there in a run, on the host the rest."""
    single = torch.float32
    structs = {
        name: packed(module, name, shapes, single if name in SINGLE else torch.bfloat16) for name, shapes in SHAPES.items()
    }
    one = {name: getattr(module, "pack" + name)(*packed) for name, packed in structs.items()}
    worded = one["LlamaEnds"]  # as IDEFICS', with a vocabulary in two parts
    one["LlamaEnds"] = without(module, "LlamaEnds", "more_embedding", "more_head")
    clip = [one["ClipLayer"]] * LAYERS
    texts = [module.packClipLayer(*packed(module, "ClipLayer", SHAPES["ClipLayer"], single))] * LAYERS
    llama = [without(module, "LlamaLayer", "q_norm", "k_norm")] * LAYERS
    opt = [one["OptLayer"]] * LAYERS
    latents = [one["PerceiverLayer"]] * LAYERS
    looks, mlps = [one["QFormerAttention"]] * LAYERS, [one["QFormerMlp"]] * LAYERS
    looked = [meta(1, HEADS, PATCHES + 1, HEAD)] * LAYERS
    queried = {
        "keys": looked, "values": looked, "e": one["QFormerEnds"], "layers": looks, "looks": looks, "mlps": mlps,
        "texts": mlps, "frequency": 2, "heads": HEADS, "act": 1, "eps": 1e-5,
    }  # fmt: skip
    frequencies = meta(1, HEAD // 2, dtype=torch.float32)
    cache = meta(2, LAYERS, KV_HEADS, SLOTS, HEAD)
    rows = meta(ROWS, WIDTH)
    siglip = without_class_token(module)
    shape = {"n_heads": HEADS, "n_kv": KV_HEADS, "head_dim": HEAD, "eps": 1e-5}
    turned = {"frequencies": frequencies, "scale": 1.0}
    # Each decoder's structs, the width of all its keys, and what else its functions take.
    decoders = {
        "llama": {"w": one["LlamaEnds"], "layers": llama, "kv": KV_HEADS, **turned},
        "opt": {"w": one["OptEnds"], "layers": opt, "kv": HEADS},
    }
    features = meta(PATCHES, WIDTH)
    keys = meta(PATCHES, WIDTH, dtype=torch.float32)
    scores = meta(PATCHES, dtype=torch.float32)
    segments = numbers(11)
    positions = [numbers(ROWS)]
    attention = meta(HEADS, 2, len(segments), dtype=torch.float32)
    asking = [numbers(2), numbers(2), numbers(2), numbers(2), segments, numbers(4)]
    slots = meta(KV_HEADS, 8, HEAD)
    attended = {"q": meta(KV_HEADS, HEADS // KV_HEADS, 3, HEAD), "k": slots, "v": slots}
    watched = meta(2, HEADS, PATCHES + 1, HEAD)
    seen = [meta(HEADS, PATCHES + 1, HEAD)]
    ragged = {
        "lengths": [3, 2], "together": False, "sizes": [meta(ROWS, dtype=torch.float32)], "heads": HEADS, "eps": 1e-5,
    }
    logits = meta(3, VOCABULARY, dtype=torch.float32)
    choices = [{"logits": logits, "lists": [numbers(early), numbers(1)], "at": 0} for early in (0, 1)]
    calls = {
        "own": [{"x": torch.zeros(3), "like": [meta(1)]}],
        "pixel_values": [{"x": torch.zeros(2, 3, 4, 3, dtype=torch.uint8), "table": meta(768, dtype=single)}],
        "place": [{"x": torch.zeros(3), "device": "meta", "dtype": 15}],
        "regular": [{"elements": meta(ROWS * WIDTH), "shape": [WIDTH, ROWS], "strides": [1, WIDTH]}],
        "updated": [
            {
                "x": torch.zeros(6, 4), "down": torch.zeros(2, 4), "up": torch.zeros(6, 2), "scale": 0.5, "device": "meta",
                "dtype": 15,
            }
        ],
        "grown": [{"x": rows, "rows": 3}],
        "raw": [{"x": rows, "start": 1, "end": 5}],
        "floats": [{"x": rows}],
        "joined": [{"parts": [rows, attention]}],
        "longs": [{"x": meta(3, dtype=torch.int64)}],
        "row": [{"x": rows, "i": 1}],
        "behind": [{"x": rows, "rows": 1}],
        "padded": [{"x": rows}],
        "act": [{"x": rows + 0, "kind": kind} for kind in range(5)],
        "counted": [{"lengths": [3, 0, 2]}],
        "gather": [{"x": rows, "kept": [2, 0]}],
        "rows": [{"x": rows, "lists": positions, "at": 0}],
        "rows_of_groups": [{"x": meta(6, WIDTH), "groups": 2, "start": 1, "count": 1}],
        "range_of": [{"x": rows, "start": 1, "end": 3}],
        "copy_of": [{"x": rows, "start": 1, "end": 3}],
        "index": [{"numbers": [2, 0], "x": rows}],
        "indices": [{"numbers": [2, 0, 1], "lengths": [1, 0, 2], "like": [meta(1)]}],
        "concat": [{"parts": [rows, rows]}],
        "optional": [{"w": [rows], "i": 0}],
        "view": [{"file": meta(12), "start": 0, "end": 12, "shape": [3, 4]}],
        "tower_like": [{"e": one["ClipEmbeddings"]}],
        "kept_embeddings": [{"e": one["ClipEmbeddings"], "kept": [0, 2]}],
        "kept_pixels": [{"pixels": meta(1, 3, SIDE, SIDE, dtype=single), "kept": [0, 2], "p": PATCH}],
        "split_heads": [{"x": meta(2, PATCHES + 1, WIDTH), "heads": HEADS}],
        "tower": [
            {
                "pixels": meta(2, 3, SIDE, SIDE, dtype=torch.float32), "e": embeddings, "layers": clip,
                "last": one["ClipLast"], "select": [2], "scored": 2, "watch": [0, 2], "valued": 1,
                "forks": [0, 1], "depth": LAYERS, "heads": HEADS, "act": 0, "eps": 1e-5,
            }
            for embeddings in (one["ClipEmbeddings"], siglip)
        ],
        # Views of 4 x 2 and 2 x 2 patches, a picture and a pair of frames, in windows of 2 x 2.
        "packed_tower": [
            {
                "views": [meta(1, 3, 4 * PATCH, 2 * PATCH, dtype=single), meta(2, 3, 2 * PATCH, 2 * PATCH, dtype=single)],
                "lists": [numbers(3), numbers(3), numbers(24)], "e": one["PackedTowerEmbeddings"],
                "layers": [one["PackedTowerLayer"], rms_normed(module)] * 2, "full": [1], "count": [1, 1],
                "length": [8, 4], "windows": [3], "window": [4], "side": 3, "block": 2, "deeper": deeper, "watch": [1],
                "depth": LAYERS, "heads": HEADS, "act": 4,
            }
            for deeper in ([], [0])
        ],
        "some_blocks": [{"rows": meta(16, WIDTH), "blocks": numbers(2), "patches": 4}],
        "learned_positions": [{"table": meta(9, WIDTH), "side": 3, "h": 4, "w": 2, "block": 2}],
        "packed_tower_like": [{"e": one["PackedTowerEmbeddings"]}],
        "patch_rows": [
            {"pixels": meta(moments, 3, 2 * PATCH, 4 * PATCH, dtype=single), "p": PATCH, "block": 2} for moments in (1, 2)
        ],
        "norm_rows": [{"x": rows, "weight": meta(WIDTH), "bias": bias, "eps": 1e-6} for bias in (None, meta(WIDTH))],
        "norm_heads": [{"x": rows, "weight": weight, "eps": 1e-6} for weight in (None, meta(WIDTH))],
        "scaled": [{"x": rows + 0, "scale": scale} for scale in (None, meta(WIDTH))],
        "bucketed": [{"e": one["ClipEmbeddings"], "side": SIDE // PATCH}],
        "tower_blocks": [{"x": meta(2, cls + 16, WIDTH), "cls": cls, "side": 4, "block": 2} for cls in (0, 1)],
        "block_means": [{"x": meta(*shape, dtype=single), "side": 4, "block": 2} for shape in ([16], [16, WIDTH])],
        "block_keys": [{"k": [meta(HEADS, 17, HEAD)], "layer": 0, "cls": 1, "side": 4, "block": 2}],
        "video_maps": [
            {"x": meta(1, WIDTH, 5, 5, dtype=single), "to": to, "average": average}
            for to, average in ((3, False), (2, True))
        ],
        "video_patches": [
            {"x": meta(*shape, dtype=single), "side": 5, "to": to, "average": average}
            for shape in ([25], [25, WIDTH]) for to, average in ((3, False), (2, True))
        ],
        "video_keys": [
            {"k": [meta(HEADS, 26, HEAD)], "layer": 0, "cls": 1, "side": 5, "to": to, "average": average}
            for to, average in ((3, False), (2, True))
        ],
        "patch_rotation": [{"at": meta(ROWS, 2, dtype=torch.int64), "head": HEAD, "x": rows}],
        "rotated": [
            {
                "x": meta(ROWS, HEADS, HEAD), "cos": meta(ROWS, 1, HEAD, dtype=single),
                "sin": meta(ROWS, 1, HEAD, dtype=single),
            }
        ],
        "attend_segments": [
            {**dict.fromkeys("qkv", meta(12, HEADS, HEAD)), "count": count, "length": length}
            for count, length in (([3], [4]), ([1, 1], [8, 4]))
        ],
        "raster": [{"x": meta(12, HEADS, HEAD), "order": numbers(3), "patches": 4}],
        "packed_rows": [{"xs": [meta(HEADS, 12, HEAD)], "start": 4, "end": 12}],
        "packed_column_attention": [{**dict.fromkeys("qk", [meta(HEADS, 12, HEAD)]), "layer": 0, "patches": 4}],
        "packed_block_keys": [{"k": [meta(HEADS, 12, HEAD)], "layer": 0, "patches": 4}],
        "feature_means": [{"x": meta(3, 4 * WIDTH), "patches": 4}],
        "normed_mlp": [{"x": meta(3, 4 * WIDTH), "w": one["NormedMlpConnector"], "act": 1, "eps": 1e-5}],
        "project_blocks": [{"x": meta(3, 4 * WIDTH), "w": one["NormedMlpConnector"], "act": 1}],
        "project_levels": [
            {
                "x": meta(3, 8 * WIDTH), "w": one["NormedMlpConnector"], "levels": [one["NormedMlpConnector"]],
                "act": 1,
            }
        ],
        "project_normed": [{"x": meta(3, 4 * WIDTH), "w": one["NormedMlpConnector"], "act": 1}],
        "stretched": [{"x": meta(4, WIDTH), "grid": 2, "side": 3}],
        "resized": [{"e": one["ClipEmbeddings"], "grid": SIDE // PATCH, "side": 2}],
        "script_evidence": [{"names": "a,b", "xs": [scores, features], "sides": [3, 3], "like": [meta(1)]}],
        "script_numbers": None,  # no tensors
        "layout": [{"x": scores}],
        "copied": [{"x": scores}],
        "pieces": [{"x": rows, "lengths": [3, 2], "together": False, "heads": HEADS}],
        "attention_half": [{"x": rows, "w": one["ClipLayer"], **ragged}],
        "mlp_half": [{"x": rows, "w": one["ClipLayer"], "act": 0, "eps": 1e-5}],
        "tower_attention": [{"x": rows, "layers": clip, "layer": 1, **ragged}],
        "tower_mlp": [{"x": rows, "layers": clip, "layer": 1, "act": 0, "eps": 1e-5}],
        "tower_rows": [{"xs": [meta(2, PATCHES + 1, WIDTH)], "i": 0}],
        "tower_pieces": [{"xs": [watched], "i": 0, "together": together} for together in (True, False)],
        "tower_means": [
            {"x": rows, "source": [0, 2, 4], "place": [0, 1, 1], "sizes": meta(ROWS, dtype=torch.float32), "rows": 2}
        ],
        **{
            "layer_" + view: [{"q": [watched], "k": [watched], "v": [watched], "which": [0], "cls": 1}]
            for view in ("attention", "values", "norms", "matches")
        },
        "between": [{"x": rows, "start": 1, "end": 3}],
        "rows_of": [{"xs": [watched], "i": 1}],
        "attend": [{"q": meta(HEADS, 1, HEAD), "k": meta(HEADS, PATCHES + 1, HEAD)}],
        "class_attention": [{"q": seen, "k": seen, "layer": 0}],
        "column_attention": [{"q": seen, "k": seen, "layer": 0, "cls": 1}],
        "patch_attention": [{"q": seen, "k": seen, "layer": 0}],
        "key_products": [{"k": seen, "layer": 0, "cls": 1}],
        "mean_keys": [{"k": seen, "layer": 0, "cls": 1}],
        "unit": [{"x": features}],
        "cosines": [{"x": features}],
        "transport_kernel": [{"x": features}],
        "approximation_errors": [{"x": features, "basis": 2, "start": 1}],
        "cosines_with": [{"x": rows, "y": features}],
        "same_row_cosines": [{"x": features, "y": features}],
        "steady_channels": [{"views": [features, features], "rows": 2 * PATCHES}],
        "gaussians": [{"x": keys, "centre": meta(WIDTH, dtype=single)}],
        "centre_scores": [{"views": [features, features]}],
        "mean_distances": [{"views": [features, features], "patches": [2, 0]}],
        "damped_unit": [{"x": features}],
        "damped_cosines": [{"x": features}],
        "mean_cosines": [{"x": rows, "y": features}],
        "products": [{"x": meta(2, WIDTH, dtype=single), "y": keys}],
        "clip_texts": [
            {
                "ids": [1, 2, 3, 4, 5], "lengths": [3, 2], "e": one["ClipTextEnds"], "layers": texts, "heads": HEADS, "act": 0,
                "eps": 1e-5,
            }
        ],
        "clip_patches": [{"x": features, "p": one["ClipProjection"], "eps": 1e-5}],
        "loadings": [{"x": features}],
        "blend": [{"x": features, "shares": meta(2, PATCHES, dtype=torch.float32)}],
        "score": [{"x": meta(PATCHES + 1, WIDTH), "w": one["ClipScores"], "eps": 1e-5}],
        "project": [{"x": features, "w": one["MlpConnector"], "act": 1}],
        "project_linear": [{"x": features, "w": one["LinearConnector"], "act": 1}],
        "qformer_features": [{"features": features, "looks": looks, "heads": HEADS}],
        "qformer_words": [{"ids": [3, 1, 2], "lengths": [2, 1], "w": one["QFormerWords"]}],
        "qformer_attended": [{"x": rows, "mixed": rows, "w": looks[0], "eps": 1e-5}],
        "qformer_mlp": [{"x": rows, "w": mlps[0], "act": 1, "eps": 1e-5}],
        **{
            function: [
                {"words": [meta(3, WIDTH)], "lengths": [2, 1], **queried},
                {"words": [], "lengths": [0, 0], **queried},
            ]
            for function in ("asking_queries", "queried", "query_attention")
        },
        **{
            function: [{"features": features, "r": one["Resampler"], "grid": 2, "side": SIDE // PATCH, "heads": HEADS, "eps": 1e-6}]
            for function in ("resampler_sides", "resampled", "resampler_attention")
        },
        "latent_norm": [{"x": rows, "weight": weight, "bias": weight} for weight in (None, meta(WIDTH))],
        **{
            function: [
                {
                    "features": of, "latents": meta(1, 4, WIDTH), "e": one["PerceiverEnds"], "w": latents[0],
                    "layers": latents, "blocks": [one["CrossConstants"]] * 2, "depth": LAYERS, "heads": HEADS,
                    "head_dim": HEAD, "eps": 1e-5,
                }
            ]
            for function, of in {
                "latent_heads": meta(1, PATCHES, WIDTH), "latents_after": meta(1, PATCHES, WIDTH),
                "image_constants": [features, features], "latent_attention": features,
            }.items()
        },
        "cross_block": [
            {
                "x": rows, "blocks": [one["CrossBlock"]] * 2, "b": 1, "images": [meta(8, 4 * WIDTH)],
                "runs": [1, -1, 0, 0, ROWS - 1, 0, 4, 8], "head_dim": HEAD, "act": 4, "eps": 1e-5,
            }
        ],
        "word_rows": [
            {"ids": numbers(4), "embedding": meta(VOCABULARY, WIDTH), "more": more} for more in (None, meta(2, WIDTH))
        ],
        "arrange_with_newlines": [{"x": rows, "w": one["Newline"], "order": [1, ROWS, 0]}],
        "arrange_smaller": [
            {
                "x": rows, "w": one["Newline"], "order": [0, 1, 2, 3, 4], "before": 1, "rows": 2, "cols": 2, "to_rows": 1,
                "to_cols": 2,
            }
        ],
        "nearest": [{"keys": keys, "kept": [4, 1], "neighbours": 3}],
        "merge": [
            {"x": features, "keys": keys, "a": scores, "kept": kept, "neighbours": 3, "summary": True}
            for kept in ([4, 1], [])
        ],
        "wavelengths": None,  # made on the host, once for each model
        "cache": [{"layers": LAYERS, "kv_heads": KV_HEADS, "slots": SLOTS, "head_dim": HEAD, "like": [meta(1)]}],
        "grow": [{"cache": cache, "used": 6, "slots": 2 * SLOTS}],
        "restore": [{"cache": cache, "prefix": meta(2, LAYERS, KV_HEADS, 6, HEAD), "used": 6, "first": 0, "end": LAYERS}],
        "rms_norm": [{"x": rows, "weight": meta(WIDTH), "eps": 1e-5}],
        "rotate": [{"x": meta(ROWS, HEADS, HEAD), "cos": meta(ROWS, 1, HEAD), "sin": meta(ROWS, 1, HEAD)}],
        "with_visual": [
            {"x": meta(4, WIDTH), "slots": [1, 3], "visual": [features, features]},
            {"x": meta(1, WIDTH), "slots": [], "visual": []},
        ],
        "first_columns": [{"x": rows, "width": width} for width in (WIDTH, 8)],
        "widened": [{"x": rows, "width": 2 * WIDTH}],
        "add_level": [{"x": rows, "levels": meta(ROWS, 2 * WIDTH)}],
        "head_norm": [{"x": meta(ROWS, HEADS, HEAD), "weight": weight, "eps": 1e-6} for weight in (None, meta(HEAD))],
        "mask": [{"s": segments, "rows": ROWS}],
        "rotation": [
            {"positions": numbers(ROWS * parts), "frequencies": of, "scale": 1.0, "x": rows}
            for parts, of in ((1, frequencies), (3, meta(1, 3, HEAD // 2, dtype=single)))
        ],
        "position_parts": [{"frequencies": frequencies}],
        "group_masks": [
            {"x": rows, "lists": masks, "at": 0, "rows": [3, 2]}
            for masks in ([numbers(0)] * 4, [numbers(3), numbers(0), numbers(8), numbers(8)])
        ],
        "for_heads": [{"k": slots, "q": attended["q"]}],
        "attend_shared": [{"mask": meta(3, 8, dtype=torch.bool), "causal": False, **attended}],
        "attend_summed": None,  # the processor's kernel
        "attend_last": [attended],
        "attend_questions": None,
        "attend_groups": [
            {
                "q": meta(HEADS, ROWS, HEAD), "k": meta(KV_HEADS, ROWS, HEAD), "v": meta(KV_HEADS, ROWS, HEAD),
                "masks": [numbers(0), meta(2, 8, dtype=torch.bool)], "caches": [cache, cache], "layer": 1, "first": [0, 0],
                "rows": [3, 2], "past": [0, 6], "lengths": [[], []],
            }
        ],
        "asked_rows": [{"x": rows, "lists": [numbers(n)], "at": 0} for n in (1, 4)],
        "flat_keys": [{"k": meta(KV_HEADS, 4, HEAD)}],
        "cached": [{"cache": cache, "kind": 1, "layer": 1, "start": 2, "count": 4}],
        "mean_query": [
            {"q": meta(ROWS, HEADS * HEAD), "k": meta(ROWS, KV_HEADS * HEAD), "head_dim": HEAD}
        ],
        "scores": [
            {
                "q": meta(2, HEADS, HEAD), "keys": [meta(KV_HEADS, n, HEAD) for n in parts], "lists": asking,
            }
            for parts in ([len(segments)], [6, len(segments) - 6])
        ],
        "mean_attention": [{"a": attention, "start": 2, "count": 4}],
        "columns": [{"a": attention, "lists": asking, "at": 3}],
        "flow_scores": [
            {
                "a": attention, "start": 2, "count": 4, "lists": asking, "at": at,
                "values": [meta(KV_HEADS, n, HEAD) for n in parts],
            }
            for parts in ([len(segments)], [6, len(segments) - 6])
            for at in (-1, 3)
        ],
        "query_rows": [{"a": attention, "start": 0, "end": 1}],
        "received": [{"a": meta(PATCHES, PATCHES, dtype=torch.float32)}],
        "relevance": [{"text": rows, "visual": features}],
        **rules(features, rows),
        "weighed": [{"visible": meta(ROWS, 8, dtype=torch.bool), "sizes": numbers(8), "like": rows}],
        "high_pass": [{"x": features, "down": meta(3, 3, dtype=torch.float32), "across": meta(3, 3, dtype=torch.float32)}],
        "key_cosines": [{"k": meta(KV_HEADS, 4, HEAD)}],
        "sums": [{"x": features, "share": meta(2, PATCHES, dtype=torch.float32)}],
        "vocabulary_logits": [{"x": rows, "head": meta(VOCABULARY, WIDTH), "packed_head": []}],
        "packed_heads": [{"head": meta(VOCABULARY, WIDTH), "kind": 0}],
        "reads": [{"x": rows, "packed": []}],
        "packed_weight": None,  # oneDNN's, which no GPU runs
        "packed_product": None,
        "int8_rows": [{"x": rows}],
        "int8_weight": None,
        "int8_product": None,
        "layer_norm": [{"x": rows, "weight": meta(WIDTH), "bias": meta(WIDTH), "eps": 1e-5}],
        "opt_place": [{"x": rows, "w": one["OptEnds"], "lists": positions, "at": 0}],
        "opt_split": [{"x": meta(ROWS, 3 * WIDTH), "head_dim": HEAD}],
        "opt_heads": [{"h": rows, "weight": meta(WIDTH, WIDTH), "bias": meta(WIDTH), "head_dim": HEAD}],
        "allowed": choices,
        "likeliest": [{"logits": logits}],
        "choose": choices,
        "choose_with_margins": choices,
        "penalised": [
            {"logits": meta(3, VOCABULARY, dtype=torch.float32), "lists": [numbers(5)], "at": 0, "penalty": 1.05}
        ],
        "lettered": [
            {
                "logits": meta(3, VOCABULARY, dtype=torch.float32), "before": meta(3, VOCABULARY, dtype=torch.float32),
                "lists": [numbers(1), numbers(4)], "at": 0,
            }
        ],
        "joined_bias": [{"parts": [None, None]}, {"parts": [meta(2), meta(3)]}],
        "pool": [{"layers": LAYERS, "kv_heads": KV_HEADS, "slots": SLOTS, "head_dim": HEAD, "like": [meta(1)]}],
        "copy_slots": [{"kv_pool": cache, "source": cache, "start": 2, "to": 9, "count": 4, "begin": 0, "end": LAYERS}],
        "spread_slots": [
            {"kv_pool": cache, "source": cache, "lists": [numbers(12)], "start": 2, "count": 4, "begin": 0, "end": LAYERS}
        ],
        "pooled": [{"kv_pool": cache, "kind": 1, "layer": 1, "lists": [numbers(4)]}],
        "take": [{"cache": cache, "source": cache, "lists": [numbers(3)], "to": 4}],
        "take_slots": [{"kv_pool": cache, "lists": [numbers(4), numbers(4)], "begin": 0, "end": LAYERS}],
        "rms": [{"x": rows, "weight": meta(WIDTH), "eps": meta(1, dtype=torch.float32)}],
        "attend_exactly": None,  # reads lengths; no GPU runs it
        "attend_ranges": [
            {
                "q": meta(ROWS, HEADS, HEAD), "k": meta(SLOTS, KV_HEADS, HEAD), "v": meta(SLOTS, KV_HEADS, HEAD),
                "queries": short(3), "starts": short(3), "used": short(2), "most_rows": 3, "most_slots": 9, "causal": True,
                "flash": True,
            }
        ],
        "add_product": [
            {"x": meta(ROWS, WIDTH), "a": rows, "w": meta(WIDTH, WIDTH), "bias": bias} for bias in (None, meta(WIDTH))
        ],
        "product": [  # on a processor more than 256 rows go in pieces
            {"x": x, "w": meta(MLP, WIDTH), "bias": bias} for x in (rows, meta(300, WIDTH)) for bias in (None, meta(MLP))
        ],
        "pool_ranges": [
            {
                "x": rows, "lists": [numbers(ROWS), numbers(2 * (3 * 2 + 2))], "at": 0, "own": [2, 3, 9], "shared": [2, 3, 7],
            }
        ],
        "attend_pool": [
            {
                "heads": meta(ROWS, HEADS + 2 * KV_HEADS, HEAD), "n_heads": HEADS, "layer": 1, "slots": numbers(ROWS),
                "kv_pool": cache, "ranges": [short(3), short(3), short(2)] * 2 + [meta(ROWS, dtype=torch.float32)],
                "own": [2, 3, 9], "shared": [2, 3, 7], "masks": [], "weighed": [], "flash": True,
            }
        ],
        "pool_masks": [{"x": rows, "lists": [numbers(8)] * 3, "at": 0, "weighed": [2, 3]}],
        "attend_weighed": [
            {
                "a": meta(ROWS, HEADS, HEAD), "q": meta(ROWS, HEADS, HEAD), "kv_pool": cache, "layer": 1,
                "masks": [numbers(8), meta(3, 8)], "weighed": [2, 3],
            }
        ],
        "map_file": None,  # opens a file on the host
        "reread": None,  # bytes of the host
    }
    for name, decoder in decoders.items():
        caches = [meta(2, LAYERS, decoder["kv"], SLOTS, HEAD)] * 2
        behind = {"layer": 1, **decoder, **shape}
        joined = list(decoder["layers"])
        on_pool = decoder | shape | {"joined": getattr(module, name + "_join")(joined), "layers": joined, "n_kv": decoder["kv"]}
        calls |= {
            name + "_like": [decoder],
            name + "_embed": [{"lists": [numbers(4)], "at": 0, "slots": [1, 3], "visual": [features, features], **decoder}],
            name + "_span": [
                {
                    "x": rows, "caches": caches, "first": [0, 0], "rows": [3, 2], "past": [0, 6], "lengths": [[], []],
                    "lists": [*positions, *masks, numbers(2)], "at": 0, "begin": 0, "end": LAYERS, "act": 4, "packed_layers": [],
                    "outputs": outputs, **decoder, **shape,
                }
                for masks in ([numbers(0)] * 4, [numbers(3), numbers(0), numbers(8), numbers(8)]) for outputs in (-1, 5)
            ],
            name + "_pack": [{"kind": 0, **decoder}],
            name + "_packed_head": [{"kind": 0, **decoder}],
            name + "_join": [{"layers": list(decoder["layers"])}],
            name + "_pooled_span": [
                pooled(images, rows_each, end, **on_pool)
                for images in IMAGES for rows_each in (1, 3) for end in (1, LAYERS)
            ],
            name + "_projected_keys": [{"x": rows, "lists": positions, "at": 0, **behind}],
            name + "_attention": [
                {"x": meta(2, WIDTH), "keys": [meta(decoder["kv"], len(segments), HEAD)], "lists": asking, **behind}
            ],
            name + "_relative_attention": [{"a": attention, "start": 2, "count": 4, "lists": asking, **behind}],
            name + "_mean_query_attention": [{"x": rows, **behind}],
            name + "_normed": [{"x": rows, **behind}],
            name + "_head": [{"x": rows, "packed_head": [], **behind}],
        }
    calls["llama_embed"].append(calls["llama_embed"][0] | {"w": worded})
    calls["llama_head"].append(calls["llama_head"][0] | {"w": worded})
    # As Qwen3-VL's: norms of heads, and numbers that the first layers add.
    normed, levels = [one["LlamaLayer"]] * LAYERS, {"x": meta(ROWS, 3 * WIDTH)}
    calls["llama_span"].append(calls["llama_span"][0] | levels | {"layers": normed, "end": 1})
    for end in (1, LAYERS):
        layers = list(normed)
        calls["llama_pooled_span"].append(
            pooled(ROWS, 1, end, kv=KV_HEADS, joined=module.llama_join(layers), layers=layers, **turned, **shape)
            | levels
        )
    calls |= training(module, one, structs, frequencies, shape)
    for name in SHAPES:
        weights, at = structs[name]
        calls["pack" + name] = [{"w": weights, "at": at}]
        calls["pack" + name + "s"] = [{"w": weights, "at": [at]}]
    return calls


def rules(states, text):
    """The same of the rules of cuts, which read no hidden states to the host."""
    double = meta(PATCHES, dtype=torch.float64)
    single = meta(PATCHES, dtype=torch.float32)
    keys, text_keys = meta(PATCHES, KV_HEADS * HEAD), meta(ROWS, KV_HEADS * HEAD)
    relevance, attention = meta(ROWS, dtype=torch.float32), meta(HEADS, ROWS, PATCHES, dtype=torch.float32)
    asked = {"relevance": relevance, "attention": attention[0]}
    cosines = meta(PATCHES, PATCHES, dtype=torch.float32)
    cut = {"cosines": cosines, "cutoff": 0.21, "reach": 1.5}
    dart = {"keys": keys, "text_keys": text_keys, "states": states, "text_states": text, "each": 1}
    return {
        "falling": [{"scores": double}],
        "largest": [{"scores": double, "count": 4}],
        "row_norms": [{"x": states}],
        "v2drop": [{"before": states, "behind": states, "count": 4}],
        "pivots": [{"keys": keys, "count": 4}],
        "dart": [dart | {"count": count} for count in (2, 2 * ROWS)],
        "raters": [{"relevance": relevance}],
        "rated": [asked],
        "density_peaks": [{"x": states, "count": 2}],
        "sparsevlm": [asked | {"states": states, "whole": 3, "recycled": 4, "clusters": 2}],
        "sparsevlm_plus": [{"relevance": relevance, "attention": attention, "count": 3, "heads": 2}],
        "fastv_rows": [{"visual": single, "text": attention[0], "count": 3}],
        "shares": [{"attention": double}],
        "priortr": [{"attention": attention[0], "count": 3, "prior": 0, "first": first, "end": -1} for first in (0, -2)],
        "key_clusters": [{"chosen": numbers(4), **cut}],
        "pact": [{"attention": single, "states": states, "count": 4, **cut}],
    }


def training(module, one, structs, frequencies, shape):
    """The same of the functions of a training."""
    layer, lora, lengths = one["LlamaLayer"], one["LlamaLora"], [3, 2]
    rows, vector = meta(ROWS, WIDTH), meta(60, dtype=torch.float32)
    angles = {"cos": meta(ROWS, 1, HEAD), "sin": meta(ROWS, 1, HEAD)}
    own = {"w": layer, "lora": lora, "scale": 0.5, "drop": 0.1, "key": 3}
    query, key = meta(ROWS, HEADS, HEAD), meta(ROWS, KV_HEADS, HEAD)
    parts = [rows, query, key, key, rows, rows, rows, meta(ROWS, MLP), meta(ROWS, MLP)]
    lists = [numbers(ROWS), numbers(2), numbers(2), numbers(3), numbers(0)]
    groups = {"rows": lengths, "masks": [meta(3, 3, dtype=torch.bool), numbers(0)]}
    connectors = {
        name: getattr(module, "pack" + name)([weight.float() for weight in structs[name][0]], structs[name][1])
        for name in ("MlpConnector", "LinearConnector")
    }
    product = {"x": rows, "w": layer.up, "a": lora.up_a, "b": lora.up_b, "scale": 0.5, "key": 3}
    return {
        "views": [{"flat": vector, "start": 2, "shapes": [[2, 3], [4]]}],
        "zeros": [{"count": 60, "like": [meta(1)]}],
        "clear": [{"x": vector}],
        "put": [{"x": vector, "start": 2, "values": torch.zeros(3)}],
        "as_like": [{"x": vector, "like": [meta(1)]}],
        "elements": [{"x": vector, "start": 2, "end": 5}],
        "stored": [{"x": vector, "start": 2, "end": 5, "dtype": 15}],
        "dropped": [{"x": rows, "drop": drop, "key": 3} for drop in DROPS],
        "stirred": [{"z": numbers(3), "by": 30, "rest": 2**34 - 1}],
        "adapted": [{"bias": bias, "drop": drop, **product} for bias in (None, layer.up_bias) for drop in DROPS],
        "adapted_gradient": [
            {"d": meta(ROWS, MLP), "da": lora.up_a, "db": lora.up_b, "drop": drop, **product} for drop in DROPS
        ],
        "norm_gradient": [{"d": rows, "x": rows, "weight": meta(WIDTH), "eps": 1e-5}],
        "active": [{"x": rows, "kind": kind} for kind in range(5)],
        "active_gradient": [{"d": rows, "x": rows, "kind": kind} for kind in range(5)],
        "of_sequence": [{"x": query, "start": 1, "r": 2}],
        "seen": [{"lists": lists, "at": 3, "rows": lengths}],
        "attend_each": [{"q": query, "k": key, "v": key, **groups}],
        "attend_gradient": [{"d": rows, "q": query, "k": key, "v": key, **groups}],
        "inside": [{"x": rows, **groups, **own, **angles, **shape}],
        "outside": [{"s": parts, "act": 4, **own}],
        "layer_gradient": [
            {"d": rows, "x": rows, "s": parts, "g": lora, "act": 4, "eps": 1e-5, **groups, **own, **angles}
        ],
        "begin": [{"w": one["LlamaEnds"], "lists": [numbers(3), numbers(5)], "images": images} for images in ([], [rows])],
        "answer_loss": [{"x": rows, "lists": lists, "at": 1, "w": one["LlamaEnds"], "eps": 1e-5}],
        "learn": [
            {
                "x": rows, "lists": lists, "at": 0, "segments": 3, "frequencies": frequencies, "turn": 1.0, "w": one["LlamaEnds"],
                "layers": [layer] * LAYERS, "loras": [lora] * LAYERS, "gradients": [lora] * LAYERS, "rows": lengths,
                "keep": keep, "scale": 0.5, "drop": 0.1, "key": 3, "act": 4, **shape,
            }
            for keep in (False, True)
        ],
        "add_bias": [{"bias": bias, "d": meta(ROWS, WIDTH, dtype=torch.float32)} for bias in (None, meta(WIDTH))],
        **{
            function + "_gradient": [
                {
                    "d": rows, "lists": lists, "at": 1, "x": meta(2, WIDTH, dtype=torch.float32), "w": connectors[name],
                    "g": connectors[name], "act": 1,
                }
            ]
            for function, name in (("project", "MlpConnector"), ("project_linear", "LinearConnector"))
        },
        "norm_of": [{"x": vector}],
        "adamw": [
            {
                "x": vector, "gradients": vector, "mean": vector, "square": vector, "start": 5, "end": 50, "share": 0.1,
                "keep": 1.0, "beta1": 0.9, "beta2": 0.999, "rate": 1e-3, "root": 0.1, "eps": 1e-8,
            }
        ],
    }


def per_layer(launched):
    """Kernels of a decoder layer by images: a step's and a prefill's, from spans of one layer and of all."""
    pairs = [(many - one) / (LAYERS - 1) for one, many in zip(launched[::2], launched[1::2])]
    return {images: pairs[2 * i:2 * i + 2] for i, images in enumerate(IMAGES)}


def main(archive):
    module = torch.jit.load(archive)
    functions = sorted(name for name in module._c._method_names() if name != "forward")
    calls = arguments(module)
    devices = Devices()
    ran = []
    launched = collections.defaultdict(list)
    for name in functions:
        names = [argument.name for argument in module._c._get_method(name).schema.arguments[1:]]
        for given in calls.get(name) or []:
            devices.function = name
            before = devices.launched
            with devices, torch.no_grad(), torch.jit.optimized_execution(False):  # as Torch.call has it
                getattr(module, name)(*[given[argument] for argument in names])
            ran.append(name)
            launched[name].append(devices.launched - before)
    json.dump(
        {
            "functions": sorted(set(ran)),
            "mixed": devices.mixed,
            "unknown": [name for name in functions if name not in calls],
            "copies": devices.copies,
            "kernels": {name: per_layer(launched[name + "_pooled_span"]) for name in ("llama", "opt")},
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(sys.argv[1])
