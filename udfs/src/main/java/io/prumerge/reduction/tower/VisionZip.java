package io.prumerge.reduction.tower;

import io.prumerge.lang.Text;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.BlendPart;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ScoringAttention;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * {@code visionzip} (arXiv 2412.04467; dvlab-research/VisionZip 3151f6d, {@code clip_encoder.py}):
 * the class token, the patches with the largest CLS attention, and sums of other patches that are
 * alike.
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
 * <p>{@code attention=received} is the authors' code for Qwen2.5-VL ({@code
 * qwen2_5vl_visionzip.py}, as HVision-NKU/GlimpsePrune 091a3d5 has it): scores are the attention
 * that a patch gets ({@link ScoringAttention}), no token is a class token, contextual tokens are
 * made after the connector, and all tokens stand in raster order. Its parts are shares of the
 * image, rounded down, at least one token of each: 0.45 and 0.05 by the authors, where {@code
 * tokens=N} is split as above.
 *
 * <p>Deviations: the authors add the heads' attention up instead of averaging it, which gives the
 * same order. If fewer patches remain than contextual tokens are due, each is one; the authors'
 * code fails.
 */
final class VisionZip implements TokenReducer {

  private static final TowerEvidence KEYS = new TowerEvidence.HeadMeanKeys(new TowerLayer.Last());

  private final MethodSpec spec;
  private final Split split;
  private final TowerEvidence attention;

