package io.prumerge.reduction;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * One token as a weighted sum of an image's tokens: a zero vector without parts, a plain copy with
 * one part of weight 1.
 *
 * @param patch the patch that the token stands for, if there is one
 */
public record Blend(List<BlendPart> parts, OptionalInt patch) {

  /** The class token, where a patch's index stands for a patch. */
  public static final int CLASS_TOKEN = -1;

  /** A zero vector. */
  public static final Blend ZERO = new Blend(List.of());

  public Blend {
    parts = List.copyOf(parts);
  }

  /** A sum that stands for the patch of its first part, if that has weight 1. */
  public Blend(List<BlendPart> parts) {
    this(parts, ownRow(parts));
  }

  private static OptionalInt ownRow(List<BlendPart> parts) {
    boolean keeps =
        !parts.isEmpty() && parts.get(0).weight() == 1 && parts.get(0).patch() != CLASS_TOKEN;
    return keeps ? OptionalInt.of(parts.get(0).patch()) : OptionalInt.empty();
  }

  /** Returns a plain copy of a token. */
  public static Blend copy(int patch) {
    return new Blend(List.of(new BlendPart(patch, 1)));
  }

  /** Returns the mean of a patch, for which it stands, and of others. */
  public static Blend mean(int patch, List<Integer> others) {
    float weight = 1f / (1 + others.size());
    List<BlendPart> parts = new ArrayList<>(List.of(new BlendPart(patch, weight)));
    others.forEach(other -> parts.add(new BlendPart(other, weight)));
    return new Blend(parts, OptionalInt.of(patch));
  }

  /** Returns whether the token is a plain copy or zero, so that nothing is computed. */
  public boolean plain() {
    return parts.isEmpty() || parts.size() == 1 && parts.get(0).weight() == 1;
  }

  /** Returns whether the class token is one of the summands. */
  public boolean holdsClassToken() {
    return parts.stream().anyMatch(part -> part.patch() == CLASS_TOKEN);
  }

  /** Returns the last of the patches that tokens are made of; 0 if they are made of none. */
  public static int lastPatch(List<Blend> tokens) {
    return tokens.stream()
        .flatMap(token -> token.parts().stream())
        .mapToInt(BlendPart::patch)
        .reduce(0, Math::max);
  }

  /** Returns the summands of those tokens that are sums. */
  public static long summands(List<Blend> tokens) {
    return tokens.stream()
        .filter(token -> !token.plain())
        .mapToLong(token -> token.parts().size())
        .sum();
  }

  /** Returns whether the token is a plain copy of the patch that it stands for. */
  public boolean copiesPatch() {
    return parts.size() == 1 && plain() && patch.equals(OptionalInt.of(parts.get(0).patch()));
  }
}
