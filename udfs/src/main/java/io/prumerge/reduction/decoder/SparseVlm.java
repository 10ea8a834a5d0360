package io.prumerge.reduction.decoder;

import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.Knob;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerCut.Kept;
import io.prumerge.reduction.LayerCut.Positions;
import io.prumerge.reduction.LayerCut.SeenTokens;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.decoder.SparseVlm.TextRaters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code sparsevlm} (arXiv 2410.04417; Gumpest/SparseVLMs 26a5f48, {@code score.py}, {@code
 * modelling_sparse_llama.py}, {@code utils.py}): behind layers 2, 6 and 15, the visual tokens go on
 * to which the raters attend most in that layer. Raters are the tokens of the text that are more
 * like the image than others ({@link TextRaters}).
 *
 * <ul>
 *   <li>{@code version=1}: some of the others are merged and follow ({@link RatedCut}); positions
 *       close up.
 *   <li>{@code version=2}, the authors' SparseVLM+: corrected attention of some heads ({@link
 *       HeadedCut}), nothing is merged, positions stay. They chose 14 heads on a model of 28; all
 *       heads count where there are fewer.
 * </ul>
 *
 * <p>{@code tokens} is the authors' number for a list of budgets: 192, 128, 96 or 64. {@code
 * budgets} names a list itself, as a decoder with fewer tokens needs it. A budget such as {@code
 * tokens=@mean:N} multiplies this list, by default that of 192, by one factor.
 *
 * <p>Deviations: attention in fp32, of the text's rows alone; those of {@link DensityPeaks} and
 * {@link TextRaters}.
 */
final class SparseVlm extends DecoderReducer {

  private static final String VERSION = "version";
  private static final String FIRST_VERSION = "1";
  private static final String BUDGETS = "budgets";
  private static final List<Integer> DEFAULT_LAYERS = List.of(2, 6, 15);
  private static final int DEFAULT_TOKENS = 192;

  private static final Map<Integer, List<Integer>> FIRST =
      Map.of(
          192, List.of(300, 200, 110),
          128, List.of(303, 110, 36),
          96, List.of(238, 48, 26),
          64, List.of(66, 30, 17));
  private static final Map<Integer, List<Integer>> SECOND =
      Map.of(
          192, List.of(300, 200, 118),
          128, List.of(238, 108, 60),
          96, List.of(246, 54, 28),
          64, List.of(66, 34, 20));

  private final boolean second;
  private final List<Integer> layers;
  private final List<Integer> budgets;
  private final Positions positions;

  private SparseVlm(
      CutParameters parameters,
      boolean second,
      List<Integer> layers,
      List<Integer> budgets,
      Positions positions) {
    super(parameters.spec());
    if (layers.size() != budgets.size()) {
      throw parameters.refusal("give as many budgets as layers");
    }
    this.second = second;
    this.layers = layers;
    this.budgets = budgets;
    this.positions = positions;
  }

  private static SparseVlm of(CutParameters parameters) {
    boolean second = second(parameters);
    parameters.onlyOne(CutParameters.TOKENS, BUDGETS);
    Map<Integer, List<Integer>> known = second ? SECOND : FIRST;
    int tokens = parameters.count(CutParameters.TOKENS, DEFAULT_TOKENS);
    if (!known.containsKey(tokens)) {
      throw parameters.refusal(
          "tokens must be 192, 128, 96 or 64, for which its authors have budgets, or @mean:N; or give budgets=N/N/N");
    }
    return new SparseVlm(
        parameters,
        second,
        parameters.layers(0, DEFAULT_LAYERS),
        parameters.counts(BUDGETS, known.get(tokens)),
        parameters.positions(second ? Positions.KEPT : Positions.PACKED));
  }

  private static boolean second(CutParameters parameters) {
    return parameters.choice(VERSION, FIRST_VERSION, "2").equals("2");
  }

