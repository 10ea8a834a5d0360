"""What both stages share: the optimiser, the learning rate over time, saving and resuming, the log."""

import json
import math
import os
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import nn

SAVE_EVERY = 180  # seconds
LOG_EVERY = 50  # steps


def orthogonal(update: torch.Tensor) -> torch.Tensor:
    """The nearest semi-orthogonal matrices, roughly, by five Newton-Schulz steps (Jordan et al., Muon, 2024)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = update.shape[-2] > update.shape[-1]
    x = (update.mT if tall else update).bfloat16()
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if tall else x).to(update.dtype)


class Muon(torch.optim.Optimizer):
    """Muon for matrices of hidden layers, in the scaling of Moonlight (2025): it takes AdamW's learning rates."""

    def __init__(self, parameters: list[nn.Parameter], lr: float, momentum: float = 0.95, weight_decay: float = 0.05):
        by_shape: dict[torch.Size, list[nn.Parameter]] = {}
        for parameter in parameters:
            by_shape.setdefault(parameter.shape, []).append(parameter)
        defaults = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
        super().__init__([{"params": group} for group in by_shape.values()], defaults)

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            given = [parameter for parameter in group["params"] if parameter.grad is not None]
            if not given:
                continue
            for parameter in given:
                if "momentum" not in self.state[parameter]:
                    self.state[parameter]["momentum"] = torch.zeros_like(parameter)
            gradients = torch.stack([parameter.grad for parameter in given])
            momenta = torch.stack([self.state[parameter]["momentum"] for parameter in given])
            momenta.lerp_(gradients, 1 - group["momentum"])
            updates = orthogonal(gradients.lerp_(momenta, group["momentum"]))
            scale = 0.2 * math.sqrt(max(given[0].shape))
            for parameter, momentum, update in zip(given, momenta, updates):
                self.state[parameter]["momentum"].copy_(momentum)
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(update, alpha=-group["lr"] * scale)


class Optimisers:
    """Muon for hidden matrices, and AdamW at half the rate for the rest of some parameters."""

    def __init__(self, hidden: list[nn.Parameter], parameters: Iterable[nn.Parameter]):
        inside = {id(parameter) for parameter in hidden}
        rest = [parameter for parameter in parameters if id(parameter) not in inside]
        self.parameters = [*hidden, *rest]
        self.both = [
            Muon(hidden, lr=0.0),
            torch.optim.AdamW(rest, lr=0.0, betas=(0.9, 0.97), weight_decay=0.0, fused=True),
        ]

    def step(self, lr: float) -> None:
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for optimiser, share in zip(self.both, (1.0, 0.5)):
            for group in optimiser.param_groups:
                group["lr"] = lr * share
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)

    def state_dict(self) -> list[dict]:
        return [optimiser.state_dict() for optimiser in self.both]

    def load_state_dict(self, states: list[dict]) -> None:
        for optimiser, state in zip(self.both, states):
            optimiser.load_state_dict(state)


def learning_rate(step: int, steps: int, peak: float, hold: float) -> float:
    """Up in 100 steps or a tenth, level until `hold` of the way, then down to nothing along a half cosine."""
    up = min(100, steps // 10 + 1)
    if step < up:
        return peak * (step + 1) / up
    down = (step / steps - hold) / (1 - hold)
    return peak * falling(down) if down > 0 else peak


def falling(share: float) -> float:
    """From 1 at 0 to 0 at 1 along a half cosine."""
    return 0.5 + 0.5 * math.cos(math.pi * share)


class Run:
    """A training run in a folder; a second call goes on from a state that the first one saved."""

    def __init__(self, folder: Path, resume: Path | None, modules: dict[str, nn.Module]):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.modules = folder, modules
        self.done: list[str] = []
        self.current: dict | None = None
        self.state = folder / "state.pt"
        self.started = time.time()
        self.loaded: dict[str, dict] = {}
        if resume and resume.exists():
            saved = torch.load(resume, weights_only=False)
            self.done, self.current = saved["done"], saved["current"]
            self.loaded = saved["modules"]
            for name, module in modules.items():
                module.load_state_dict(self.loaded[name])
            self.log(phase="resume", done=self.done, step=self.current and self.current["step"])

    def add(self, name: str, module: nn.Module) -> None:
        """A module of a later stage, as it was when the run was interrupted."""
        self.modules[name] = module
        if name in self.loaded:
            module.load_state_dict(self.loaded[name])

    def minutes(self) -> float:
        """How long the run has taken so far, interrupted parts included."""
        parts = []
        with open(self.folder / "log.jsonl", encoding="utf-8") as file:
            for line in map(json.loads, file):
                if line["phase"] == "resume" or not parts:
                    parts.append(0.0)
                parts[-1] = line["seconds"]
        return sum(parts) / 60

    def log(self, **values) -> None:
        line = json.dumps({"seconds": round(time.time() - self.started, 1), **values})
        print(line, flush=True)
        with open(self.folder / "log.jsonl", "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def save(self, current: dict | None) -> None:
        modules = {name: module.state_dict() for name, module in self.modules.items()}
        torch.save({"done": self.done, "current": current, "modules": modules}, self.folder / "state.tmp")
        os.replace(self.folder / "state.tmp", self.state)

    def phase(
        self,
        name: str,
        steps: int,
        optimisers: Optimisers,
        rate: Callable[[int], float],
        loss: Callable[[int], tuple[torch.Tensor, dict[str, float]]],
        kept: str = "",
    ) -> None:
        """Runs a phase unless it is done. `loss` draws its batch by the number of the step alone.

        kept: a file for the state at the end, from which the phase can go on with more steps
        """
        if name in self.done:
            return
        first = 0
        if self.current and self.current["phase"] == name:
            first = self.current["step"]
            optimisers.load_state_dict(self.current["optimisers"])
        saved, logged, at, sums = time.time(), time.time(), first, {}
        for step in range(first, steps):
            value, shown = loss(step)
            value.backward()
            optimisers.step(rate(step))
            for key, number in shown.items():
                total, count = sums.get(key, (0.0, 0))
                sums[key] = (total + number, count + 1)
            if (step + 1) % LOG_EVERY == 0 or step + 1 == steps:
                means = {key: round(total / count, 4) for key, (total, count) in sums.items()}
                pace = (time.time() - logged) / (step + 1 - at)
                self.log(phase=name, step=step + 1, of=steps, pace=round(pace, 3), **means)
                logged, at, sums = time.time(), step + 1, {}
            if time.time() - saved > SAVE_EVERY:
                self.save({"phase": name, "step": step + 1, "optimisers": optimisers.state_dict()})
                saved = time.time()
        if kept:
            self.save({"phase": name, "step": steps, "optimisers": optimisers.state_dict()})
            shutil.copyfile(self.state, self.folder / kept)
        self.done.append(name)
        self.current = None
        if not kept:
            self.save(None)
