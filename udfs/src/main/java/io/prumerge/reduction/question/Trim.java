package io.prumerge.reduction.question;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.BlendPart;
import io.prumerge.reduction.ClipReading;
import io.prumerge.reduction.MethodSpec;
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
import io.prumerge.reduction.prumerge.Quartiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code trim} (arXiv 2409.10994; FreedomIntelligence/TRIM f5a232d, {@code token_reduction} of
 * {@code clip_encoder.py}): the patches whose score is an outlier as PruMerge defines it, in raster
 * order, then the mean of the others. A patch's score is the softmax over the patches of minus its
 * product with the whole prompt in CLIP's space: in the features of the layer that LLaVA takes,
 * patches point away from what they show.
 *
 * <p>{@code ratio=R} keeps {@code (int) (N R)} patches instead, {@code tokens=N} leaves N tokens,
 * the mean included.
 *
 * <p>{@code clip} is the folder of the CLIP model that the tower was taken from. Its norm after the
 * last layer stands for the tower's own. {@code text=question} leaves the sentence about the
 * answer's form out, as the authors do on MMBench only.
 *
 * <p>Deviations: with no patch kept only the mean is left, with all of them kept the mean is a zero
 * vector; the authors' code fails in both cases. The authors take one ratio for a batch, ours is
 * each question's. They take one share of outliers for all views of an image, ours one for each.
 */
final class Trim implements TokenReducer {

  private static final Parameter<Double> RATIO = Parameter.share("ratio");
  private static final Parameter<ClipTexts> TEXT = ClipTexts.WHOLE.byDefault();

  private final MethodSpec spec;
  private final TowerEvidence products;
  private final Optional<Double> ratio;
  private final Optional<TokenBudget> budget;

  private Trim(Parameters parameters) {
    String folder = ClipFolder.of(parameters);
    ClipTexts text = parameters.value(TEXT);
    this.products = new TowerEvidence.ClipProducts(folder, text, ClipReading.CUT_OFF);
    this.ratio = parameters.given(RATIO);
    this.budget = parameters.given(TokenBudget.OPTIONAL).map(TokenBudget::new);
    if (ratio.isPresent() && budget.isPresent()) {
      throw parameters.refusal("tokens gives the number; leave ratio out");
    }
    this.spec = parameters.spec();
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Set<TowerEvidence> needs() {
    return Set.of(products);
  }

  @Override
  public int tokens(PatchTokens patches) {
    return ratio.isPresent() || budget.isPresent()
        ? count(patches, new float[0]) + 1
        : count(patches, scores(patches)) + 1;
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    float[] scores = scores(patches);
    int[] kept = Ranking.topInOrder(scores.length, count(patches, scores), i -> scores[i]);
    List<Blend> tokens = new ArrayList<>();
    boolean[] left = new boolean[scores.length];
    for (int patch : kept) {
      tokens.add(Blend.copy(patch));
      left[patch] = true;
    }
    float share = 1f / (scores.length - kept.length);
    List<BlendPart> others = new ArrayList<>();
    for (int patch = 0; patch < scores.length; patch++) {
      if (!left[patch]) {
        others.add(new BlendPart(patch, share));
      }
    }
    tokens.add(new Blend(others));
    return patches.blend(Stage.BEFORE_CONNECTOR, tokens);
  }

  private float[] scores(PatchTokens patches) {
    return scores(Ranking.finite(spec, "the product of text and patch", patches.of(products)));
  }

  /** Returns the softmax of the negated products. */
  static float[] scores(float[] products) {
    float least = Float.POSITIVE_INFINITY;
    for (float product : products) {
      least = Math.min(least, product);
    }
    double[] powers = new double[products.length];
    double sum = 0;
    for (int patch = 0; patch < powers.length; patch++) {
      powers[patch] = Math.exp(least - products[patch]);
      sum += powers[patch];
    }
    float[] scores = new float[powers.length];
    for (int patch = 0; patch < scores.length; patch++) {
      scores[patch] = (float) (powers[patch] / sum);
    }
    return scores;
  }

  // The scores are not looked at where the number is given.
  private int count(PatchTokens patches, float[] scores) {
    if (budget.isPresent()) {
      return budget.get().tokens(patches) - 1;
    }
    double share = ratio.orElseGet(() -> outliers(scores));
    return (int) (patches.count() * share);
  }

  /** Returns the share of the scores that are outliers. */
  static double outliers(float[] scores) {
    float fence = Quartiles.of(scores).fence();
    int outliers = 0;
    for (float score : scores) {
      if (score > fence) {
        outliers++;
      }
    }
    return outliers / (double) scores.length;
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "trim",
          About.of("2409.10994", "FreedomIntelligence/TRIM")
              .servable(Servable.no("a CLIP model decides")),
          Trim::new,
          ClipFolder.CLIP,
          RATIO,
          TEXT,
          TokenBudget.OPTIONAL);
    }
  }
}
