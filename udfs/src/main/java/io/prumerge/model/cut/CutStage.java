package io.prumerge.model.cut;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoder.Rows;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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

    /** Returns the stage after the next cut; there has to be one. */
    CutStage next() {
      return caches.stages().get(stage + 1);
    }

    /** Returns the stages after the next cut and after those after it. */
    List<CutStage> ahead() {
      return caches.stages().subList(stage + 1, caches.stages().size());
    }

    /** Returns whether no cut is left. */
    boolean last() {
      return ahead().isEmpty();
    }

    /**
     * Returns whether the questions part at the next cut, after the prefix that the first pack has
     * held.
     */
    boolean parts() {
      return !last() && next().apart() && !now().apart();
    }

    /** Returns a question's cache after the next cut. */
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

    /** Moves on to the stage after the next cut. */
    void pass() {
      stage++;
    }
  }

  /** The rows of one pack at one cut: which go on, in which order, and at which positions. */
  static final class CutMove {

    private final CutPack pack;
    private final CutStage from;
    private final CutStage to;
    private final HeldPrefix held;
    private final int count;
    private final IntStream.Builder places = IntStream.builder();
    private int sums;
    private int going;

    /**
     * @param from the stage before the cut
     * @param to the stage after it
     * @param held the prefix of earlier packs
     * @param count the group's own rows before the cut
     * @param joining rows of the held prefix that stand after these; sums of rows stand after both
     */
    CutMove(CutPack pack, CutStage from, CutStage to, HeldPrefix held, int count, int joining) {
      this.pack = pack;
      this.from = from;
      this.to = to;
      this.held = held;
      this.count = count;
      this.sums = count + joining;
    }

    /** Returns the rows that go on, as places among those before the cut. */
    int[] places() {
      return places.build().toArray();
    }

    /** One question goes on after the tokens that it keeps. */
    CutPack.Block question(CutPack.Block block, int question, KeptTokens kept, KvCache cache) {
      boolean here = block.prefix() > 0;
      int[] before = here ? block.rows().positions() : held.positions();
      int[] prefix = prefix(kept, here ? block.start() : count);
      int own = pack.rows(question);
      int first = block.question(pack, question);
      IntStream.range(first, first + own).forEach(places::add);
      return block(block, prefix, before, kept.sizes(), question, question + 1, cache);
    }

    /** All questions of a block go on after the same tokens. */
    CutPack.Block shared(CutPack.Block block, KeptTokens kept, KvCache cache) {
      int[] prefix = prefix(kept, block.start());
      IntStream.range(block.prefix(), block.rows().count())
          .forEach(row -> places.add(block.start() + row));
      int[] before = block.rows().positions();
      return block(block, prefix, before, kept.sizes(), block.first(), block.end(), cache);
    }

    /** All questions of a block go on after a prefix that is in the cache already. */
    CutPack.Block behindPrefix(CutPack.Block block, KvCache cache) {
      IntStream.range(0, block.rows().count()).forEach(row -> places.add(block.start() + row));
      int[] none = new int[0];
      return block(block, none, none, none, block.first(), block.end(), cache);
    }

    // Lets the text before the visual tokens, those that are kept, and sums of them go on. Returns
    // for each the row among the prefix whose position it has.
    private int[] prefix(KeptTokens kept, int base) {
      int visual = pack.visualRow();
      int whole = kept.tokens().length - kept.sums(from.visual());
      IntStream text = IntStream.range(0, visual);
      IntStream tokens = IntStream.of(kept.tokens()).map(token -> visual + token);
      int[] rows = IntStream.concat(text, tokens).toArray();
      for (int i = 0; i < rows.length; i++) {
        places.add(i < visual + whole ? base + rows[i] : sums++);
      }
      return rows;
    }

    private CutPack.Block block(
        CutPack.Block block,
        int[] prefix,
        int[] positionsBefore,
        int[] sizes,
        int first,
        int end,
        KvCache cache) {
      int rows = IntStream.range(first, end).map(pack::rows).sum();
      int[] positions = Arrays.copyOf(prefix, prefix.length + rows);
      int[] segments = new int[positions.length];
      boolean packed = to.cut().positions() == CutPositions.PACKED;
      for (int row = 0; row < prefix.length; row++) {
        positions[row] = packed ? pack.systemRows() + row : positionsBefore[prefix[row]];
        segments[row] = KvCache.PREFIX;
      }
      int row = prefix.length;
      for (int q = first; q < end; q++) {
        for (int i = 0; i < pack.rows(q); i++) {
          positions[row] = pack.group().textPosition() - to.shift() + i;
          segments[row++] = q;
        }
      }
      Rows next = Rows.append(cache, positions, segments, block.rows().ropeLength());
      if (sizes.length > 0) {
        cache.weigh(pack.group().visualSlot(), sizes);
      }
      going += positions.length;
      int start = going - positions.length;
      return to.apart()
          ? new CutPack.Block(next, start, prefix.length, first, end)
          : new CutPack.Block(next, start, prefix.length, first, end, held.evidence());
    }
  }
}
