"""Writes two small random CLIP folders, for the towers of checkpoints/mha and of conf/mini-llava.

    python make_clips.py GOLDENS

GOLDENS/clips/mha: vision width 48; safetensors in fp32; an end token as old files state it. GOLDENS/clips/mini: vision
width 192, torch.save in fp16, 20 positions, so that questions have several pieces. Only what a text tower needs is of use:
the vision towers have one narrow layer.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer, CLIPTokenizerFast

import corpus

VOCABULARY = 580
BEGIN, END = "<|startoftext|>", "<|endoftext|>"

CLIPS = {
    "mha": dict(width=12, layers=2, heads=3, positions=77, vision=48, space=20, act="quick_gelu", eos=2, seed=31),
    "mini": dict(width=16, layers=3, heads=2, positions=20, vision=192, space=12, act="gelu", eos=VOCABULARY - 1, seed=32),
}


def write_tokenizer(folder: Path, positions: int) -> None:
    """CLIP's byte pairs, trained on the small corpus, as transformers' CLIPTokenizerFast saves them."""
    trained = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    trained.normalizer = normalizers.Lowercase()
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - 2, initial_alphabet=alphabet, end_of_word_suffix="</w>", show_progress=False
    )
    plain = [line.lower().replace(" ", "\n") for line in corpus.sentences()]
    trained.train_from_iterator((word for line in plain for word in line.split("\n")), trainer)
    learned = json.loads(trained.to_str())["model"]
    merges = [tuple(m.split(" ")) if isinstance(m, str) else tuple(m) for m in learned["merges"]]
    names = alphabet + [one + "</w>" for one in alphabet]
    merges = [pair for pair in merges if "".join(pair) not in names][: VOCABULARY - 2 - len(names)]
    names += ["".join(pair) for pair in merges]
    names += [f"unused{i}" for i in range(VOCABULARY - 2 - len(names))] + [BEGIN, END]
    assert len(set(names)) == VOCABULARY, len(names)
    (folder / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(names)}), encoding="utf-8")
    lines = "\n".join(" ".join(pair) for pair in merges)
    (folder / "merges.txt").write_text("#version: 0.2\n" + lines + "\n", encoding="utf-8")
    slow = CLIPTokenizer(folder / "vocab.json", folder / "merges.txt", model_max_length=positions)
    fast = CLIPTokenizerFast.from_pretrained(folder, model_max_length=positions)
    assert slow.unk_token == fast.unk_token
    fast.save_pretrained(folder)
    for name in ("vocab.json", "merges.txt", "special_tokens_map.json"):
        (folder / name).unlink(missing_ok=True)


@torch.no_grad()
def write(folder: Path, width, layers, heads, positions, vision, space, act, eos, seed) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_tokenizer(folder, positions)
    config = CLIPConfig(
        text_config=dict(
            vocab_size=VOCABULARY, hidden_size=width, intermediate_size=2 * width, num_hidden_layers=layers,
            num_attention_heads=heads, max_position_embeddings=positions, hidden_act=act, projection_dim=space,
            bos_token_id=VOCABULARY - 2, eos_token_id=eos, pad_token_id=1,
        ),
        vision_config=dict(
            hidden_size=vision, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2, image_size=28,
            patch_size=28, hidden_act=act, projection_dim=space,
        ),
        projection_dim=space,
    )  # fmt: skip
    model = CLIPModel(config)
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for name, tensor in sorted(model.state_dict().items()):
        if name.startswith("vision_model.") and "post_layernorm" not in name:
            continue  # LLaVA's tower stands in the checkpoint
        noise = torch.randn(tensor.shape, generator=generator)
        fan_in = tensor.shape[-1] if tensor.dim() > 1 else 1
        if "norm" in name and name.endswith("weight"):
            value = 1 + 0.2 * noise
        elif name.endswith("bias"):
            value = 0.1 * noise
        elif "embedding" in name:
            value = noise
        elif name == "logit_scale":
            value = tensor
        else:
            value = 1.5 * noise / fan_in**0.5
        tensors[name] = value.contiguous()
    if folder.name == "mha":
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    else:
        halves = {name: tensor.half() for name, tensor in tensors.items()}
        halves["text_model.embeddings.position_ids"] = torch.arange(positions)[None]
        torch.save(halves, folder / "pytorch_model.bin")
    kept = {
        "architectures": ["CLIPModel"],
        "model_type": "clip",
        "projection_dim": space,
        "text_config": stated(config.text_config),
        "vision_config": stated(config.vision_config),
    }
    (folder / "config.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def stated(config) -> dict:
    """What differs from the defaults, as published folders have it; the end token always, as old ones."""
    different = config.to_diff_dict() | {"eos_token_id": config.eos_token_id}
    return {key: value for key, value in sorted(different.items()) if key != "transformers_version" and value is not None}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("goldens", type=Path)
    clips = parser.parse_args().goldens / "clips"
    for name, settings in CLIPS.items():
        write(clips / name, **settings)


if __name__ == "__main__":
    main()
