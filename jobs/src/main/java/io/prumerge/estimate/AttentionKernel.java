package io.prumerge.estimate;

import java.util.Locale;

/** How attention is computed. It only affects traffic. */
public enum AttentionKernel {
  /** Scores are written to memory and read again, twice. */
  EAGER,
  /** Scores stay on chip. */
  FLASH;

  /** Returns the name in lower case. */
  public String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the kernel of this lower-case name. */
  public static AttentionKernel named(String name) {
    return Names.find("attention", name, values(), AttentionKernel::displayName);
  }
}
