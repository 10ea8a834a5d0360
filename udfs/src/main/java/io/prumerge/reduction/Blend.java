package io.prumerge.reduction;

import java.util.ArrayList;
import java.util.List;

/**
 * One token as a weighted sum of an image's tokens: a zero vector without parts, a plain copy with
 * one part of weight 1.
 *
 * @param parts the patch that the token stands for comes first, if there is one
 * @param keepsPatch whether the token stands for a patch
 */
public record Blend(List<Part> parts, boolean keepsPatch) {

  /** The class token, where a patch's index stands for a patch. */
  public static final int CLASS_TOKEN = -1;

  /** A zero vector. */
  public static final Blend ZERO = new Blend(List.of());

  /**
   * One summand.
   *
   * @param patch index, or {@link #CLASS_TOKEN}
   */
  public record Part(int patch, float weight) {}

  public Blend {
    parts = List.copyOf(parts);
  }

  /** A token that stands for its first part if that is a patch of weight 1. */
  public Blend(List<Part> parts) {
    this(
        parts,
        !parts.isEmpty() && parts.get(0).weight() == 1 && parts.get(0).patch() != CLASS_TOKEN);
  }

  /** Returns a plain copy of a token. */
  public static Blend copy(int patch) {
    return new Blend(List.of(new Part(patch, 1)));
  }

  /** Returns the mean of a patch, for which it stands, and of others. */
  public static Blend mean(int patch, List<Integer> others) {
    float weight = 1f / (1 + others.size());
    List<Part> parts = new ArrayList<>(List.of(new Part(patch, weight)));
    others.forEach(other -> parts.add(new Part(other, weight)));
    return new Blend(parts, true);
  }

  /** Whether the token is a plain copy or zero, so that nothing is computed. */
  public boolean plain() {
    return parts.isEmpty() || parts.size() == 1 && parts.get(0).weight() == 1;
  }

  /** The summands of those tokens that are sums. */
  public static long summands(List<Blend> tokens) {
    return tokens.stream()
        .filter(token -> !token.plain())
        .mapToLong(token -> token.parts().size())
        .sum();
  }
}
