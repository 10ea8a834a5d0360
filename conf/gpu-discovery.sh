#!/usr/bin/env bash
# Tells Spark which GPUs are here, as {"name": "gpu", "addresses": ["0", "1"]}. The addresses are CUDA ordinals; where a
# container sees only its own GPUs, so does nvidia-smi. Without a driver it fails, and so does the worker or executor that asked.
set -euo pipefail
addresses=$(nvidia-smi --query-gpu=index --format=csv,noheader | sed 's/.*/"&"/' | paste -s -d , -)
echo "{\"name\": \"gpu\", \"addresses\": [$addresses]}"
