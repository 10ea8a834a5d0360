package io.prumerge.torch;

import io.prumerge.checkpoint.TensorType;
import java.util.Arrays;

/** Arithmetic of the forward pass: the type of weights, activations and cache. */
public enum Precision {
  FP32(6, TensorType.F32, "fp32"),
  BF16(15, TensorType.BF16, "bf16"),
  FP16(5, TensorType.F16, "fp16");

  private final int torchCode;
  private final TensorType stored;
  private final String label;

  Precision(int torchCode, TensorType stored, String label) {
    this.torchCode = torchCode;
    this.stored = stored;
    this.label = label;
  }

  /** Returns c10::ScalarType's number. */
  public int torchCode() {
    return torchCode;
  }

  /** Returns the file type that needs no conversion. */
  public TensorType stored() {
    return stored;
  }

  /** Returns the precision of weights of this type. */
  public static Precision of(TensorType stored) {
    return Arrays.stream(values())
        .filter(precision -> precision.stored == stored)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No precision has weights of " + stored));
  }

  /** Returns the bytes of one element. */
  public int bytes() {
    return stored.bytes();
  }

  /** Returns the name in the {@code dtype} column. */
  public String label() {
    return label;
  }
}
