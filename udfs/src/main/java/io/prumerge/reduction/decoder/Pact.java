package io.prumerge.reduction.decoder;

import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerCut.Kept;
import io.prumerge.reduction.LayerCut.SeenTokens;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code pact} (arXiv 2504.08966; orailix/PACT cf9a0c9, {@code PACT/utils.py}, {@code
 * modeling_qwen2.py} and {@code configs/pact.json}): before layer K, the share {@code ratio} of the
 * visual tokens that matter most are clustered by the keys they will have there; each cluster goes
 * on as the mean of its tokens' hidden states, at its centre's place and position. From there on a
 * cluster of s tokens counts for s in the attention. How many clusters there are follows from the
 * image.
 *
 * <p>A token matters as much as the mean of all visual tokens' queries would attend to its key,
 * both before the rotation, times the Euclidean norm of its hidden state. {@link KeyClusters} has
 * the clusters; tokens beside the {@code ratio} join one that is near enough, and are lost
 * otherwise.
 *
 * <p>Deviations: queries and keys are those of the visual tokens alone, as in the paper's algorithm
 * 1; the authors' code also takes the text before them. The logarithms of sizes are in fp32, theirs
 * are rounded to half precision. At least one token is clustered. Their K = 4 is for the 28 layers
 * of a Qwen2-7B.
 */
final class Pact {

  private static final String CUTOFF = "cutoff";
  private static final int DEFAULT_LAYER = 4;
  private static final double DEFAULT_RATIO = 0.55;
  private static final double DEFAULT_CUTOFF = 0.21;

  /**
   * The method's cut.
   *
   * @param ratio share of the tokens that are clustered
   * @param cutoff cosine distance within which a centre has its tokens
   */
  record Cut(int layer, double ratio, double cutoff, Positions positions) implements LayerCut {

    private Evidence attention() {
      return new Evidence.MeanQueryAttention(layer);
    }

    private Evidence states() {
      return new Evidence.Hidden(layer);
    }

    private Evidence cosines() {
      return new Evidence.KeyCosines(layer);
    }

    @Override
    public List<Evidence> sees() {
      return List.of(attention(), states(), cosines());
    }

    @Override
    public int count(int tokens) {
      return Math.min(tokens, Math.max(1, (int) (tokens * ratio)));
    }

    @Override
    public boolean adaptive() {
      return true;
    }

    /** Returns the means. */
    @Override
    public long flops(int tokens, int kept, int width) {
      return Math.multiplyExact(2L * width, (long) tokens * kept);
    }

    @Override
    public Kept keep(SeenTokens seen) {
      int tokens = seen.count();
      if (tokens == 0) {
        return Kept.of();
      }
      float[] attention = seen.of(attention());
      float[] states = seen.of(states());
      int width = states.length / tokens;
      double[] scores = new double[tokens];
      for (int token = 0; token < tokens; token++) {
        double squares = 0;
        for (int i = token * width; i < (token + 1) * width; i++) {
          squares += (double) states[i] * states[i];
        }
        scores[token] = attention[token] * Math.sqrt(squares);
      }
      int[] chosen = Ranking.topInOrder(tokens, count(tokens), token -> scores[token]);
      return KeyClusters.of(chosen, tokens, seen.of(cosines()), cutoff).means();
    }
  }

