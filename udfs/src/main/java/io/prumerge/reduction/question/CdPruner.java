package io.prumerge.reduction.question;

import io.prumerge.image.ViewSpan;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.ClipReading;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.tower.BudgetReducer;
import io.prumerge.reduction.tower.GreedyDeterminant;
import io.prumerge.reduction.tower.PairCosines;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code cdpruner} (arXiv 2506.10967; Theia-4869/CDPruner 9541616, {@code encode_images} of {@code
 * llava_arch.py}): patches that are relevant to the question and unlike each other, by the most
 * likely set of a determinantal point process, chosen greedily. Its kernel is {@code r_i cos(i, j)
 * r_j}, cosines after the connector. A patch's relevance r is minus its mean cosine with the pieces
 * of the question in CLIP's space, scaled to (0, 1] over all views of the image. Raster order.
 *
 * <p>{@code clip} is the folder of the CLIP model that the tower was taken from. Its norm after the
 * last layer stands for the tower's own. {@code text=whole} also hands over the sentence about the
 * answer's form.
 *
 * <p>{@code variant=openvino} is an engine's rule of the same name ({@link OpenVinoCdPruner}),
 * which asks no CLIP model: each half of the sequence chooses by itself, by the kernel {@code (1 -
 * w) S + w r_i S r_j} with w = {@code weight} (0.5). {@code pruned=P} drops P percent, as the
 * engine's {@code pruning_ratio}.
 *
 * <p>Deviations: relevance is scaled over the image, which the authors do over the batch. If all
 * patches are equally relevant, all have relevance 1, where the authors' code divides by zero. When
 * no patch adds to those that were picked, the most relevant of the others follow; the authors'
 * code then gets NaN and keeps fewer. fp32, where the authors normalise in the model's precision.
 */
final class CdPruner extends BudgetReducer {

  private static final Parameter<ClipTexts> TEXT = ClipTexts.QUESTION.byDefault();
  private static final Parameter<Boolean> OPENVINO =
      Parameter.either("variant", "code", "openvino");
  private static final float SMALL = 1e-6f;

  private final TowerEvidence products;

  private CdPruner(Parameters parameters, TowerEvidence products) {
    super(parameters, Set.of(products, TowerEvidence.Cosines.OF_PROJECTED));
    this.products = products;
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    List<float[]> views = new ArrayList<>();
    ViewSpan own = patches.ownViews();
    for (PatchTokens view : patches.views().subList(own.first(), own.end())) {
      views.add(Ranking.finite(spec(), "the cosine of text and patch", view.of(products)));
    }
    PairCosines pairs = cosines(patches, TowerEvidence.Cosines.OF_PROJECTED);
    float[] relevance = relevance(views, patches.count(), patches.view() - own.first());
    return spatial(patches, Stage.AFTER_CONNECTOR, picks(pairs, relevance, tokens));
  }

  /**
   * Returns the relevance of each patch of one view.
   *
   * @param views of each, cosines of the question's pieces with the patches, row-major
   * @param count patches of each view
   */
  static float[] relevance(List<float[]> views, int count, int view) {
    float[] relevance = new float[count];
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (int one = 0; one < views.size(); one++) {
      float[] means = means(views.get(one), count);
      for (float mean : means) {
        least = Math.min(least, mean);
        most = Math.max(most, mean);
      }
      relevance = one == view ? means : relevance;
    }
    for (int patch = 0; patch < count; patch++) {
      relevance[patch] = most > least ? (relevance[patch] - least + SMALL) / (most - least) : 1;
    }
    return relevance;
  }

  // Minus the mean over the pieces.
  private static float[] means(float[] cosines, int count) {
    int pieces = cosines.length / count;
    float[] means = new float[count];
    for (int patch = 0; patch < count; patch++) {
      float sum = 0;
      for (int piece = 0; piece < pieces; piece++) {
        sum -= cosines[piece * count + patch];
      }
      means[patch] = sum / pieces;
    }
    return means;
  }

  /** Returns the picks in their order; of equal patches the lower index. */
  static int[] picks(PairCosines cosines, float[] relevance, int tokens) {
    return GreedyDeterminant.picks(
        (one, other) -> relevance[one] * cosines.of(one, other) * relevance[other],
        relevance.length,
        tokens,
        patch -> relevance[patch]);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "cdpruner",
          About.of("2506.10967", "Theia-4869/CDPruner")
              .servable(Servable.no("asks CLIP, except variant=openvino")),
          Factory::reducer,
          ClipFolder.CLIP,
          OpenVinoCdPruner.PRUNED,
          TEXT,
          TokenBudget.NEEDED,
          OPENVINO,
          OpenVinoCdPruner.WEIGHT);
    }

    private static TokenReducer reducer(Parameters parameters) {
      if (parameters.value(OPENVINO)) {
        requireNone(parameters, "no CLIP model is asked", ClipFolder.CLIP, TEXT);
        return new OpenVinoCdPruner(parameters);
      }
      requireNone(
          parameters,
          "it is a key of variant=openvino",
          OpenVinoCdPruner.PRUNED,
          OpenVinoCdPruner.WEIGHT);
      String folder = ClipFolder.of(parameters);
      ClipTexts text = parameters.value(TEXT);
      return new CdPruner(
          parameters, new TowerEvidence.ClipProducts(folder, text, ClipReading.PIECES));
    }

    private static void requireNone(Parameters parameters, String why, Parameter<?>... others) {
      for (Parameter<?> other : others) {
        if (parameters.has(other)) {
          throw parameters.refusal(why + "; leave " + other.key() + " out");
        }
      }
    }
  }
}
