package io.prumerge.cost;

import io.prumerge.lang.Text;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerTokens;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The work of a reduction method on one view of an image: the quantities that its cost depends on.
 *
 * @param evidence what the method itself looks at, and what that is computed from
 * @param kept tokens without the summary token
 * @param neighbours patches that PruMerge merged into each kept one, as used; 0 = none
 * @param summary whether a summary token was made
 * @param products multiply-accumulates of other weighted sums
 * @param tower positions in the tower's layers, for a method that acts inside it
 * @param textFlops FLOPs of the evidence that is of a text, which dimensions alone do not tell
 * @param seen patches that the tower runs over; empty for all, and for a smaller image's
 */
public record ReductionWork(
    Set<TowerEvidence> evidence,
    int kept,
    int neighbours,
    boolean summary,
    long products,
    Optional<TowerTokens> tower,
    long textFlops,
    OptionalInt seen) {

  public ReductionWork {
    evidence = Set.copyOf(evidence);
    if (kept < 0 || neighbours < 0) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot count a reduction that keeps %d tokens and merges %d neighbours: negative",
              kept, neighbours));
    }
  }

  /**
   * PruMerge's work, or that of a method without evidence.
   *
   * @param scored whether it is PruMerge's
   */
  public ReductionWork(boolean scored, int kept, int neighbours, boolean summary) {
    this(
        scored ? Set.of(new TowerEvidence.FullWidthAttention()) : Set.of(),
        kept,
        neighbours,
        summary,
        0,
        Optional.empty(),
        0,
        OptionalInt.empty());
  }

  /**
   * Returns the work of one reduction.
   *
   * @param needs what the method itself looks at
   * @param textFlops of each piece of evidence of a text, without those of its source
   */
  public static ReductionWork of(
      Set<TowerEvidence> needs,
      Reduction reduction,
      ToLongFunction<TowerEvidence.OfText> textFlops) {
    int summaries = reduction.summary() ? 1 : 0;
    Set<TowerEvidence> evidence = TowerEvidence.withSources(needs);
    return new ReductionWork(
        evidence,
        reduction.tokens() - summaries,
        reduction.neighbours(),
        reduction.summary(),
        reduction.products(),
        reduction.tower(),
        evidence.stream()
            .flatMap(piece -> piece.ofText().stream())
            .mapToLong(textFlops)
            .reduce(0, Math::addExact),
        reduction.seenPatches());
  }

  /** Returns the tokens that are left. */
  public int tokens() {
    return kept + (summary ? 1 : 0);
  }

  /** Returns whether all patches go through the connector, instead of the tokens alone. */
  public boolean projectsAll() {
    return evidence.contains(new TowerEvidence.Projected());
  }

  /**
   * Returns the patches that the tower runs over, if it sees a smaller image instead of the whole
   * one.
   */
  public OptionalInt smallImage() {
    return evidence.stream().flatMapToInt(one -> one.ownRun().stream()).findFirst();
  }
}
