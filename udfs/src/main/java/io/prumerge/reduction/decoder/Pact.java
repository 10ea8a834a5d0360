package io.prumerge.reduction.decoder;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.DeviceRule;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenReducer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
 * the clusters; tokens outside the {@code ratio} join one that is near enough, and are lost
 * otherwise.
 *
 * <p>K is {@code layer}, by default 4; {@code ratio} is by default 0.55; keys within {@code
 * cutoff}, by default 0.21, are of one cluster.
 *
 * <p>Deviations: queries and keys are those of the visual tokens alone, as in the paper's algorithm
 * 1; the authors' code also takes the text before them; logits differ by up to 0.07. Of equal
 * densities the lower place counts as denser. The logarithms of sizes are in the model's precision,
 * theirs always in half precision. At least one token is clustered. Their K = 4 is for the 28
 * layers of a Qwen2-7B.
 */
final class Pact {

  private static final Parameter<Integer> LAYER = Parameter.count("layer").byDefault(4);
  private static final Parameter<Double> RATIO = Parameter.share("ratio").byDefault(0.55);
  private static final Parameter<Double> CUTOFF = Parameter.share("cutoff").byDefault(0.21);

  /**
   * The method's cut.
   *
   * @param ratio share of the tokens that are clustered
   * @param cutoff cosine distance within which a centre has its tokens
   */
  private record Cut(int layer, double ratio, double cutoff, CutPositions positions)
      implements LayerCut {

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
    public long flops(int tokens, int keptTokens, int width) {
      return Math.multiplyExact(2L * width, (long) tokens * keptTokens);
    }

    @Override
    public Optional<DeviceRule> onDevice(int tokens) {
      // Two launches a token, some 600 for an image; a rule here would read 100 kB half-way.
      return Optional.of(new DeviceRule("pact", List.of(count(tokens), cutoff, KeyClusters.REACH)));
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      return seen.count() == 0
          ? KeptTokens.of()
          : KeyClusters.of(seen.places(0, seen.count())).means();
    }
  }

  private Pact() {}

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "pact",
          About.of("2504.08966", "orailix/PACT").servable(Servable.no("prunes inside the decoder")),
          Factory::reducer,
          LAYER,
          RATIO,
          CUTOFF,
          CutPositions.PARAMETER);
    }

    private static TokenReducer reducer(Parameters given) {
      return new OneCut(
          given.spec(),
          new Cut(
              given.value(LAYER),
              given.value(RATIO),
              given.value(CUTOFF),
              given.value(CutPositions.PARAMETER)));
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

    /** Within so many cutoffs of a centre a token joins it. */
    static final double REACH = 1.5;

    /**
     * Returns the clusters of tokens.
     *
     * @param centreOf each of them, itself for a centre; -1 for those that are lost
     */
    static KeyClusters of(int[] centreOf) {
      int[] centres = IntStream.range(0, centreOf.length).filter(i -> centreOf[i] == i).toArray();
      int[] cluster =
          IntStream.of(centreOf)
              .map(centre -> centre < 0 ? -1 : Arrays.binarySearch(centres, centre))
              .toArray();
      return new KeyClusters(centres, cluster);
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
    KeptTokens means() {
      int[] sizes = sizes();
      float[] share = new float[centres.length * cluster.length];
      for (int token = 0; token < cluster.length; token++) {
        int own = cluster[token];
        if (own >= 0) {
          share[own * cluster.length + token] = 1f / sizes[own];
        }
      }
      return new KeptTokens(centres, share, sizes);
    }
  }
}
