"""OpenVINO GenAI with pruning on, on a small Qwen2.5-VL: the reference of cdpruner:variant=openvino.

    python openvino_pruning.py --threads 2

Speaks as peer.py does. `load` exports the checkpoint and its tokenizer first, in fp32, into the folder `openvino` next to its files.
A method of `loop` is the percent of visual tokens that go, 0 for none; `kept` is each prompt's number of tokens. Pictures are to have
sizes that the model takes as they are: GenAI resizes them another way than Pillow.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import openvino
import openvino_genai
import torch
from openvino_tokenizers import convert_tokenizer
from PIL import Image
from transformers import AutoTokenizer

import peer
from openvino_peer import export


def save_tokenizer(model: str, folder: Path) -> None:
    pair = convert_tokenizer(AutoTokenizer.from_pretrained(model), with_detokenizer=True)
    for name, part in zip(("tokenizer", "detokenizer"), pair):
        openvino.save_model(part, folder / f"openvino_{name}.xml")


class PruningPeer(peer.Peer):
    """Qwen2.5-VL."""

    def load(self, model: str, dtype: str, device: str) -> dict:
        if (dtype, device) != ("float32", "cpu"):
            raise ValueError(f"Cannot compare tokens in {dtype} on {device}: ask for float32 on cpu")
        self.device = device
        self.stop = json.loads((Path(model) / "generation_config.json").read_text())["eos_token_id"]
        exported = export(model, torch.float32, "fp32", lambda folder: save_tokenizer(model, folder))
        self.model = openvino_genai.VLMPipeline(
            str(exported),
            "CPU",
            ATTENTION_BACKEND="SDPA",
            INFERENCE_PRECISION_HINT="f32",
            KV_CACHE_PRECISION="f32",
            INFERENCE_NUM_THREADS=torch.get_num_threads(),
        )
        return {}

    def loop(self, images: list[str], questions: list[list[str]], method: str, max_new_tokens: int) -> dict:
        settings = openvino_genai.GenerationConfig()
        settings.max_new_tokens = max_new_tokens
        settings.do_sample = False
        settings.repetition_penalty = 1.0
        settings.apply_chat_template = False
        settings.pruning_ratio = int(method)
        settings.eos_token_id = self.stop[0]
        settings.stop_token_ids = set(self.stop)
        answers, lengths = [], []
        start = self.now()
        for path, asked in zip(images, questions):
            picture = openvino.Tensor(np.asarray(Image.open(path).convert("RGB"))[None])
            for question in asked:
                prompt = peer.QWEN_PROMPT.format("<|image_pad|>", question)
                found = self.model.generate(prompt, images=[picture], generation_config=settings)
                answers.append(found.texts[0].strip())
                lengths.append([found.perf_metrics.get_num_input_tokens()])
        return {"seconds": self.now() - start, "answers": answers, "kept": lengths}


if __name__ == "__main__":
    versions = {name: version(name) for name in ("openvino", "openvino-genai", "optimum-intel")}
    precision = openvino.Core().get_property("CPU", "INFERENCE_PRECISION_HINT").to_string()
    # The type that transformers 4.57.1 gives of a config.json with text_config.
    peer.serve({"qwen2_5_vl_text": PruningPeer}, versions | {"precision of openvino's pruning": precision})
