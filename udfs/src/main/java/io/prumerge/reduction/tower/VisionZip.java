package io.prumerge.reduction.tower;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * {@code visionzip} (arXiv 2412.04467; dvlab-research/VisionZip 3151f6d, {@code clip_encoder.py}):
 *
 * <ol>
 *   <li>Dominant tokens: the class token itself, then the patches with the largest CLS attention in
 *       the last layer of the features, in raster order.
 *   <li>Contextual tokens ({@link ContextualTokens}): evenly spaced ones of the other patches, each
 *       plus the mean of those patches whose keys are most like its own.
 * </ol>
 *
 * <p>{@code tokens} is split as the authors split 192, 128 and 64: 5 in 32 tokens, rounded down,
 * are contextual. {@code dominant}, which counts the class token, and {@code contextual} give the
 * parts themselves.
 *
 * <p>Deviations: the authors add the heads' attention up instead of averaging it, which gives the
 * same order. If fewer patches remain than contextual tokens are due, each is one; the authors'
 * code fails.
 */
final class VisionZip implements TokenReducer {

  private static final TowerEvidence KEYS = new TowerEvidence.HeadMeanKeys(new TowerLayer.Last());

  private final MethodSpec spec;
  private final VisionZipSplit split;

  private VisionZip(Parameters parameters) {
    this.split = VisionZipSplit.of(parameters);
    this.spec = new MethodSpec(parameters.method(), split.parameters());
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Set<TowerEvidence> needs() {
    return Set.of(FasterVlm.ATTENTION, KEYS);
  }

  @Override
  public int tokens(PatchTokens patches) {
    VisionZipSplit.Parts parts = split.parts(patches);
    return parts.dominant() + parts.contextual();
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    VisionZipSplit.Parts parts = split.parts(patches);
    float[] scores =
        Ranking.finite(spec, "the attention to patch", patches.of(FasterVlm.ATTENTION));
    float[] keys = Ranking.finite(spec, "the mean key at", patches.of(KEYS));
    Set<Integer> dominant = new TreeSet<>();
    IntStream.of(Ranking.top(scores, parts.dominant() - 1)).forEach(dominant::add);
    int[] others =
        IntStream.range(0, patches.count()).filter(patch -> !dominant.contains(patch)).toArray();
    List<Blend> tokens = ContextualTokens.of(others, keys, patches.count(), parts.contextual());
    tokens.addAll(0, dominant.stream().map(Blend::copy).toList());
    tokens.add(0, Blend.copy(Blend.CLASS_TOKEN));
    return patches.blend(Stage.BEFORE_CONNECTOR, tokens);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "visionzip";
    }

    @Override
    public List<String> keys() {
      return VisionZipSplit.KEYS;
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return new VisionZip(parameters);
    }
  }
}
