package io.prumerge.zoo;

/** The arithmetic a model is asked to run in. */
public enum DtypeChoice {
  /**
   * CUDA: fp16 for a checkpoint in fp16; otherwise bf16 where the device has it, else fp16. CPU:
   * bf16 with AVX512-BF16 or AMX, else fp32.
   */
  AUTO,
  FP32,
  BF16,
  FP16
}
