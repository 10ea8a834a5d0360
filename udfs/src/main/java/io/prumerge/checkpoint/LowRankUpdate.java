package io.prumerge.checkpoint;

/**
 * What a LoRA adapter adds to a weight [out, in]: scale * up down, computed in fp32. Source: peft
 * 0.21.2, {@code peft/tuners/lora/layer.py}, Linear.get_delta_weight.
 *
 * @param down lora_A [rank, in]
 * @param up lora_B [out, rank]
 * @param scale alpha / rank, or alpha / sqrt(rank) under rslora
 */
public record LowRankUpdate(TensorEntry down, TensorEntry up, double scale) {}
