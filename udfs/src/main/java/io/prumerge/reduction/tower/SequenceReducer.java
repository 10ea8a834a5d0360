package io.prumerge.reduction.tower;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.ImageReduction;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.RowOrder;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.Tiles;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Base of the methods that choose by a number for each pair of rows after the connector, and whose
 * authors take all rows of an image in tiles together, in the order of its sequence and without
 * padding ({@code tiles=all}); {@code tiles=each} takes each view by itself. A video is taken frame
 * by frame, or all its patches together ({@code over=video}); its learned rows stay either way.
 */
abstract class SequenceReducer extends BudgetReducer {

  private final PairEvidence pairs;
  private final boolean tilesTogether;
  private final boolean framesTogether;
  private final boolean learned;

  /**
   * @param pairs what it compares rows by
   * @param needs other evidence of each view
   * @param framesTogether whether all patches of a video are taken together
   * @param learned whether the learned rows of an image in tiles are chosen among
   */
  SequenceReducer(
      Parameters parameters,
      PairEvidence pairs,
      Set<TowerEvidence> needs,
      boolean framesTogether,
      boolean learned) {
    super(parameters, with(needs, pairs.ofView()));
    this.pairs = pairs;
    this.tilesTogether = !parameters.value(TilesKey.EACH);
    this.framesTogether = framesTogether;
    this.learned = learned;
  }

  private static Set<TowerEvidence> with(Set<TowerEvidence> needs, TowerEvidence pairs) {
    Set<TowerEvidence> all = new HashSet<>(needs);
    all.add(pairs);
    return all;
  }

  /**
   * Chooses among rows of one view, of the sequence of an image, or of all frames of a video.
   *
   * @param views of the rows
   * @param rows patches of all views, numbered one view after the other, or {@link Tiles#LEARNED}
   * @param pairs the numbers of the rows
   * @param tokens at most as many as there are rows
   * @return places in {@code rows}, in the order fed; where there are fewer than {@code tokens},
   *     zero vectors follow
   */
  abstract int[] choose(
      List<? extends PatchTokens> views, int[] rows, PairKernel pairs, int tokens);

  /** Returns how many of {@code tokens} tokens an image with fewer rows has. */
  abstract int mostTokens(int tokens, int rows);

  private boolean takesTogether(PatchTokens view) {
    return view.ofVideo() ? framesTogether : tilesTogether && view.tiles().isPresent();
  }

  private int[] rows(PatchTokens view) {
    if (view.ofVideo()) {
      return IntStream.range(0, OverKey.patches(spec(), view)).toArray();
    }
    Tiles tiles = view.tiles().orElseThrow();
    return learned ? tiles.sequence() : tiles.patches();
  }

  private TowerEvidence pairsOf(PatchTokens view, int[] rows) {
    return pairs.ofSequence(rows.length, learned && !view.ofVideo());
  }

  private PairKernel kernel(PatchTokens view, TowerEvidence evidence, int count) {
    String what = "the " + pairs.word() + " of pair";
    float[] values = Ranking.finite(spec(), what, view.of(evidence));
    return (one, other) -> values[one * count + other];
  }

  @Override
  public final Set<TowerEvidence> needs(PatchTokens view) {
    if (!takesTogether(view)) {
      return needs();
    }
    Set<TowerEvidence> all = new HashSet<>(needs());
    all.remove(pairs.ofView());
    all.add(new TowerEvidence.Projected());
    if (view.view() == view.ownViews().first()) {
      all.add(pairsOf(view, rows(view)));
    }
    return all;
  }

  @Override
  public final int tokens(PatchTokens view) {
    return takesTogether(view)
        ? view.ownViews().part(ofImage(view), view.view())
        : budget().tokens(view, framesTogether);
  }

  private int ofImage(PatchTokens view) {
    return mostTokens(budget().ofImage(view, framesTogether), rows(view).length);
  }

  @Override
  protected final Reduction reduce(PatchTokens patches, int tokens) {
    int[] rows = IntStream.range(0, patches.count()).toArray();
    int[] chosen =
        choose(List.of(patches), rows, kernel(patches, pairs.ofView(), rows.length), tokens);
    return reduction(patches, IntStream.of(chosen).boxed().toList(), tokens - chosen.length);
  }

  @Override
  public final ImageReduction reduceImage(List<? extends PatchTokens> views) {
    PatchTokens whole = views.get(0);
    if (!takesTogether(whole)) {
      return super.reduceImage(views);
    }
    int[] rows = rows(whole);
    int tokens = ofImage(whole);
    int[] chosen = choose(views, rows, kernel(whole, pairsOf(whole, rows), rows.length), tokens);
    List<List<Integer>> kept =
        views.stream().<List<Integer>>map(view -> new ArrayList<>()).toList();
    for (int place : chosen) {
      if (rows[place] != Tiles.LEARNED) {
        kept.get(rows[place] / whole.count()).add(rows[place] % whole.count());
      }
    }
    int zeros = tokens - chosen.length;
    List<Reduction> reduced = new ArrayList<>();
    for (int view = 0; view < views.size(); view++) {
      reduced.add(reduction(views.get(view), kept.get(view), view == views.size() - 1 ? zeros : 0));
    }
    return new ImageReduction(
        reduced,
        whole.ofVideo()
            ? Optional.empty()
            : Optional.of(order(rows, chosen, zeros, kept, whole.count())));
  }

  private static RowOrder order(
      int[] rows, int[] chosen, int zeros, List<List<Integer>> kept, int count) {
    int[] next = new int[kept.size()];
    for (int view = 1; view < next.length; view++) {
      next[view] = next[view - 1] + kept.get(view - 1).size();
    }
    IntStream.Builder order = IntStream.builder();
    IntStream.Builder learned = IntStream.builder();
    for (int place : chosen) {
      if (rows[place] == Tiles.LEARNED) {
        order.add(Tiles.LEARNED);
        learned.add(place);
      } else {
        order.add(next[rows[place] / count]++);
      }
    }
    int last = kept.stream().mapToInt(List::size).sum();
    IntStream.range(last, last + zeros).forEach(order::add);
    return new RowOrder(order.build().toArray(), learned.build().toArray());
  }

  private static Reduction reduction(PatchTokens view, List<Integer> kept, int zeros) {
    if (zeros == 0) {
      return view.gather(
          Stage.AFTER_CONNECTOR, kept.stream().mapToInt(Integer::intValue).toArray());
    }
    List<Blend> tokens = new ArrayList<>(kept.stream().map(Blend::copy).toList());
    tokens.addAll(Collections.nCopies(zeros, Blend.ZERO));
    return view.blend(Stage.AFTER_CONNECTOR, tokens);
  }
}
