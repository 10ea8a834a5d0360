"""Trains a LoRA adapter and the connector of the miniature with transformers and peft.

    python make_training_goldens.py GOLDENS --mini ../../conf/mini-llava --data TRAIN

TRAIN is a folder that `mini --split train` wrote. fp32 on the CPU with one thread, no dropout, no clipping. The images' tokens
are patches of transformers' tower before the connector, a different number for each image, rounded to bf16, in which the file
has them. lora_A starts as our own generator draws it for SEED; everything else is peft's, torch's and transformers' own. The
batch is padded on the right and masked. Writes training/training.json and training/training.safetensors.
"""

import argparse
import json
import math
import random
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from PIL import Image
from safetensors.torch import save_file
from transformers import AutoTokenizer, CLIPImageProcessor, LlavaForConditionalGeneration, get_cosine_schedule_with_warmup

RANK, ALPHA, SEED = 8, 16, 20
STEPS, BATCH, WARM_UP = 200, 4, 0.03
RATE, CONNECTOR_RATE = 2e-4, 2e-5
IMAGES, QUESTIONS = 24, 4
STRIDE = 17  # of the gradients' elements that are kept
SHOWN = (1, 20)  # steps whose gradients are kept
MATRICES = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
            "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"]  # fmt: skip
TARGETS = r".*language_model\.layers\.\d+\.(self_attn|mlp)\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"
SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions. "
)


class SplitMix:
    """Steele, Lea and Flood's generator; a number is 24 bits of each output."""

    def __init__(self, seed: int):
        self.state = seed

    def units(self, count: int) -> np.ndarray:
        with np.errstate(over="ignore"):
            z = np.uint64(self.state) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
            self.state = int(z[-1])
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            return ((z ^ (z >> np.uint64(31))) >> np.uint64(40)) * 2.0**-24


