package io.prumerge.reduction.video;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.RowOrder;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Tiles;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code vidcom2} (arXiv 2505.14454; xuyang-liu16/VidCom2 944a17d, {@code
 * token_compressor/vidcom2/vidcom2.py}): of each view of a video the tokens that are least like the
 * video's mean and their own view's, more of a view that is unlike the video. With T views of f
 * tokens after the connector:
 *
 * <ol>
 *   <li>A token's scores by the video's and by its view's mean are {@link
 *       TowerEvidence.CentreScores}, v and w.
 *   <li>With s = softmax of minus a view's mean v over 0.01, a view's share is min(1, R (1 + s -
 *       mean s)), and it keeps max(1, round(share f)) tokens, half to even.
 *   <li>These are those with the least v + w, in raster order.
 * </ol>
 *
 * <p>{@code ratio} is R, by default the authors' 0.25; what is left is about that share, and not
 * all at 1. {@code tokens=N} is ours: R = N / (T f), and then views whose number exceeds their
 * share most lose a token, or those below it most get one, until N are left.
 *
 * <p>Learned rows stay: one behind the video; those of a frame's lines behind all its tokens, as
 * the authors have them for LLaVA-Video. Qwen-VL's tokens keep their positions. Pictures are
 * refused. vLLM's rule of this name leaves an exact number, too (vllm-project/vllm#47750); the two
 * were not compared.
 *
 * <p>Deviations: fp32, where the authors compute in the model's precision. Of equal scores the
 * lower place stays, and of equal variances the lower channel; the authors' {@code topk} promises
 * nothing there.
 */
final class VidCom2 extends ChoosingReducer {

  private static final Parameter<Double> RATIO = Parameter.share("ratio").byDefault(0.25);
  private static final float TEMPERATURE = 0.01f;

  private final double ratio;
  private final Optional<TokenBudget> budget;

  private VidCom2(Parameters parameters) {
    super(parameters.spec());
    if (parameters.has(TokenBudget.OPTIONAL) && parameters.has(RATIO)) {
      throw parameters.refusal("tokens gives the number; leave ratio out");
    }
    this.ratio = parameters.value(RATIO);
    this.budget = parameters.given(TokenBudget.OPTIONAL).map(TokenBudget::new);
  }

  @Override
  int tokens(List<? extends PatchTokens> video) {
    return budget.isPresent()
        ? budget.get().ofImage(video.get(0))
        : IntStream.of(counts(video, scores(video))).sum();
  }

  @Override
  Optional<TowerEvidence> looksAt(int place, int views) {
    return place == 0 ? Optional.of(new TowerEvidence.CentreScores(views)) : Optional.empty();
  }

  private float[] scores(List<? extends PatchTokens> video) {
    TowerEvidence evidence = new TowerEvidence.CentreScores(video.size());
    return Ranking.finite(spec(), "score", video.get(0).of(evidence));
  }

  @Override
  List<int[]> kept(List<? extends PatchTokens> video) {
    float[] scores = scores(video);
    int[] counts = counts(video, scores);
    int ofView = video.get(0).count();
    int all = video.size() * ofView;
    List<int[]> kept = new ArrayList<>();
    for (int view = 0; view < counts.length; view++) {
      int first = view * ofView;
      kept.add(
          Ranking.topInOrder(
              ofView,
              counts[view],
              patch -> -(scores[first + patch] + scores[all + first + patch])));
    }
    return kept;
  }

  private int[] counts(List<? extends PatchTokens> video, float[] scores) {
    int views = video.size();
    int ofView = video.get(0).count();
    float[] means = new float[views];
    for (int view = 0; view < views; view++) {
      means[view] = mean(Arrays.copyOfRange(scores, view * ofView, (view + 1) * ofView));
    }
    if (budget.isEmpty()) {
      return Counts.of(shares(means, ratio), ofView);
    }
    int tokens = budget.get().ofImage(video.get(0));
    float[] shares = shares(means, tokens / (double) (views * ofView));
    return Counts.exactly(tokens, shares, ofView);
  }

  /**
   * Returns the share of each view's tokens that is kept.
   *
   * @param means of the scores by the video's mean, of each view
   * @param ratio R
   */
  static float[] shares(float[] means, double ratio) {
    float least = means[0];
    for (float mean : means) {
      least = Math.min(least, mean);
    }
    float[] weights = new float[means.length];
    float sum = 0;
    for (int view = 0; view < means.length; view++) {
      weights[view] = (float) Math.exp((least - means[view]) / TEMPERATURE);
      sum += weights[view];
    }
    for (int view = 0; view < means.length; view++) {
      weights[view] /= sum;
    }
    float mean = mean(weights);
    float[] shares = new float[means.length];
    for (int view = 0; view < means.length; view++) {
      shares[view] = Math.min(1, (float) ratio * (1 + weights[view] - mean));
    }
    return shares;
  }

  private static float mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return (float) (sum / values.length);
  }

  // The layout would put lines' learned rows behind what is left of each line.
  @Override
  Optional<RowOrder> order(List<? extends PatchTokens> video, List<List<Blend>> left) {
    int[] learned = video.get(0).learnedPlaces();
    if (learned.length < 2) {
      return Optional.empty();
    }
    int ofView = learned.length / left.size();
    IntStream.Builder rows = IntStream.builder();
    int row = 0;
    for (List<Blend> tokens : left) {
      for (int token = 0; token < tokens.size(); token++) {
        rows.add(row++);
      }
      IntStream.range(0, ofView).forEach(line -> rows.add(Tiles.LEARNED));
    }
    return Optional.of(new RowOrder(rows.build().toArray(), learned));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "vidcom2",
          About.of("2505.14454", "xuyang-liu16/VidCom2")
              .servable(Servable.withAFixedCount("vLLM runs a variant")),
          VidCom2::new,
          RATIO,
          TokenBudget.OPTIONAL);
    }
  }

  /** How many tokens views keep. */
  private static final class Counts {

    private Counts() {}

    /** Returns the shares' tokens, each rounded half to even, at least one. */
    static int[] of(float[] shares, int ofView) {
      int[] counts = new int[shares.length];
      for (int view = 0; view < counts.length; view++) {
        counts[view] = Math.max(1, (int) Math.rint(shares[view] * ofView));
      }
      return counts;
    }

    /**
     * Returns counts that add up to {@code tokens}, each from 1 to {@code ofView}.
     *
     * @param tokens at least as many as views, at most all
     */
    static int[] exactly(int tokens, float[] shares, int ofView) {
      int[] counts = of(shares, ofView);
      for (int sum = IntStream.of(counts).sum(); sum != tokens; ) {
        int step = sum < tokens ? 1 : -1;
        counts[farthest(counts, shares, ofView, step)] += step;
        sum += step;
      }
      return counts;
    }

    // The view that is farthest from its share and can take the step; the first of equal ones.
    private static int farthest(int[] counts, float[] shares, int ofView, int step) {
      int farthest = -1;
      float most = Float.NEGATIVE_INFINITY;
      for (int view = 0; view < counts.length; view++) {
        int after = counts[view] + step;
        float distance = step * (shares[view] * ofView - counts[view]);
        if (after >= 1 && after <= ofView && distance > most) {
          farthest = view;
          most = distance;
        }
      }
      return farthest;
    }
  }
}
