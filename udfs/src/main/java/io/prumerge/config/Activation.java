package io.prumerge.config;

/** Activation functions by the names Hugging Face configurations use. */
public enum Activation {
  /** x * sigmoid(1.702 x); CLIP's own. */
  QUICK_GELU(0),
  /** 0.5 x (1 + erf(x / sqrt 2)). */
  GELU(1),
  /** 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). */
  GELU_TANH(2),
  /** max(x, 0). */
  RELU(3),
  /** x * sigmoid(x). */
  SILU(4);

  private final int code;

  Activation(int code) {
    this.code = code;
  }

  /** Returns the number by which the TorchScript functions know it ({@code ops.act}). */
  public int code() {
    return code;
  }

  /**
   * Returns the function a configuration names, or a {@link CheckpointException} that lists the
   * known.
   */
  public static Activation named(String name) {
    return switch (name) {
      case "quick_gelu" -> QUICK_GELU;
      case "gelu" -> GELU;
      case "gelu_new", "gelu_pytorch_tanh" -> GELU_TANH;
      case "relu" -> RELU;
      case "silu", "swish" -> SILU;
      default ->
          throw new CheckpointException(
              "Unknown activation '"
                  + name
                  + "'; known: gelu, gelu_new, gelu_pytorch_tanh, quick_gelu, relu, silu, swish");
    };
  }
}
