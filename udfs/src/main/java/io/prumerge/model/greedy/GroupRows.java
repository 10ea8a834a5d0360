package io.prumerge.model.greedy;

import io.prumerge.model.cut.CutCaches;
import io.prumerge.model.cut.CutPassage;
import io.prumerge.model.cut.HeldPrefix;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.Passage;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoder.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Makes the rows of one group for its next pass, and takes their slots in its caches. */
final class GroupRows {

  private final LanguageModel model;
  private final PromptGroup group;
  private final int systemRows;
  private final CutCaches caches;
  private final HeldPrefix held;
  private final List<QuestionState> questions;

  /**
   * @param systemRows positions of the prefix whose keys were copied
   */
  GroupRows(
      LanguageModel model,
      PromptGroup group,
      int systemRows,
      CutCaches caches,
      HeldPrefix held,
      List<QuestionState> questions) {
    this.model = model;
    this.group = group;
    this.systemRows = systemRows;
    this.caches = caches;
    this.held = held;
    this.questions = questions;
  }

  /** Rows of the prefix in the pass of the pack that begins with {@code start}. */
  int prefix(int start) {
    return start == 0 ? group.prefixPositions() - systemRows : 0;
  }

  /** The rows of new questions: with the prefix the first time, behind the cached prefix later. */
  Passage pack(int start, int end) {
    boolean first = start == 0;
    int prefixRows = prefix(start);
    int[] prefixIds =
        first ? Arrays.copyOfRange(group.prefix(), systemRows, group.prefix().length) : new int[0];
    int[] suffixIds =
        group.suffixes().subList(start, end).stream().flatMapToInt(IntStream::of).toArray();
    int[] ids = IntStream.concat(IntStream.of(prefixIds), IntStream.of(suffixIds)).toArray();
    int[] positions = new int[prefixRows + suffixIds.length];
    int[] segments = new int[positions.length];
    int[] outputs = new int[end - start];
    for (int row = 0; row < prefixRows; row++) {
      positions[row] = systemRows + row;
      segments[row] = KvCache.PREFIX;
    }
    int row = prefixRows;
    int longest = 0;
    for (int q = start; q < end; q++) {
      for (int i = 0; i < group.suffixes().get(q).length; i++) {
        positions[row] = group.prefixPositions() + i;
        segments[row++] = q;
      }
      outputs[q - start] = row - 1;
      longest = Math.max(longest, group.promptPositions(q));
    }
    Rows rows = Rows.append(caches.at(0, start), positions, segments, longest);
    if (group.cuts().isEmpty()) {
      boolean visual = first && group.visual() != null;
      int[] slots =
          IntStream.of(visual ? group.visualSlots() : new int[0])
              .map(slot -> slot - systemRows)
              .toArray();
      return new Passage(ids, slots, visual ? group.visual() : null, rows, outputs);
    }
    int[] prompts =
        questions.subList(start, end).stream().mapToInt(QuestionState::promptRows).toArray();
    CutPack pack = new CutPack(group, systemRows, start, end, prompts);
    return new CutPassage(model, pack, ids, rows, prefixRows, caches, held);
  }

  /** One row for each of these questions: its last token. */
  Passage step(List<QuestionState> asked) {
    int[] active = asked.stream().mapToInt(questions::indexOf).toArray();
    SortedMap<Integer, List<Rows>> rows = new TreeMap<>();
    for (int s = 0; s < caches.stages().size(); s++) {
      rows.put(caches.stages().get(s).from(), step(s, active));
    }
    return new Passage(
        asked.stream().mapToInt(QuestionState::lastId).toArray(),
        new int[0],
        null,
        rows,
        IntStream.range(0, active.length).toArray());
  }

  private List<Rows> step(int stage, int[] active) {
    if (caches.stages().get(stage).apart()) {
      return IntStream.of(active).mapToObj(q -> together(stage, q)).toList();
    }
    return List.of(together(stage, active));
  }

  // Questions that share a cache.
  private Rows together(int stage, int... active) {
    int[] last = IntStream.of(active).map(q -> questions.get(q).lastPosition()).toArray();
    int shift = caches.stages().get(stage).shift();
    return Rows.append(
        caches.at(stage, active[0]),
        IntStream.of(last).map(position -> position - shift).toArray(),
        active,
        IntStream.of(last).max().orElse(0) + 1);
  }
}
