package io.prumerge.reduction.tower;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.BlendPart;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.SeededDraw;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code apet} (arXiv 2602.19870; Maqkccx/ApET 70cc01b, {@code encode_images} and {@code
 * token_merging} of {@code llava_arch.py}): patches that a few others approximate worst, these few,
 * and means of what is alike.
 *
 * <ol>
 *   <li>{@code basis} patches, each the farthest from those before it, and the distance of every
 *       patch from their span are {@link TowerEvidence.ApproximationErrors}, of the features.
 *   <li>The {@code tokens} patches with the largest errors stay. The places of the last {@code
 *       basis} of these, in raster order, get the features of the basis, in its order.
 *   <li>Every other patch is merged into that of the rest of those that stay whose feature is most
 *       like its own, by cosine; of equal ones that with the larger error. A token is the mean of
 *       what it is merged of. Raster order.
 * </ol>
 *
 * <p>Where tokens are made of blocks of patches (Qwen2-VL, InternVL) and of a video's frames, it is
 * the authors' code for Qwen2.5-VL ({@code qwen2_5_vl_custom.py}): after the connector, and a token
 * at a place of the basis is half its own patch. A video is taken frame by frame.
 *
 * <p>The authors' basis begins at random, so that their results can't be repeated. {@code seed} is
 * ours: the first patch is the one that {@code random:tokens=1} keeps with that seed, the same of
 * each view of an image.
 *
 * <p>Deviations: fp32 and the span in double precision, where the authors round features to half
 * precision before they merge. With as many {@code tokens} as {@code basis} or fewer, all places
 * but the first get one of the basis; the authors' code fails. A basis of more patches than there
 * are is all of them. All patches stay as they are where that many are demanded, as their code has
 * it for 576. Their scripts cut once more by the same rule, behind the decoder's layer 16; that cut
 * is not here.
 */
final class ApEt extends BudgetReducer {

  private static final Parameter<Integer> BASIS = Parameter.count("basis").byDefault(10);

  private final int basis;
  private final long seed;

  private ApEt(Parameters parameters) {
    this(parameters, parameters.value(BASIS), parameters.value(SeededDraw.SEED));
  }

  private ApEt(Parameters parameters, int basis, long seed) {
    super(parameters, needs(Stage.BEFORE_CONNECTOR, basis, seed));
    this.basis = basis;
    this.seed = seed;
  }

  private static Set<TowerEvidence> needs(Stage stage, int basis, long seed) {
    return Set.of(cosines(stage), new TowerEvidence.ApproximationErrors(stage, basis, seed));
  }

  private static TowerEvidence.Cosines cosines(Stage stage) {
    return switch (stage) {
      case BEFORE_CONNECTOR -> TowerEvidence.Cosines.OF_FEATURES;
      case AFTER_CONNECTOR -> TowerEvidence.Cosines.OF_PROJECTED;
    };
  }

  private static Stage stage(PatchTokens view) {
    return view.ofBlocks() ? Stage.AFTER_CONNECTOR : Stage.BEFORE_CONNECTOR;
  }

  @Override
  public Set<TowerEvidence> needs(PatchTokens view) {
    return tokens(view) == view.count() ? Set.of() : needs(stage(view), basis, seed);
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    int count = patches.count();
    if (tokens == count) {
      return patches.all();
    }
    Stage stage = stage(patches);
    float[] seen =
        Ranking.finite(
            spec(),
            "the error of patch",
            patches.of(new TowerEvidence.ApproximationErrors(stage, basis, seed)));
    int[] stay = Ranking.top(Arrays.copyOf(seen, count), tokens);
    int merged = tokens - Math.min(seen.length - count, tokens - 1);
    List<Blend> left =
        means(Arrays.copyOf(stay, merged), dropped(stay, count), cosines(patches, cosines(stage)));
    int[] places = Arrays.copyOfRange(stay, merged, tokens);
    Arrays.sort(places);
    for (int i = 0; i < places.length; i++) {
      left.add(ofBasis(places[i], (int) seen[count + i], stage));
    }
    left.sort(Comparator.comparingInt(token -> token.patch().orElseThrow()));
    return patches.blend(stage, left);
  }

  private static List<Integer> dropped(int[] stay, int count) {
    boolean[] stays = new boolean[count];
    for (int patch : stay) {
      stays[patch] = true;
    }
    List<Integer> dropped = new ArrayList<>();
    for (int patch = 0; patch < count; patch++) {
      if (!stays[patch]) {
        dropped.add(patch);
      }
    }
    return dropped;
  }

  private static List<Blend> means(int[] targets, List<Integer> dropped, PairCosines cosines) {
    List<List<Integer>> members = new ArrayList<>();
    for (int i = 0; i < targets.length; i++) {
      members.add(new ArrayList<>());
    }
    for (int patch : dropped) {
      int nearest = 0;
      for (int i = 1; i < targets.length; i++) {
        if (cosines.of(patch, targets[i]) > cosines.of(patch, targets[nearest])) {
          nearest = i;
        }
      }
      members.get(nearest).add(patch);
    }
    List<Blend> means = new ArrayList<>();
    for (int i = 0; i < targets.length; i++) {
      means.add(Blend.mean(targets[i], members.get(i)));
    }
    return means;
  }

  private static Blend ofBasis(int place, int patch, Stage stage) {
    if (place == patch) {
      return Blend.copy(place);
    }
    List<BlendPart> parts =
        switch (stage) {
          case BEFORE_CONNECTOR -> List.of(new BlendPart(patch, 1));
          case AFTER_CONNECTOR -> List.of(new BlendPart(place, .5f), new BlendPart(patch, .5f));
        };
    return new Blend(parts, OptionalInt.of(place));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "apet",
          About.of("2602.19870", "Maqkccx/ApET")
              .servable(Servable.withAFixedCount("compares features")),
          ApEt::new,
          BASIS,
          SeededDraw.SEED,
          TokenBudget.NEEDED);
    }
  }
}
