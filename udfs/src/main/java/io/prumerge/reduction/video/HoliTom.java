package io.prumerge.reduction.video;

import io.prumerge.lang.Text;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.BlendPart;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.RowOrder;
import io.prumerge.reduction.ScoringAttention;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Tiles;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * {@code holitom} (arXiv 2505.21334; cokeshao/HoliTom e9b2972, {@code holitom/llava_arch.py}),
 * without its merging inside the decoder ("w/o M"): patches that stay alike over views that follow
 * each other become their mean, means that are alike are merged, and of the other patches those
 * stay that get most attention in the tower. With T views of f patches after the connector:
 *
 * <ol>
 *   <li>Two patches are alike if their cosine is above {@code tau}. The video is cut into windows
 *       so that r is greatest, the sum over windows of the patches that are alike from view to view
 *       all through, times the window's views less one ({@link StaticWindow}): r patches become
 *       fewer by the means. The share of the others that is left is R' = min(1, R T f / (T f - r)).
 *   <li>Of a window's s means, round(s R') clusters stay ({@link DensityCluster}, of 7 neighbours
 *       at most): 0.6 of a cluster's centre and 0.4 of the mean of its others.
 *   <li>Of the f - s other patches of each view, the ceil((f - s) R') stay that get most attention
 *       in the last layer of the features, the mean over heads and querying patches.
 * </ol>
 *
 * <p>A window's means stand before the patches of its first view, and these in raster order. Where
 * a learned row stands behind each line of a frame (LLaVA-Video), means stand among the first
 * view's patches in raster order, and lines of which nothing is left have no learned row.
 *
 * <p>{@code ratio} is R, by default 0.15, and {@code tau} 0.8, as the authors' README has them;
 * their scripts have {@code tau=0.65} with {@code ratio=0.1}. Pictures are refused. Of equal
 * attention the lower patch stays; the authors' {@code topk} promises nothing there.
 *
 * <p>Deviations: fp32, where the authors compute in the model's precision. Distances are of
 * differences, the authors' {@code cdist} takes products of more than 25 rows. The authors add up
 * to 1e-6, drawn at random, to the densities of patches, so that none are equal; here none is
 * added, and of equal ones the lower patch is taken. A video of which nothing would be left is
 * refused.
 */
final class HoliTom extends VideoReducer {

  private static final Parameter<Double> RATIO = Parameter.share("ratio").byDefault(0.15);
  private static final Parameter<Double> TAU = Parameter.share("tau").byDefault(0.8);
  private static final float OF_CENTRE = 0.6f;
  private static final int NEIGHBOURS = 7;

  private static final TowerEvidence ATTENTION =
      ScoringAttention.RECEIVED.in(new TowerLayer.Last());
  private static final TowerEvidence COSINES = new TowerEvidence.EarlierCosines(1);

  private final double ratio;
  private final double tau;

  private HoliTom(Parameters parameters) {
    super(parameters.spec(), Set.of(ATTENTION));
    this.ratio = parameters.value(RATIO);
    this.tau = parameters.value(TAU);
  }

  /**
   * How many tokens are left of a window.
   *
   * @param means clusters of its means
   * @param ofEach patches of each of its views
   */
  private record Plan(StaticWindow window, int means, int ofEach) {

    int tokens() {
      return means + window.views() * ofEach;
    }

    /** Returns how far apart the means are; nothing where none is left. */
    Optional<TowerEvidence> distances() {
      return means == 0
          ? Optional.empty()
          : Optional.of(new TowerEvidence.MeanDistances(window.views(), window.alike()));
    }
  }

  private List<Plan> plans(List<? extends PatchTokens> video) {
    int patches = video.get(0).count();
    List<float[]> cosines = new ArrayList<>();
    for (PatchTokens view : video.subList(1, video.size())) {
      cosines.add(cosines(view, COSINES));
    }
    List<StaticWindow> windows = StaticWindow.of(cosines, patches, (float) tau);
    double all = (double) video.size() * patches;
    int fewer = windows.stream().mapToInt(StaticWindow::fewer).sum();
    double share = Math.min(ratio / ((all - fewer) / all), 1);
    List<Plan> plans =
        windows.stream()
            .map(
                window ->
                    new Plan(
                        window,
                        (int) Math.rint(window.alike().size() * share),
                        (int) Math.ceil((patches - window.alike().size()) * share)))
            .toList();
    if (plans.stream().allMatch(plan -> plan.tokens() == 0)) {
      throw new ReductionException(
          Text.format(
              "Cannot leave nothing of a video: all its patches stay alike, and %s leaves less than"
                  + " half a token of them; give a larger ratio",
              spec()));
    }
    return plans;
  }

  @Override
  int tokens(List<? extends PatchTokens> video) {
    return plans(video).stream().mapToInt(Plan::tokens).sum();
  }

  @Override
  Set<TowerEvidence> looksAt(List<? extends PatchTokens> video, int place) {
    Set<TowerEvidence> seen = new HashSet<>();
    if (place > 0) {
      seen.add(COSINES);
    }
    plans(video).stream()
        .filter(plan -> plan.window().first() == place)
        .flatMap(plan -> plan.distances().stream())
        .forEach(seen::add);
    return seen;
  }

  @Override
  List<List<Blend>> left(List<? extends PatchTokens> video) {
    List<List<Blend>> left = new ArrayList<>();
    for (Plan plan : plans(video)) {
      StaticWindow window = plan.window();
      for (int view = 0; view < window.views(); view++) {
        PatchTokens patches = video.get(window.first() + view);
        List<Blend> tokens = new ArrayList<>(view == 0 ? means(patches, plan) : List.of());
        IntStream.of(attended(patches, plan)).mapToObj(Blend::copy).forEach(tokens::add);
        if (endsLines(video)) {
          tokens.sort(Comparator.comparingInt(token -> token.patch().orElseThrow()));
        }
        left.add(tokens);
      }
    }
    return left;
  }

  private List<Blend> means(PatchTokens first, Plan plan) {
    if (plan.distances().isEmpty()) {
      return List.of();
    }
    float[] distances =
        Ranking.finite(spec(), "the distance of pair", first.of(plan.distances().get()));
    return DensityCluster.of(distances, plan.means(), Math.min(NEIGHBOURS, plan.means())).stream()
        .map(cluster -> mean(cluster, plan.window(), first.count()))
        .toList();
  }

  private static Blend mean(DensityCluster cluster, StaticWindow window, int ofView) {
    int others = cluster.others().size();
    int centre = window.alike().get(cluster.centre());
    List<BlendPart> parts = new ArrayList<>();
    for (int view = 0; view < window.views(); view++) {
      int before = view * ofView;
      float ofCentre = others == 0 ? 1 : OF_CENTRE;
      parts.add(new BlendPart(before + centre, ofCentre / window.views()));
      for (int other : cluster.others()) {
        float weight = (1 - OF_CENTRE) / others / window.views();
        parts.add(new BlendPart(before + window.alike().get(other), weight));
      }
    }
    return new Blend(parts, OptionalInt.of(centre));
  }

  private int[] attended(PatchTokens view, Plan plan) {
    float[] attention = Ranking.finite(spec(), "the attention to patch", view.of(ATTENTION));
    Set<Integer> alike = Set.copyOf(plan.window().alike());
    int[] others =
        IntStream.range(0, view.count()).filter(patch -> !alike.contains(patch)).toArray();
    return IntStream.of(
            Ranking.topInOrder(others.length, plan.ofEach(), place -> attention[others[place]]))
        .map(place -> others[place])
        .toArray();
  }

  private static boolean endsLines(List<? extends PatchTokens> video) {
    return video.get(0).learnedPlaces().length > 1;
  }

  /** The layout would leave the learned rows of lines that have no tokens. */
  @Override
  Optional<RowOrder> order(List<? extends PatchTokens> video, List<List<Blend>> left) {
    if (!endsLines(video)) {
      return Optional.empty();
    }
    int cols = video.get(0).grid().cols();
    int lines = video.get(0).grid().rows();
    int[] learned = video.get(0).learnedPlaces();
    IntStream.Builder rows = IntStream.builder();
    IntStream.Builder places = IntStream.builder();
    int row = 0;
    for (int view = 0; view < left.size(); view++) {
      int[] ofLines = new int[lines];
      left.get(view).forEach(token -> ofLines[token.patch().orElseThrow() / cols]++);
      for (int line = 0; line < lines; line++) {
        for (int token = 0; token < ofLines[line]; token++) {
          rows.add(row++);
        }
        if (ofLines[line] > 0) {
          rows.add(Tiles.LEARNED);
          places.add(learned[view * lines + line]);
        }
      }
    }
    return Optional.of(new RowOrder(rows.build().toArray(), places.build().toArray()));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "holitom",
          About.of("2505.21334", "cokeshao/HoliTom")
              .servable(Servable.no("ranks by tower attention")),
          HoliTom::new,
          RATIO,
          TAU);
    }
  }
}