  @Override
  public List<LayerCut> cuts(int tokens, int decoderLayers) {
    List<LayerCut> cuts = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      int layer = layers.get(i) + 1; // the authors' layer still sees all
      cuts.add(
          second
              ? new HeadedCut(layer, budgets.get(i), positions)
              : new RatedCut(layer, budgets.get(i), positions));
    }
    return cuts;
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "sparsevlm";
    }

    @Override
    public List<String> keys() {
      return List.of(
          CutParameters.TOKENS, VERSION, CutParameters.LAYERS, BUDGETS, CutParameters.POSITIONS);
    }

    @Override
    public About about() {
      return About.of("2410.04417", "Gumpest/SparseVLMs")
          .with(CutParameters.TOKENS, DEFAULT_TOKENS)
          .with(VERSION, FIRST_VERSION)
          .with(CutParameters.LAYERS, DEFAULT_LAYERS)
          .with(CutParameters.POSITIONS, Positions.PACKED);
    }

    @Override
    public Optional<Knob> knob(Parameters rest) {
      CutParameters parameters = new CutParameters(rest);
      List<Integer> authors = (second(parameters) ? SECOND : FIRST).get(DEFAULT_TOKENS);
      return Optional.of(new Knob.Counts(BUDGETS, parameters.counts(BUDGETS, authors)));
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return SparseVlm.of(new CutParameters(parameters));
    }
  }

  /**
   * SparseVLM's raters: the tokens of the text that are more like the image than the mean of them.
   * All of them where none is, as if they were equal; the authors' code then ranks by 0 / 0.
   */
  static final class TextRaters {

    private TextRaters() {}

    /** Returns the raters by the text's relevance, ascending. */
    static int[] of(float[] relevance) {
      double sum = 0;
      for (float each : relevance) {
        sum += each;
      }
      double mean = sum / relevance.length;
      int[] raters =
          IntStream.range(0, relevance.length).filter(row -> relevance[row] > mean).toArray();
      return raters.length > 0 ? raters : IntStream.range(0, relevance.length).toArray();
    }
  }

  /**
   * A cut of SparseVLM's first version: the raters' attention in the layer below chooses the tokens
   * that go on as they are; of the others the best 30 % are merged into a tenth as many, which
   * follow them.
   *
   * @param budget tokens that go on as they are, unless fewer come
   */
  record RatedCut(int layer, int budget, Positions positions) implements LayerCut {

    private static final double RECYCLED = 0.3;
    private static final int CLUSTERED = 10;

    private Evidence attention() {
      return new Evidence.TextAttention(layer - 1);
    }

    private Evidence states() {
      return new Evidence.Hidden(layer);
    }

    @Override
    public List<Evidence> sees() {
      return List.of(new Evidence.TextRelevance(), attention(), states());
    }

    private int whole(int tokens) {
      return Math.max(0, Math.min(budget, tokens - 1));
    }

    private int recycled(int tokens) {
      return (int) ((tokens - whole(tokens)) * RECYCLED) + 1;
    }

    private int clusters(int tokens) {
      return tokens == 0 ? 0 : recycled(tokens) / CLUSTERED + 1;
    }

    @Override
    public int count(int tokens) {
      return whole(tokens) + clusters(tokens);
    }

    /** Returns the distances of the recycled tokens and sums over all tokens. */
    @Override
    public long flops(int tokens, int width) {
      long distances = tokens == 0 ? 0 : (long) recycled(tokens) * recycled(tokens);
      return 2L * width * (distances + (long) clusters(tokens) * tokens);
    }

    @Override
    public Kept keep(SeenTokens seen) {
      int tokens = seen.count();
      if (tokens == 0) {
        return Kept.of();
      }
      double[] scores = scores(seen);
      int whole = whole(tokens);
      int[] falling = Ranking.top(tokens, tokens, token -> scores[token]);
      int[] recycled = new int[recycled(tokens)];
      System.arraycopy(falling, whole, recycled, 0, recycled.length);
      float[] states = seen.of(states());
      DensityPeaks peaks =
          DensityPeaks.of(recycled, states, states.length / tokens, clusters(tokens));
      int[] kept = new int[count(tokens)];
      int[] ascending = Ranking.topInOrder(tokens, whole, token -> scores[token]);
      System.arraycopy(ascending, 0, kept, 0, whole);
      float[] share = new float[clusters(tokens) * tokens];
      for (int i = recycled.length - 1; i >= 0; i--) {
        kept[whole + peaks.cluster()[i]] = recycled[i];
        share[peaks.cluster()[i] * tokens + recycled[i]] = peaks.weight(i);
      }
      return new Kept(kept, share);
    }

    private double[] scores(SeenTokens seen) {
      int[] raters = TextRaters.of(seen.of(new Evidence.TextRelevance()));
      float[] attention = seen.of(attention());
      double[] scores = new double[seen.count()];
      for (int rater : raters) {
        for (int token = 0; token < scores.length; token++) {
          scores[token] += attention[rater * scores.length + token];
        }
      }
      return scores;
    }
  }

  /**
   * A cut of SparseVLM+: the raters' attention in the layer below, freed of what the rotation adds
   * to it, in the 14 heads where it has the largest sum. What does not go on is lost.
   *
   * @param budget tokens that go on, unless fewer come
   */
  record HeadedCut(int layer, int budget, Positions positions) implements LayerCut {

    private static final int HEADS = 14;

    private Evidence attention() {
      return new Evidence.TextHeadAttention(layer - 1);
    }

    @Override
    public List<Evidence> sees() {
      return List.of(new Evidence.TextRelevance(), attention());
    }

    @Override
    public int count(int tokens) {
      return Math.max(0, Math.min(budget, tokens - 1));
    }

    @Override
    public Kept keep(SeenTokens seen) {
      int tokens = seen.count();
      float[] relevance = seen.of(new Evidence.TextRelevance());
      if (tokens == 0) {
        return Kept.of();
      }
      int[] raters = TextRaters.of(relevance);
      float[] attention = seen.of(attention());
      int heads = attention.length / relevance.length / tokens;
      double[][] byHead = new double[heads][tokens];
      double[] sums = new double[heads];
      for (int head = 0; head < heads; head++) {
        for (int rater : raters) {
          int start = (head * relevance.length + rater) * tokens;
          for (int token = 0; token < tokens; token++) {
            byHead[head][token] += attention[start + token];
            sums[head] += attention[start + token];
          }
        }
      }
      double[] scores = new double[tokens];
      for (int head : Ranking.top(heads, HEADS, each -> sums[each])) {
        for (int token = 0; token < tokens; token++) {
          scores[token] += byHead[head][token];
        }
      }
      return Kept.of(Ranking.topInOrder(tokens, count(tokens), token -> scores[token]));
    }
  }

  /**
   * SparseVLM's clusters of dropped tokens ({@code cluster_and_merge} in its {@code utils.py}).
   *
   * <p>Distances are Euclidean, divided by the root of the width. A token's density is exp(-mean of
   * the k smallest squared distances), itself included, for k clusters. The centres are the k
   * tokens with the largest product of density and distance to the nearest denser token (the
   * largest distance of all where there is none). Every token joins the nearest centre, and weighs
   * 1 / (size + 1e-6).
   *
   * <p>Deviation: the authors add random noise of 1e-6 to the densities, so that none are equal.
   * Here the first of equal ones counts as denser.
   *
   * @param cluster of each token, from 0 on in the order of the centres' scores
   * @param sizes tokens of each cluster
   */
  record DensityPeaks(int[] cluster, int[] sizes) {

    private static final double EPSILON = 1e-6;

    /**
     * Clusters rows.
     *
     * @param rows indices into the values, at least as many as clusters
     * @param values row-major
     */
    static DensityPeaks of(int[] rows, float[] values, int width, int clusters) {
      int count = rows.length;
      double[][] distances = new double[count][count];
      double farthest = 0;
      for (int a = 0; a < count; a++) {
        for (int b = 0; b < a; b++) {
          double distance = distance(values, rows[a] * width, rows[b] * width, width);
          distances[a][b] = distance;
          distances[b][a] = distance;
          farthest = Math.max(farthest, distance);
        }
      }
      double[] density = new double[count];
      for (int row = 0; row < count; row++) {
        density[row] =
            Math.exp(
                -Arrays.stream(distances[row])
                    .sorted()
                    .limit(clusters)
                    .map(near -> near * near)
                    .average()
                    .orElseThrow());
      }
      double[] scores = new double[count];
      for (int row = 0; row < count; row++) {
        double nearest = farthest;
        for (int other = 0; other < count; other++) {
          boolean denser =
              density[other] > density[row] || density[other] == density[row] && other < row;
          if (denser) {
            nearest = Math.min(nearest, distances[row][other]);
          }
        }
        scores[row] = nearest * density[row];
      }
      return assigned(distances, Ranking.top(count, clusters, row -> scores[row]));
    }

    private static DensityPeaks assigned(double[][] distances, int[] centres) {
      int[] cluster = new int[distances.length];
      for (int row = 0; row < cluster.length; row++) {
        for (int c = 1; c < centres.length; c++) {
          if (distances[row][centres[c]] < distances[row][centres[cluster[row]]]) {
            cluster[row] = c;
          }
        }
      }
      for (int c = 0; c < centres.length; c++) {
        cluster[centres[c]] = c;
      }
      int[] sizes = new int[centres.length];
      IntStream.of(cluster).forEach(c -> sizes[c]++);
      return new DensityPeaks(cluster, sizes);
    }

    /** Returns the weight of each row in its cluster's mean. */
    float weight(int row) {
      return (float) (1 / (sizes[cluster[row]] + EPSILON));
    }

    private static double distance(float[] values, int a, int b, int width) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        double difference = values[a + i] - values[b + i];
        sum += difference * difference;
      }
      return Math.sqrt(sum) / Math.sqrt(width);
    }
  }
}
