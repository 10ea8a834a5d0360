package io.prumerge.model.tower;

import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a run of the tower is for.
 *
 * @param features whether it goes to the layers whose output the projector takes
 * @param scores whether it goes on to the input of the last layer, where PruMerge's attention and
 *     keys come from
 * @param watched layers whose queries and keys are kept for evidence
 * @param read evidence that is read for all images of a batch at once
 * @param inside methods with runs of their own, which begin where this one ends or before
 */
public record TowerDepth(
    boolean features,
    boolean scores,
    Set<TowerLayer> watched,
    Set<TowerEvidence> read,
    Set<TowerMethod> inside) {

  /** To the layers whose output the projector takes. */
  public static final TowerDepth FEATURES =
      new TowerDepth(true, false, Set.of(), Set.of(), Set.of());

  /** Also to PruMerge's scores. */
  public static final TowerDepth SCORES = FEATURES.andScores();

  public TowerDepth {
    watched = Set.copyOf(watched);
    read = Set.copyOf(read);
    inside = Set.copyOf(inside);
  }

  /** Returns the depth that these methods need. */
  public static TowerDepth of(Collection<TokenReducer> reducers) {
    Set<TowerEvidence> seen =
        reducers.stream().flatMap(reducer -> reducer.sees().stream()).collect(Collectors.toSet());
    return new TowerDepth(
        reducers.stream().anyMatch(TowerDepth::takesFeatures),
        seen.contains(new TowerEvidence.FullWidthAttention()),
        seen.stream().flatMap(evidence -> evidence.layers().stream()).collect(Collectors.toSet()),
        seen.stream().filter(TowerEvidence::isSmall).collect(Collectors.toSet()),
        reducers.stream()
            .flatMap(reducer -> TowerMethod.of(reducer).stream())
            .collect(Collectors.toSet()));
  }

  // A method that acts inside the tower may look at evidence too, for its number of tokens.
  static boolean takesFeatures(TokenReducer reducer) {
    return !ownImage(reducer) && (reducer.inTower().isEmpty() || !reducer.sees().isEmpty());
  }

  // Whether a method sees nothing of the whole image.
  static boolean ownImage(TokenReducer reducer) {
    return !reducer.sees().isEmpty()
        && reducer.sees().stream().allMatch(one -> one.ownRun().isPresent());
  }

  /** Returns this run, to PruMerge's scores too. */
  public TowerDepth andScores() {
    return new TowerDepth(true, true, watched, read, inside);
  }

  /** Returns this run, to a piece of evidence about the features too. */
  public TowerDepth and(TowerEvidence evidence) {
    Set<TowerLayer> layers = new HashSet<>(watched);
    layers.addAll(evidence.layers());
    return new TowerDepth(true, scores, layers, read, inside);
  }
}
