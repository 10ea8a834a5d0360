package io.prumerge.reduction.tower;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * {@code holov} (arXiv 2510.02912; obananas/HoloV 1d2e65e, {@code HoloV} of {@code
 * llava/model/utils.py}): the patches with the largest CLS attention in each of some runs of the
 * raster order, of which there are {@code runs}. Each run gets a part of the tokens ({@link
 * HoloVQuotas}), its patches with the largest CLS attention in the last layer of the features: by
 * falling attention, or all of them in raster order. Runs stay in raster order. The tokens are
 * taken after the connector.
 *
 * <p>A run may be due more tokens than it has patches. {@code mode=reference} does what the
 * authors' code does: so many zero vectors come last, and the language model sees them. With {@code
 * mode=capped} these tokens go to other runs, the one with the largest weight first.
 *
 * <p>{@code runs} is by default 16. {@code alpha}, by default 0.09, weighs the variance of a run's
 * patches against their attention.
 *
 * <p>Of an image in tiles, the runs are those of its whole sequence, without learned rows ({@code
 * tiles=all}), or each view has an equal part of the tokens ({@code tiles=each}).
 *
 * <p>Deviations: cosines without the authors' 1e-6 added to the norms. The authors' file has 16
 * runs and 64 tokens as constants.
 */
final class HoloV extends SequenceReducer {

  private static final Parameter<Double> ALPHA = Parameter.share("alpha").byDefault(0.09);
  private static final Parameter<Boolean> CAPPED = Parameter.either("mode", "reference", "capped");
  private static final Parameter<Integer> RUNS = Parameter.count("runs").byDefault(16);

  private final HoloVQuotas quotas;
  private final boolean capped;

  private HoloV(Parameters parameters) {
    super(parameters, PairEvidence.COSINES, Set.of(FasterVlm.ATTENTION), false, false);
    this.quotas = new HoloVQuotas(parameters.value(RUNS), parameters.value(ALPHA));
    this.capped = parameters.value(CAPPED);
  }

  @Override
  int[] choose(List<? extends PatchTokens> views, int[] rows, PairKernel cosines, int tokens) {
    List<float[]> attentions =
        views.stream().map(view -> attention(view, FasterVlm.ATTENTION)).toList();
    float[] attention = new float[rows.length];
    for (int place = 0; place < rows.length; place++) {
      int count = views.get(0).count();
      attention[place] = attentions.get(rows[place] / count)[rows[place] % count];
    }
    return selectPatches(quotas.of(attention, cosines, tokens, capped), attention);
  }

  @Override
  int mostTokens(int tokens, int rows) {
    return capped ? Math.min(tokens, rows) : tokens;
  }

