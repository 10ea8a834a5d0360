package io.prumerge.plan;

import io.prumerge.cost.CostModel;
import io.prumerge.cost.ImageWork;
import io.prumerge.cost.MethodCost;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.reduction.CountedPatches;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * One method's result on a {@link TypicalImage}.
 *
 * @param sized the method as its budget sizes it for this image; the method itself without one
 * @param work the work of the reduction, on all views
 * @param rows of the decoder's sequence that are the image's, before any cut
 * @param cuts where visual tokens leave the decoder
 * @param seen FLOPs of the evidence that it reads, for itself or for another method's count
 * @param byQuestion whether each question has tokens of its own, by the method or by a connector
 *     that reads the question
 */
public record MethodEstimate(
    MethodSpec method,
    MethodSpec sized,
    ImageWork work,
    int rows,
    List<LayerCut> cuts,
    Map<TowerEvidence, Long> seen,
    boolean byQuestion) {

  /**
   * Applies a method to a typical image.
   *
   * @param instruction the tokens of the instruction that the connector reads
   * @param texts the FLOPs of evidence that reads the question's text
   */
  static MethodEstimate of(
      CostModel cost,
      MethodSpec method,
      TypicalImage image,
      int instruction,
      ToLongFunction<TowerEvidence.OfText> texts) {
    TokenReducer reducer = TokenReducers.of(method);
    CountedPatches counted = new MethodCost(cost).counted(image);
    TokenReducer sized = reducer.on(counted);
    Set<TowerEvidence> evidence = new LinkedHashSet<>(reducer.sees());
    evidence.remove(TowerEvidence.SmallImage.OF_ANY_SIZE);
    evidence.addAll(sized.sees());
    Map<TowerEvidence, Long> seen = new LinkedHashMap<>();
    for (TowerEvidence piece : TowerEvidence.withSources(evidence)) {
      long text = piece instanceof TowerEvidence.OfText ofText ? texts.applyAsLong(ofText) : 0;
      seen.put(piece, text + cost.evidence().of(piece));
    }
    ImageWork work =
        MethodCost.work(sized, counted, (view, piece) -> seen.getOrDefault(piece, 0L))
            .reading(instruction);
    return new MethodEstimate(
        method,
        sized.spec(),
        work,
        cost.rows(work),
        LayerCut.of(sized, counted, work.tokens(), counted.measures().layers()),
        seen,
        reducer.perQuestion() || cost.shape().connector().readsText());
  }

  /** Returns the visual tokens that the language model receives. */
  public int tokens() {
    return work.tokens();
  }

  /** Returns whether a budget sizes the method image by image. */
  boolean isSized() {
    return !sized.equals(method);
  }

  /** Returns the rows of the decoder's sequence that are the image's, by layer. */
  public TokenSchedule visual() {
    return TokenSchedule.of(rows, cuts);
  }

  /** Returns the visual tokens in a layer of the decoder, mean over the layers. */
  double layerMean(int layers) {
    return tokens() - rows + visual().mean(layers);
  }

  /** Returns the first layer in which each question has visual tokens of its own. */
  int parts() {
    if (byQuestion) {
      return 0;
    }
    return cuts.stream()
        .filter(LayerCut::perQuestion)
        .mapToInt(LayerCut::layer)
        .min()
        .orElse(Integer.MAX_VALUE);
  }
}
