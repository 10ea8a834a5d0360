package io.prumerge.cost;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How attention is computed, which changes its traffic only. */
public enum AttentionKernel {
  /** Scores are written to memory and read again, twice. */
  EAGER,
  /** Scores stay on chip. */
  FLASH;

  /** Lower case. */
  public String english() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kernel of this lower-case name. */
  public static AttentionKernel named(String name) {
    for (AttentionKernel kernel : values()) {
      if (kernel.english().equals(name)) {
        return kernel;
      }
    }
    throw new IllegalArgumentException(
        "Unknown attention '%s'; known: %s"
            .formatted(
                name,
                Arrays.stream(values())
                    .map(AttentionKernel::english)
                    .collect(Collectors.joining(", "))));
  }
}
