package io.prumerge.plan;

import io.prumerge.cost.CostModel;
import io.prumerge.cost.ImageWork;
import io.prumerge.cost.MethodCost;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.run.CountedPatches;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongBiFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * One method's result on a {@link TypicalImage}.
 *
 * @param sized the method as its budget sizes it for this image; the method itself without one
 * @param work the work of the reduction, on all views
 * @param rows of the decoder's sequence that are the image's, before any cut
 * @param cuts where visual tokens leave the decoder
 * @param seen FLOPs of the evidence of all views that it reads, for itself or for another method's
 *     count
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
    if (counted.behindConnector()) {
      evidence.add(new TowerEvidence.Projected());
    }
    ToLongFunction<TowerEvidence> flops =
        piece -> piece.ofText().map(texts::applyAsLong).orElse(0L) + cost.evidence().of(piece);
    Map<TowerEvidence, Long> seen = new LinkedHashMap<>();
    for (PatchTokens view : counted.views()) {
      Set<TowerEvidence> ofView = new LinkedHashSet<>(evidence);
      ofView.removeAll(sized.needs());
      ofView.addAll(sized.needs(view));
      TowerEvidence.withSources(ofView)
          .forEach(piece -> seen.merge(piece, flops.applyAsLong(piece), Math::addExact));
    }
    ImageWork work = work(sized, counted, texts).reading(instruction);
    return new MethodEstimate(
        method,
        sized.spec(),
        work,
        cost.rows(work),
        LayerCut.of(sized, counted, work.tokens(), counted.measures().layers()),
        seen,
        reducer.perQuestion() || cost.shape().connector().readsText());
  }

  private static ImageWork work(
      TokenReducer sized, CountedPatches counted, ToLongFunction<TowerEvidence.OfText> texts) {
    ToLongBiFunction<Integer, TowerEvidence.OfText> ofViews =
        (view, piece) -> texts.applyAsLong(piece);
    try {
      return MethodCost.work(sized, counted, ofViews);
    } catch (TooManyPatchesException e) {
      return MethodCost.work(new FirstPatches(sized), counted, ofViews);
    }
  }

  /**
   * A method that looks at what another one looks at, and keeps as many patches, but the first
   * ones.
   *
   * @param other the other method
   */
  private record FirstPatches(TokenReducer other) implements TokenReducer {

    @Override
    public MethodSpec spec() {
      return other.spec();
    }

    @Override
    public Set<TowerEvidence> needs() {
      return other.needs();
    }

    @Override
    public Set<TowerEvidence> needs(PatchTokens view) {
      return other.needs(view);
    }

    @Override
    public int tokens(PatchTokens patches) {
      return other.tokens(patches);
    }

    @Override
    public Reduction reduce(PatchTokens patches) {
      int kept = Math.min(tokens(patches), patches.count());
      return patches.gather(IntStream.range(0, kept).toArray());
    }
  }

  /** Returns the visual tokens that the language model receives. */
  public int tokens() {
    return work.tokens();
  }

  /** Returns whether a budget sizes the method image by image. */
  public boolean isSized() {
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
  public int parts() {
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
