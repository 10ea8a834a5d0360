package io.prumerge.model.pruning;

import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.reduction.CutPositions;
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
 * @param shift how far positions after the visual tokens have moved up
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
   * Updates stages once the cut before one of them has chosen how many tokens go on.
   *
   * @param stage index of that stage
   */
  static List<CutStage> settled(PromptGroup group, List<CutStage> stages, int stage, int visual) {
    List<Integer> known = new ArrayList<>();
    stages.subList(1, stage).forEach(each -> known.add(each.visual()));
    known.add(visual);
    return of(group, stages.get(0).visual(), stages.get(stages.size() - 1).to(), known);
  }

  // known: tokens after the first cuts, of those that have chosen.
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
      boolean packed = cut.positions() == CutPositions.PACKED;
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
}
