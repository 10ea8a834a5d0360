package io.prumerge.reduction.decoder;

import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.Kept;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerCut.SeenTokens;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducer;
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

    /** The means. */
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
    public TokenReducer create(Parameters given) {
      CutParameters parameters = new CutParameters(given);
      int layer = parameters.count(CutParameters.LAYER, DEFAULT_LAYER);
      double ratio = parameters.share(CutParameters.RATIO, DEFAULT_RATIO);
      double cutoff = parameters.share(CUTOFF, DEFAULT_CUTOFF);
      LayerCut.Positions positions = parameters.positions(LayerCut.Positions.KEPT);
      return new OneCut(parameters.spec(), new Cut(layer, ratio, cutoff, positions));
    }
  }
}
