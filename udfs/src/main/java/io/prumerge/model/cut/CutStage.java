package io.prumerge.model.cut;

import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.reduction.LayerCut;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive decoder layers that see the same visual tokens of a group.
 *
 * @param from first layer
 * @param to layer after the last
 * @param cut the cut before the first layer; null in the first stage
 * @param visual visual tokens in these layers
 * @param shift how far positions behind the visual tokens have moved up
 * @param apart whether each question keeps tokens of its own, and so has a cache of its own
 */
public record CutStage(int from, int to, LayerCut cut, int visual, int shift, boolean apart) {

  /**
   * Returns the stages of a group, one without cuts; an adaptive cut has the most that it may keep.
   */
  static List<CutStage> of(PromptGroup group, int layers) {
    List<LayerCut> cuts = group.cuts();
    int all = group.visual() == null ? 0 : group.visual().tokens();
    LayerCut.check(cuts, all, layers);
    return of(group, all, layers, List.of());
  }

  /**
   * Returns the same stages, once the cut before one of them has chosen how many tokens go on.
   *
   * @param stage index of that stage
   */
  static List<CutStage> settled(PromptGroup group, List<CutStage> stages, int stage, int visual) {
    List<Integer> known = new ArrayList<>();
    stages.subList(1, stage).forEach(each -> known.add(each.visual()));
    known.add(visual);
    return of(group, stages.get(0).visual(), stages.get(stages.size() - 1).to(), known);
  }

  // known: tokens behind the first cuts, of those that have chosen.
  private static List<CutStage> of(PromptGroup group, int all, int layers, List<Integer> known) {
    List<LayerCut> cuts = group.cuts();
    int end = cuts.isEmpty() ? layers : cuts.get(0).layer();
    List<CutStage> stages = new ArrayList<>();
    int closed = group.textPosition() - group.prefixRows(); // by tokens that were never here
    stages.add(new CutStage(0, end, null, all, 0, false));
    for (int c = 0; c < cuts.size(); c++) {
      LayerCut cut = cuts.get(c);
      CutStage before = stages.get(c);
      int visual = c < known.size() ? known.get(c) : cut.count(before.visual());
      boolean packed = cut.positions() == LayerCut.Positions.PACKED;
      stages.add(
          new CutStage(
              cut.layer(),
              c + 1 < cuts.size() ? cuts.get(c + 1).layer() : layers,
              cut,
              visual,
              packed ? closed + all - visual : before.shift(),
              before.apart() || group.parts(cut)));
    }
    return stages;
  }

  /**
   * Returns the number of first stages whose rows the answers do not see as the prompts did: those
   * before the last cut that drops rows from their caches, too.
   */
  static int replaced(List<CutStage> stages) {
    int replaced = 0;
    for (int stage = 1; stage < stages.size(); stage++) {
      replaced = stages.get(stage).cut().dropsEarlierRows() ? stage : replaced;
    }
    return replaced;
  }

  /** How far a pack has come among the stages of its group. */
  static final class CutPlace {

    private final CutCaches caches;
    private int stage;

    CutPlace(CutCaches caches) {
      this.caches = caches;
    }

    /** Returns the stage that it is in. */
    CutStage now() {
      return caches.stages().get(stage);
    }

    /** Returns the stage behind the next cut; there has to be one. */
    CutStage next() {
      return caches.stages().get(stage + 1);
    }

    /** Returns the stages behind the next cut and behind those after it. */
    List<CutStage> ahead() {
      return caches.stages().subList(stage + 1, caches.stages().size());
    }

    /** Returns whether no cut is left. */
    boolean last() {
      return ahead().isEmpty();
    }

    /**
     * Returns whether the questions part at the next cut, behind the prefix that the first pack has
     * held.
     */
    boolean parts() {
      return !last() && next().apart() && !now().apart();
    }

    /** Returns a question's cache behind the next cut. */
    KvCache nextCache(int question) {
      return caches.at(stage + 1, question);
    }

    /** Takes how many tokens the next cut, which all questions share, lets go on. */
    void settle(int visual) {
      caches.settle(stage + 1, visual);
    }

    /**
     * Takes what the next cut keeps.
     *
     * @param question {@link KvCache#PREFIX} for all of them
     */
    void keep(int question, int[] tokens) {
      caches.keep(stage + 1, question, tokens);
    }

    /** Returns whether rows of tokens are looked up in layers before the next cut. */
    boolean dropsEarlierRows() {
      return stage < caches.replaced();
    }

    /** Goes behind the next cut. */
    void pass() {
      stage++;
    }
  }
}