  private VisionZip(Parameters parameters) {
    this.attention = parameters.value(ScoringAttention.PARAMETER).in(new TowerLayer.Last());
    this.split = Split.of(parameters);
    this.spec = parameters.spec();
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Set<TowerEvidence> needs() {
    return attention.ofClassToken()
        ? Set.of(attention, KEYS)
        : Set.of(attention, KEYS, new TowerEvidence.Projected());
  }

  // The dominant tokens that are no patch.
  private int classTokens() {
    return attention.ofClassToken() ? 1 : 0;
  }

  @Override
  public int tokens(PatchTokens patches) {
    Split.Parts parts = split.parts(patches, classTokens());
    return parts.dominant() + parts.contextual();
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    Split.Parts parts = split.parts(patches, classTokens());
    float[] scores = Ranking.finite(spec, "the attention to patch", patches.of(attention));
    float[] keys = Ranking.finite(spec, "the mean key at", patches.of(KEYS));
    Set<Integer> dominant = new TreeSet<>();
    IntStream.of(Ranking.top(scores, parts.dominant() - classTokens())).forEach(dominant::add);
    int[] others =
        IntStream.range(0, patches.count()).filter(patch -> !dominant.contains(patch)).toArray();
    List<Blend> tokens = ContextualTokens.of(others, keys, patches.count(), parts.contextual());
    tokens.addAll(0, dominant.stream().map(Blend::copy).toList());
    if (attention.ofClassToken()) {
      tokens.add(0, Blend.copy(Blend.CLASS_TOKEN));
      return patches.blend(Stage.BEFORE_CONNECTOR, tokens);
    }
    tokens.sort(Comparator.comparingInt(token -> token.patch().orElseThrow()));
    return patches.blend(Stage.AFTER_CONNECTOR, tokens);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "visionzip",
          About.of("2412.04467", "dvlab-research/VisionZip")
              .servable(Servable.no("ranks by tower attention")),
          VisionZip::new,
          ScoringAttention.PARAMETER,
          Split.CONTEXTUAL,
          Split.DOMINANT,
          TokenBudget.NEEDED);
    }
  }

  /** How many of VisionZip's tokens are dominant, and how many contextual. */
  private sealed interface Split {

    Parameter<Integer> DOMINANT = Parameter.count("dominant");
    Parameter<Integer> CONTEXTUAL = Parameter.count("contextual");

    /**
     * The tokens of one image.
     *
     * @param dominant at least 1: the class token, where it is one of them
     * @param contextual at most as many as patches are left
     */
    record Parts(int dominant, int contextual) {}

    /**
     * Returns the parts for one image.
     *
     * @param classTokens the dominant tokens that are no patch
     * @throws ReductionException if the image has too few patches
     */
    Parts parts(PatchTokens patches, int classTokens);

    /** Returns either {@code tokens}, or {@code dominant} and {@code contextual}. */
    static Split of(Parameters parameters) {
      Optional<Integer> dominant = parameters.given(DOMINANT);
      Optional<Integer> contextual = parameters.given(CONTEXTUAL);
      boolean tokens = parameters.has(TokenBudget.NEEDED);
      if (dominant.isPresent() != contextual.isPresent() || dominant.isPresent() == tokens) {
        throw parameters.refusal(
            "give either tokens=N or tokens=@METHOD, or both dominant and contextual");
      }
      return tokens
          ? new Together(TokenBudget.of(parameters))
          : new Given(dominant.orElseThrow(), contextual.orElseThrow());
    }

    /** The authors' split of a number of tokens: 162 + 30, 108 + 20, 54 + 10. */
    record Together(TokenBudget budget) implements Split {

      private static final int CONTEXTUAL_SHARE = 5;
      private static final int OF_TOKENS = 32;

      @Override
      public Parts parts(PatchTokens patches, int classTokens) {
        int tokens = budget.tokens(patches);
        int contextual = (int) ((long) tokens * CONTEXTUAL_SHARE / OF_TOKENS);
        return new Parts(tokens - contextual, contextual);
      }
    }

    /** The same parts for every image. */
    record Given(int dominant, int contextual) implements Split {

      @Override
      public Parts parts(PatchTokens patches, int classTokens) {
        int left = patches.count() - (dominant - classTokens);
        if (left < 0) {
          throw new ReductionException(
              Text.format(
                  "Cannot keep %d dominant tokens: the image has %s%d patches; give dominant=%d or"
                      + " fewer",
                  dominant,
                  classTokens > 0 ? "a class token and " : "",
                  patches.count(),
                  patches.count() + classTokens));
        }
        return new Parts(dominant, Math.min(contextual, left));
      }
    }
  }

  /**
   * VisionZip's contextual tokens: of a list of patches, those at places 0, step, 2 step, ... with
   * step = max(1, floor(length / count)) are targets. Every other patch of the list belongs to the
   * target with the most similar key, by cosine; of equal ones to the first. A token is the feature
   * of its target plus the mean of the features that belong to it.
   */
  private static final class ContextualTokens {

    private static final float LEAST_NORM = 1e-12f;

    private ContextualTokens() {}

    /**
     * Returns the tokens in the order of their targets, in a list that may be changed.
     *
     * @param patches in raster order, at least {@code count}
     * @param keys of all patches of the image, row-major
     * @param all their number
     */
    static List<Blend> of(int[] patches, float[] keys, int all, int count) {
      if (count == 0) {
        return new ArrayList<>();
      }
      int width = keys.length / all;
      int step = Math.max(1, patches.length / count);
      List<List<Integer>> members = new ArrayList<>();
      for (int target = 0; target < count; target++) {
        members.add(new ArrayList<>());
      }
      float[] norms = new float[count];
      for (int target = 0; target < count; target++) {
        int patch = patches[target * step];
        norms[target] = Math.max(LEAST_NORM, (float) Math.sqrt(dot(keys, width, patch, patch)));
      }
      for (int place = 0; place < patches.length; place++) {
        boolean isTarget = place % step == 0 && place / step < count;
        if (!isTarget) {
          members.get(nearest(patches, place, step, keys, width, norms)).add(patches[place]);
        }
      }
      List<Blend> tokens = new ArrayList<>();
      for (int target = 0; target < count; target++) {
        tokens.add(token(patches[target * step], members.get(target)));
      }
      return tokens;
    }

    private static int nearest(
        int[] patches, int place, int step, float[] keys, int width, float[] norms) {
      int best = 0;
      double most = Double.NEGATIVE_INFINITY;
      for (int target = 0; target < norms.length; target++) {
        double similarity =
            dot(keys, width, patches[place], patches[target * step]) / norms[target];
        if (similarity > most) {
          most = similarity;
          best = target;
        }
      }
      return best;
    }

    private static Blend token(int target, List<Integer> members) {
      List<BlendPart> parts = new ArrayList<>(List.of(new BlendPart(target, 1)));
      for (int member : members) {
        parts.add(new BlendPart(member, 1f / members.size()));
      }
      return new Blend(parts);
    }

    private static double dot(float[] keys, int width, int one, int other) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += (double) keys[one * width + i] * keys[other * width + i];
      }
      return sum;
    }
  }
}
