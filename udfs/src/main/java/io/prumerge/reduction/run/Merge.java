package io.prumerge.reduction.run;

import io.prumerge.reduction.Blend;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A token as a sum of patches' features: of the patch that it stands for and of others, each times
 * its weight.
 *
 * @param patch the patch that it stands for, if there is one
 * @param weight of that patch; 0 without one
 * @param neighbours the others; under PruMerge the most similar one first
 */
public record Merge(OptionalInt patch, float weight, List<Neighbour> neighbours) {

  public Merge {
    neighbours = List.copyOf(neighbours);
  }

  /** PruMerge's sum: the kept patch as it is, and neighbours times the CLS attention to them. */
  public Merge(int patch, List<Neighbour> neighbours) {
    this(OptionalInt.of(patch), 1, neighbours);
  }

  /**
   * Returns the tokens that show patches, in their order; none if each is a plain copy.
   *
   * @param tokens weighted sums; the class token among their summands is left out
   */
  public static List<Merge> of(List<Blend> tokens) {
    return tokens.stream().allMatch(Blend::plain)
        ? List.of()
        : tokens.stream().map(Merge::of).filter(Merge::showsPatches).toList();
  }

  private static Merge of(Blend token) {
    Map<Integer, Float> weights = new LinkedHashMap<>();
    token.parts().stream()
        .filter(part -> part.patch() != Blend.CLASS_TOKEN)
        .forEach(part -> weights.merge(part.patch(), part.weight(), Float::sum));
    Float own = token.patch().isPresent() ? weights.remove(token.patch().getAsInt()) : null;
    List<Neighbour> others = new ArrayList<>();
    weights.forEach((patch, weight) -> others.add(new Neighbour(patch, weight)));
    return new Merge(token.patch(), own == null ? 0 : own, others);
  }

  /**
   * Returns the means that a method leaves inside the tower, in their order; none if each is a
   * patch as it is.
   *
   * @param groups of each token the patches that it is the mean of, rising
   */
  public static List<Merge> ofGroups(List<int[]> groups) {
    return groups.stream().allMatch(group -> group.length == 1)
        ? List.of()
        : groups.stream().map(Merge::mean).toList();
  }

  private static Merge mean(int[] patches) {
    float weight = 1f / patches.length;
    return patches.length == 1
        ? new Merge(patches[0], List.of())
        : new Merge(
            OptionalInt.empty(),
            0,
            IntStream.of(patches).mapToObj(patch -> new Neighbour(patch, weight)).toList());
  }

  private boolean showsPatches() {
    return patch.isPresent() || !neighbours.isEmpty();
  }

  /** Returns the patch that it stands for, else the first of its neighbours. */
  public int position() {
    return patch.orElseGet(() -> neighbours.get(0).patch());
  }

  /** Returns this merge with patches that are numbered from {@code first} instead of 0. */
  public Merge from(int first) {
    return at(patch -> first + patch);
  }

  /** Returns this merge without those of the others that are not among some patches. */
  public Merge among(IntPredicate some) {
    return new Merge(
        patch, weight, neighbours.stream().filter(one -> some.test(one.patch())).toList());
  }

  /** Returns this merge with other patch indices. */
  public Merge at(IntUnaryOperator place) {
    return new Merge(
        patch.isPresent() ? OptionalInt.of(place.applyAsInt(patch.getAsInt())) : patch,
        weight,
        neighbours.stream()
            .map(one -> new Neighbour(place.applyAsInt(one.patch()), one.cosine(), one.weight()))
            .toList());
  }
}
