package io.prumerge.zoo;

/** Where a model is asked to run. */
public enum DeviceChoice {
  /** The CUDA device Spark assigned, otherwise the CPU. */
  AUTO,
  CPU,
  CUDA
}
