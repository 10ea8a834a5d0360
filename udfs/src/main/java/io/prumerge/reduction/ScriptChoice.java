package io.prumerge.reduction;

import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The tokens that a user's script chose, checked.
 *
 * @param keptPatches distinct patches in the order fed
 * @param sums the tokens as weighted sums, of which the first stand for the kept patches; empty
 *     where the kept patches are the tokens
 */
public record ScriptChoice(List<Integer> keptPatches, Optional<List<Blend>> sums) {

  public ScriptChoice {
    keptPatches = List.copyOf(keptPatches);
    sums = sums.map(List::copyOf);
  }

  /** Returns the number of tokens. */
  public int tokens() {
    return sums.map(List::size).orElse(keptPatches.size());
  }

  /**
   * Checks the patches that a script returned.
   *
   * @param patches of the image
   * @throws ReductionException if they are no choice, with the value that is wrong
   */
  public static ScriptChoice ofIndices(ScriptCall call, long[] returned, int patches) {
    ScriptChoice choice = new ScriptChoice(indices(call, returned, patches), Optional.empty());
    if (choice.tokens() == 0) {
      throw call.failure("it returned no token; it must keep at least one patch");
    }
    return choice;
  }

  /**
   * Checks patches and weights.
   *
   * @param weights row-major, a row per token and a column per patch
   * @throws ReductionException likewise
   */
  public static ScriptChoice sums(ScriptCall call, long[] returned, float[] weights, int patches) {
    List<Integer> kept = indices(call, returned, patches);
    int tokens = weights.length / patches;
    if (tokens == 0 || tokens < kept.size()) {
      throw call.failure(
          Text.format(
              "it returned %d rows of weights for %d kept patches; each kept patch needs a row, and"
                  + " there must be one at least",
              tokens, kept.size()));
    }
    List<Blend> sums = new ArrayList<>();
    for (int token = 0; token < tokens; token++) {
      OptionalInt own = token < kept.size() ? OptionalInt.of(kept.get(token)) : OptionalInt.empty();
      sums.add(new Blend(parts(call, weights, token, patches), own));
    }
    return new ScriptChoice(kept, Optional.of(sums));
  }

  private static List<BlendPart> parts(ScriptCall call, float[] weights, int token, int patches) {
    List<BlendPart> parts = new ArrayList<>();
    for (int patch = 0; patch < patches; patch++) {
      float weight = weights[token * patches + patch];
      if (!Float.isFinite(weight)) {
        throw call.failure(
            Text.format(
                "it returned the weight %s of patch %d in token %d; weights must be finite",
                weight, patch, token));
      }
      if (weight != 0) {
        parts.add(new BlendPart(patch, weight));
      }
    }
    return parts;
  }

  private static List<Integer> indices(ScriptCall call, long[] returned, int patches) {
    Set<Long> seen = new HashSet<>();
    for (long index : returned) {
      if (index < 0 || index >= patches) {
        throw call.failure(
            Text.format("it returned patch %d; the image has patches 0 to %d", index, patches - 1));
      }
      if (!seen.add(index)) {
        throw call.failure(Text.format("it returned patch %d twice", index));
      }
    }
    return LongStream.of(returned).mapToObj(Math::toIntExact).toList();
  }
}