  private Pact() {}

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "pact";
    }

    @Override
    public List<String> keys() {
      return List.of(CutParameters.LAYER, CutParameters.RATIO, CUTOFF, CutParameters.POSITIONS);
    }

    @Override
    public About about() {
      return About.of("2504.08966", "orailix/PACT")
          .with(CutParameters.LAYER, DEFAULT_LAYER)
          .with(CutParameters.RATIO, DEFAULT_RATIO)
          .with(CUTOFF, DEFAULT_CUTOFF)
          .with(CutParameters.POSITIONS, LayerCut.Positions.KEPT);
    }

    @Override
    public TokenReducer create(Parameters given) {
      CutParameters parameters = new CutParameters(given);
      int layer = parameters.count(CutParameters.LAYER, DEFAULT_LAYER);
      double ratio = parameters.share(CutParameters.RATIO, DEFAULT_RATIO);
      double cutoff = parameters.share(CUTOFF, DEFAULT_CUTOFF);
      LayerCut.Positions positions = parameters.positions(LayerCut.Positions.KEPT);
      return new OneCut(parameters.spec(), new Cut(layer, ratio, cutoff, positions));
    }
  }

  /**
   * PACT's clusters of tokens ({@code DBDPC} in {@code PACT/utils.py}), by cosine distances 1 - cos
   * of their keys, at least 0.
   *
   * <p>A chosen token's density is the sum of exp(-(distance / 2)^2) over all chosen ones, itself
   * included. By falling density, each token becomes a centre that has no centre within the cutoff.
   * (The authors find the same centres several at a time.) Every token joins the nearest centre, if
   * that is within 1.5 times the cutoff; the chosen ones always are.
   *
   * <p>Of equal densities the lower index counts as denser, of equally near centres the denser one;
   * the authors' sorts promise nothing there.
   *
   * @param centres tokens, ascending
   * @param cluster of each token, as index into the centres; -1 for those that are lost
   */
  record KeyClusters(int[] centres, int[] cluster) {

    private static final double SCALE = 2;
    private static final double REACH = 1.5;

    /**
     * Clusters tokens.
     *
     * @param chosen those that may be centres, ascending, at least one
     * @param tokens all of them
     * @param cosines of all pairs of tokens, row-major
     */
    static KeyClusters of(int[] chosen, int tokens, float[] cosines, double cutoff) {
      double[] densities = new double[chosen.length];
      for (int i = 0; i < chosen.length; i++) {
        for (int other : chosen) {
          double part = distance(cosines, tokens, chosen[i], other) / SCALE;
          densities[i] += Math.exp(-part * part);
        }
      }
      List<Integer> byDensity = new ArrayList<>();
      for (int place : Ranking.top(chosen.length, chosen.length, i -> densities[i])) {
        int token = chosen[place];
        boolean alone =
            byDensity.stream()
                .allMatch(centre -> distance(cosines, tokens, token, centre) > cutoff);
        if (alone) {
          byDensity.add(token);
        }
      }
      int[] centres = byDensity.stream().mapToInt(Integer::intValue).sorted().toArray();
      int[] cluster = new int[tokens];
      for (int token = 0; token < tokens; token++) {
        int nearest = byDensity.get(0);
        for (int centre : byDensity) {
          if (distance(cosines, tokens, token, centre)
              < distance(cosines, tokens, token, nearest)) {
            nearest = centre;
          }
        }
        boolean near = distance(cosines, tokens, token, nearest) <= cutoff * REACH;
        cluster[token] = near ? Arrays.binarySearch(centres, nearest) : -1;
      }
      for (int centre = 0; centre < centres.length; centre++) {
        cluster[centres[centre]] = centre;
      }
      return new KeyClusters(centres, cluster);
    }

    private static double distance(float[] cosines, int tokens, int one, int other) {
      return one == other ? 0 : Math.max(0, 1.0 - cosines[one * tokens + other]);
    }

    /** Returns the tokens of each cluster. */
    int[] sizes() {
      int[] sizes = new int[centres.length];
      for (int own : cluster) {
        if (own >= 0) {
          sizes[own]++;
        }
      }
      return sizes;
    }

    /**
     * Returns the mean of each cluster at its centre's place, which counts for all of its tokens.
     */
    Kept means() {
      int[] sizes = sizes();
      float[] share = new float[centres.length * cluster.length];
      for (int token = 0; token < cluster.length; token++) {
        int own = cluster[token];
        if (own >= 0) {
          share[own * cluster.length + token] = 1f / sizes[own];
        }
      }
      return new Kept(centres, share, sizes);
    }
  }
}