def records(data: Path) -> list[list[dict]]:
    """For each of some pictures some questions, of different kinds."""
    by_image: dict[str, list[dict]] = {}
    for record in json.loads((data / "train.json").read_text(encoding="utf-8")):
        if "image" in record:
            by_image.setdefault(record["image"], []).append(record)
    chosen = []
    for number, image in enumerate(sorted(by_image)[:IMAGES]):
        mine = by_image[image]
        chosen.append([mine[(number + i * len(mine) // QUESTIONS) % len(mine)] for i in range(QUESTIONS)])
    return chosen


@torch.no_grad()
def tokens_of(model, processor, data: Path, image: str, count: int) -> torch.Tensor:
    picture = Image.open(data / image).convert("RGB")
    pixels = processor(picture, return_tensors="pt")["pixel_values"]
    states = model.model.vision_tower(pixels, output_hidden_states=True).hidden_states[-2][0, 1:]
    kept = torch.linspace(0, len(states) - 1, count).round().long()
    return states[kept].bfloat16()


def example(tokenizer, record: dict) -> tuple[list[int], int]:
    """The ids, and the first that is of the answer."""
    question, answer = (turn["value"] for turn in record["conversations"])
    prompt = tokenizer(f"{SYSTEM}USER: {question} ASSISTANT:")["input_ids"]
    ids = tokenizer(f"{SYSTEM}USER: {question} ASSISTANT: {answer}</s>")["input_ids"]
    assert ids[: len(prompt)] == prompt, record
    return ids, len(prompt)


def loss_of(model, features: list[torch.Tensor], examples: list[tuple[int, list[int], int]]) -> torch.Tensor:
    inner = model.base_model.model
    rows, labels = [], []
    for image, ids, start in examples:
        at = ids.index(inner.config.image_token_index)
        embedded = inner.get_input_embeddings()(torch.tensor(ids))
        visual = inner.model.multi_modal_projector(features[image])
        rows.append(torch.cat([embedded[:at], visual, embedded[at + 1 :]]))
        learned = [-100] * start + ids[start:]
        labels.append(torch.tensor(learned[:at] + [-100] * len(visual) + learned[at + 1 :]))
    longest = max(map(len, rows))
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    targets = torch.nn.utils.rnn.pad_sequence(labels, batch_first=True, padding_value=-100)
    hidden = inner.model.language_model(inputs_embeds=padded, attention_mask=mask).last_hidden_state
    logits = inner.lm_head(hidden)
    return inner.loss_function(logits=logits, labels=targets, vocab_size=logits.shape[-1])


def canonical(name: str) -> str:
    name = name.removeprefix("base_model.model.model.").replace(".default", "").replace(".modules_to_save", "")
    return name.replace("language_model.layers", "language_model.model.layers")


def start(model) -> None:
    """lora_A as our generator draws it, layer by layer; lora_B is zero."""
    drawn = SplitMix(SEED)
    parameters = dict(model.named_parameters())
    for layer in range(model.base_model.model.config.text_config.num_hidden_layers):
        for matrix in MATRICES:
            name = f"base_model.model.model.language_model.layers.{layer}.{matrix}"
            a, b = (parameters[f"{name}.lora_{side}.default.weight"] for side in "AB")
            bound = 1 / math.sqrt(a.shape[1])
            values = ((2 * drawn.units(a.numel()) - 1) * bound).astype(np.float32)
            assert not b.any() and a.abs().max() <= bound
            with torch.no_grad():
                a.copy_(torch.from_numpy(values).view_as(a))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goldens", type=Path)
    parser.add_argument("--mini", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    base = LlavaForConditionalGeneration.from_pretrained(arguments.mini, dtype=torch.float32)
    processor = CLIPImageProcessor.from_pretrained(arguments.mini)
    tokenizer = AutoTokenizer.from_pretrained(arguments.mini)
    chosen = records(arguments.data)
    stored = [
        tokens_of(base, processor, arguments.data, mine[0]["image"], 5 + (number * 7) % 21)
        for number, mine in enumerate(chosen)
    ]
    features = [tokens.float() for tokens in stored]
    examples = [(image, *example(tokenizer, one)) for image, mine in enumerate(chosen) for one in mine]
    config = LoraConfig(
        r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules=TARGETS, modules_to_save=["multi_modal_projector"]
    )
    model = get_peft_model(base, config).train()
    start(model)
    trained = {name: value for name, value in model.named_parameters() if value.requires_grad}
    connector = [value for name, value in trained.items() if "multi_modal_projector" in name]
    adapter = [value for name, value in trained.items() if "multi_modal_projector" not in name]
    groups = [{"params": adapter, "lr": RATE}, {"params": connector, "lr": CONNECTOR_RATE}]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
    schedule = get_cosine_schedule_with_warmup(optimizer, math.ceil(WARM_UP * STEPS), STEPS)
    draw = random.Random(SEED)
    batches, losses, norms, rates, tensors, largest = [], [], [], [], {}, {}
    for step in range(1, STEPS + 1):
        batch = draw.sample(range(len(examples)), BATCH)
        loss = loss_of(model, features, [examples[i] for i in batch])
        loss.backward()
        gradients = {canonical(name): value.grad for name, value in trained.items()}
        if step in SHOWN:
            largest[str(step)] = max(float(gradient.abs().max()) for gradient in gradients.values())
            for name, gradient in gradients.items():
                tensors[f"{step}/{name}"] = gradient.flatten()[::STRIDE].clone()
        batches.append(batch)
        losses.append(loss.item())
        norms.append(float(torch.sqrt(sum(gradient.double().square().sum() for gradient in gradients.values()))))
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
    folder = arguments.goldens / "training"
    folder.mkdir(parents=True, exist_ok=True)
    tensors |= {f"image/{number}": tokens.contiguous() for number, tokens in enumerate(stored)}
    save_file(tensors, folder / "training.safetensors")
    golden = {
        "command": " ".join(["make_training_goldens.py", *sys.argv[1:2], "--mini conf/mini-llava --data TRAIN"]),
        "versions": {name: version(name) for name in ("torch", "transformers", "peft", "safetensors", "numpy")},
        "rank": RANK, "alpha": ALPHA, "seed": SEED, "rate": RATE, "connector_rate": CONNECTOR_RATE, "warm_up": WARM_UP,
        "stride": STRIDE, "largest": largest,
        "examples": [{"image": image, "ids": ids, "answer": answer} for image, ids, answer in examples],
        "batches": batches, "losses": losses, "norms": norms, "rates": rates,
    }  # fmt: skip
    with open(folder / "training.json", "w", encoding="utf-8") as file:
        json.dump(golden, file)
        file.write("\n")
    print(f"losses {losses[0]:.4f} ... {losses[19]:.4f} ... {losses[-1]:.4f}; {sum(v.numel() for v in trained.values())} values")


if __name__ == "__main__":
    main()
