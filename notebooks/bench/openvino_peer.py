"""OpenVINO's side of the speed comparison: optimum-intel's export of the same checkpoint, asked as peer.py asks transformers.

    python openvino_peer.py --threads 2

Speaks as peer.py does. `load` exports the checkpoint first, once, into the folder `openvino` next to its files: weights keep their
type, nothing is quantised, the tokenizer and the image processor are the checkpoint's. `loop` has the method none only; there are no
`stages`.
"""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

import torch
from optimum.exporters.openvino import main_export
from optimum.intel import OVConfig, OVModelForVisualCausalLM
from transformers import AutoProcessor, CLIPImageProcessor

import peer

HINTS = {"float32": "f32", "bfloat16": "bf16"}


def export(model: str, weights: torch.dtype, dtype: str, complete: Callable[[Path], None] = lambda folder: None) -> Path:
    """The folder `openvino` next to a checkpoint's files, made if it is not there: `complete` adds to it."""
    exported = Path(model) / "openvino"
    if not exported.exists():
        unfinished = exported.with_suffix(".part")
        main_export(
            model,
            unfinished,
            task="image-text-to-text",
            library_name="transformers",
            ov_config=OVConfig(dtype=dtype),
            model_loading_kwargs={"torch_dtype": weights},
        )
        complete(unfinished)
        unfinished.rename(exported)
    return exported


def apart(work: Callable, *arguments):
    """What a function returns in a process of its own, whose memory is free afterwards; only this one's stdout has answers."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), os.dup2, (2, 1)) as process:
        return process.submit(work, *arguments).result()


class OpenVinoPeer(peer.Peer):
    """LLaVA-1.5."""

    def load(self, model: str, dtype: str, device: str) -> dict:
        if device != "cpu":
            raise ValueError(f"Cannot run OpenVINO on {device}: it is a peer on the CPU only")
        self.dtype, self.device = torch.float32, device  # of the pixels; the hint says what is computed in
        # Without "auto", optimum quantises large models to eight bits.
        exported = apart(export, model, getattr(torch, dtype), "auto")
        hints = {
            "INFERENCE_PRECISION_HINT": HINTS[dtype],
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
            "PERFORMANCE_HINT": "LATENCY",
            "KV_CACHE_PRECISION": HINTS[dtype],  # else it is u8
        }
        self.model = OVModelForVisualCausalLM.from_pretrained(exported, ov_config=hints)
        self.processor = AutoProcessor.from_pretrained(model)
        self.processor.image_processor = CLIPImageProcessor.from_pretrained(model)
        return {}


if __name__ == "__main__":
    peer.serve({"llava": OpenVinoPeer}, {name: version(name) for name in ("openvino", "optimum-intel")})
