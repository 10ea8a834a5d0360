#!/usr/bin/env bash
# Tells Spark which GPUs this host has, as {"name": "gpu", "addresses": ["0", "1"]}. An address is an ordinal of CUDA: it
# counts what a CUDA program may see, so it is not nvidia-smi's index where CUDA_VISIBLE_DEVICES selects some GPUs, and
# it is 0 alone with MIG, where a program sees one instance, whatever else there is. In a container that was given some
# GPUs, nvidia-smi lists only those. Without a GPU the script fails, and so does the worker or executor that ran it.
set -euo pipefail

listed=$(nvidia-smi -L) # a line a GPU, indented ones for its MIG instances, each with (UUID: ...)
gpus=() # UUIDs, in nvidia-smi's order
split=() # of each: how many MIG instances it has
instances=() # their UUIDs
while IFS= read -r line; do
  case $line in
    "GPU "*"(UUID: "*) gpus+=("$(sed 's/.*(UUID: \([^)]*\)).*/\1/' <<<"$line")") split+=(0) ;;
    *"(UUID: MIG-"*)
      instances+=("$(sed 's/.*(UUID: \([^)]*\)).*/\1/' <<<"$line")")
      split[${#gpus[@]}-1]=$((${split[${#gpus[@]}-1]} + 1))
      ;;
  esac
done <<<"$listed"

count=0
mig=false
if [ -z "${CUDA_VISIBLE_DEVICES+set}" ]; then
  count=${#gpus[@]}
  [ ${#instances[@]} = 0 ] || mig=true
else
  # Indices and beginnings of UUIDs. As CUDA does, stop at the first that names nothing.
  IFS=, read -r -a named <<<"$CUDA_VISIBLE_DEVICES"
  for name in ${named[@]+"${named[@]}"}; do
    name=${name//[[:space:]]/}
    found=false
    for i in "${!gpus[@]}"; do
      if [ "$name" = "$i" ] || [[ $name == GPU-* && ${gpus[i]} == "$name"* ]]; then
        found=true
        [ "${split[i]}" = 0 ] || mig=true
        break
      fi
    done
    for uuid in ${instances[@]+"${instances[@]}"}; do
      if [[ $name == MIG-* && $uuid == "$name"* ]]; then
        found=true
        mig=true
      fi
    done
    $found || break
    count=$((count + 1))
  done
fi
! $mig || count=1
if [ "$count" = 0 ]; then
  echo "Cannot find a GPU: nvidia-smi lists ${#gpus[@]}, and CUDA_VISIBLE_DEVICES is '${CUDA_VISIBLE_DEVICES-not set}'" >&2
  exit 1
fi
addresses=$(seq -f '"%g"' 0 $((count - 1)) | paste -s -d , -)
echo "{\"name\": \"gpu\", \"addresses\": [$addresses]}"