  /** Returns the patches in the order fed. */
  static int[] selectPatches(List<HoloVQuotas.Quota> quotas, float[] attention) {
    return quotas.stream()
        .flatMapToInt(
            run ->
                run.tokens() >= run.length()
                    ? IntStream.range(run.start(), run.end())
                    : Arrays.stream(
                            Ranking.top(
                                Arrays.copyOfRange(attention, run.start(), run.end()),
                                run.tokens()))
                        .map(place -> run.start() + place))
        .toArray();
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "holov",
          About.of("2510.02912", "obananas/HoloV")
              .servable(Servable.no("weighs by class attention")),
          HoloV::new,
          ALPHA,
          CAPPED,
          RUNS,
          TilesKey.EACH,
          TokenBudget.NEEDED);
    }
  }

  /**
   * How HoloV splits an image's tokens over runs of patches, in float32 as its authors do.
   *
   * <p>With a_i the attention times 1000, S the run's cosines with a zero diagonal, n its patches,
   * m_i = sum_j S_ij / (n - 1) and v_i = sum_j (S_ij - m_i)^2 / (n - 1), the zero diagonal
   * included, a patch scores a_i + alpha v_i mean(a) / (mean(v) + 1e-6), the means taken over the
   * run. A run's weight is the mean score of its patches over the sum of these. It gets
   * floor(weight tokens); what is missing goes one each to the largest weights. A run of a single
   * patch scores its attention, not times 1000.
   *
   * @param runs of equal length, the first ones longer by one patch where their number does not
   *     divide that of the patches; fewer if there are fewer patches
   * @param alpha weight of the variance
   */
  record HoloVQuotas(int runs, double alpha) {

    private static final float ATTENTION_SCALE = 1e3f;
    private static final float EPSILON = 1e-6f;

    /**
     * The tokens that a run is due.
     *
     * @param start its first patch
     * @param end the patch after its last
     * @param tokens may be more than it has patches
     */
    record Quota(int start, int end, int tokens) {

      int length() {
        return end - start;
      }
    }

    /** Returns the runs' quotas, in raster order; they add up to {@code tokens} at most. */
    List<Quota> of(float[] attention, PairKernel cosines, int tokens, boolean capped) {
      int[] starts = starts(attention.length);
      float[] scores = new float[starts.length - 1];
      for (int run = 0; run < scores.length; run++) {
        scores[run] = score(attention, cosines, starts[run], starts[run + 1]);
      }
      int[] due = split(scores, tokens);
      if (capped) {
        cap(due, starts, scores);
      }
      List<Quota> quotas = new ArrayList<>();
      for (int run = 0; run < due.length; run++) {
        quotas.add(new Quota(starts[run], starts[run + 1], due[run]));
      }
      return quotas;
    }

    private int[] starts(int patches) {
      int count = Math.min(runs, patches);
      int[] starts = new int[count + 1];
      for (int run = 0; run < count; run++) {
        starts[run + 1] = starts[run] + patches / count + (run < patches % count ? 1 : 0);
      }
      return starts;
    }

    private float score(float[] attention, PairKernel cosines, int start, int end) {
      int length = end - start;
      if (length == 1) {
        return attention[start];
      }
      double attentions = 0;
      double variances = 0;
      for (int patch = start; patch < end; patch++) {
        attentions += attention[patch] * ATTENTION_SCALE;
        variances += variance(cosines, patch, start, end);
      }
      float attentionMean = (float) (attentions / length);
      float varianceMean = (float) (variances / length);
      float scaling = attentionMean / (varianceMean + EPSILON);
      return attentionMean + (float) alpha * (varianceMean * scaling);
    }

    private static double variance(PairKernel cosines, int patch, int start, int end) {
      double sum = 0;
      for (int other = start; other < end; other++) {
        sum += other == patch ? 0 : cosines.of(patch, other);
      }
      double mean = sum / (end - start - 1);
      double squares = 0;
      for (int other = start; other < end; other++) {
        double difference = (other == patch ? 0 : cosines.of(patch, other)) - mean;
        squares += difference * difference;
      }
      return squares / (end - start - 1);
    }

    private static int[] split(float[] scores, int tokens) {
      float sum = EPSILON;
      for (float score : scores) {
        sum += score;
      }
      int[] due = new int[scores.length];
      int missing = tokens;
      for (int run = 0; run < due.length; run++) {
        due[run] = (int) Math.floor(scores[run] / sum * tokens);
        missing -= due[run];
      }
      for (int run : Ranking.top(scores, Math.max(0, missing))) {
        due[run]++;
      }
      return due;
    }

    private static void cap(int[] due, int[] starts, float[] scores) {
      int over = 0;
      for (int run = 0; run < due.length; run++) {
        int most = starts[run + 1] - starts[run];
        over += Math.max(0, due[run] - most);
        due[run] = Math.min(due[run], most);
      }
      for (int run : Ranking.top(scores, scores.length)) {
        int more = Math.min(over, starts[run + 1] - starts[run] - due[run]);
        due[run] += more;
        over -= more;
      }
    }
  }
}
