package io.prumerge.host;

/**
 * A GPU that this process may use.
 *
 * @param ordinal its number in CUDA, after CUDA_VISIBLE_DEVICES and MIG
 * @param name the product's
 * @param capability ten times the major number plus the minor one: 90 is 9.0
 * @param memoryBytes all of its memory
 */
public record Gpu(int ordinal, String name, int capability, long memoryBytes) {

  // Tensor cores for bf16 came with Ampere.
  private static final int AMPERE = 80;

  /** Returns the capability as NVIDIA writes it: {@code 9.0}. */
  public String version() {
    return version(capability);
  }

  /** Returns a capability, ten times the major number plus the minor one, as NVIDIA writes it. */
  public static String version(int capability) {
    return capability / 10 + "." + capability % 10;
  }

  /** Returns whether its tensor cores multiply bf16. */
  public boolean multipliesBf16() {
    return capability >= AMPERE;
  }
}
