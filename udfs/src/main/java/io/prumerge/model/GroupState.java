package io.prumerge.model;

import io.prumerge.cost.Share;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * One prompt group while its questions are being answered: the cache with the shared prefix, and
 * the pack of questions that stand behind it now. Questions come in packs, so that neither the
 * cache nor the attention mask grows with the number of questions of an image.
 */
final class GroupState implements AutoCloseable {

  // Rows of question text behind one prefix at a time: some forty questions of an ordinary length.
  private static final int PACK_ROWS = 1024;
  // Slots those questions may fill with text and answers.
  private static final int PACK_SLOTS = 4096;

  private final PromptGroup group;
  private final BooleanSupplier wanted;
  private final KvCache cache;
  private final int systemRows;
  private final List<QuestionState> questions;
  private int packStart;
  private int packEnd;

  GroupState(PromptUnit unit, LanguageModel model) {
    this.group = unit.group();
    this.wanted = unit.wanted();
    this.questions = unit.questions();
    this.cache = model.newCache(group.prefixPositions() + suffixRows(0, packEnd(0)));
    // Keys that turn with the length of their own sequence are nobody else's.
    int[] system = model.rope().dependsOn(group.longestPositions()) ? new int[0] : group.system();
    this.systemRows = system.length;
    try {
      if (systemRows > 0) {
        share(model.systemPrompts().copyTo(cache, system));
      }
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  /** Rows of the first pass, for batching groups by size. */
  static int firstRows(PromptGroup group) {
    int suffixes = group.suffixes().stream().mapToInt(suffix -> suffix.length).sum();
    return group.prefixPositions() + Math.min(suffixes, PACK_ROWS);
  }

  /** Slots of the cache while the first pack is answered, at most. */
  static long slots(PromptGroup group) {
    long suffixes =
        IntStream.range(0, group.suffixes().size())
            .mapToLong(q -> group.suffixes().get(q).length + group.limits().get(q).maxNewTokens())
            .sum();
    return group.prefixPositions() + Math.min(suffixes, PACK_SLOTS);
  }

  /** Whether somebody waits for the answers. */
  boolean wanted() {
    return wanted.getAsBoolean();
  }

  /** Nobody waits for these answers any more. */
  void abandon() {
    questions.forEach(QuestionState::abandon);
    packEnd = questions.size();
  }

  boolean hasMorePacks() {
    return packEnd < questions.size();
  }

  /** The rows of the next pack: with the prefix the first time, behind the cached prefix later. */
  Rows nextPack() {
    packStart = packEnd;
    packEnd = packEnd(packStart);
    boolean first = packStart == 0;
    int prefixRows = first ? group.prefixPositions() - systemRows : 0;
    if (!first) {
      cache.truncate(group.prefixPositions());
    }
    int[] prefixIds =
        first ? Arrays.copyOfRange(group.prefix(), systemRows, group.prefix().length) : new int[0];
    int suffixRows = suffixRows(packStart, packEnd);
    int[] ids = new int[prefixIds.length + suffixRows];
    int[] positions = new int[prefixRows + suffixRows];
    int[] segments = new int[positions.length];
    int[] outputs = new int[packEnd - packStart];
    System.arraycopy(prefixIds, 0, ids, 0, prefixIds.length);
    for (int row = 0; row < prefixRows; row++) {
      positions[row] = systemRows + row;
      segments[row] = KvCache.PREFIX;
    }
    int id = prefixIds.length;
    int row = prefixRows;
    int longest = 0;
    for (int q = packStart; q < packEnd; q++) {
      int[] suffix = group.suffixes().get(q);
      System.arraycopy(suffix, 0, ids, id, suffix.length);
      id += suffix.length;
      for (int i = 0; i < suffix.length; i++) {
        positions[row] = group.prefixPositions() + i;
        segments[row++] = q;
      }
      outputs[q - packStart] = row - 1;
      longest = Math.max(longest, group.promptPositions(q));
    }
    return new Rows(
        cache,
        ids,
        first && group.visual() != null ? group.visualSlot() - systemRows : -1,
        first ? group.visual() : null,
        positions,
        segments,
        outputs,
        longest);
  }

  /**
   * Books a prefill pass that took so long. The first pack's pass holds the prefix for all
   * questions, also for those of later packs.
   */
  void prefilled(Rows rows, double millis) {
    int pack = packEnd - packStart;
    int prefixRows = rows.count() - suffixRows(packStart, packEnd);
    if (prefixRows > 0) {
      share(cache.work(prefixRows));
    }
    for (int q = packStart; q < packEnd; q++) {
      int own = group.suffixes().get(q).length;
      double share = millis * (own + (double) prefixRows / pack) / rows.count();
      questions.get(q).prefilled(cache.work(own).plus(PassWork.HEAD), share);
    }
  }

  private void share(PassWork prefix) {
    for (int q = 0; q < questions.size(); q++) {
      questions.get(q).prefilled(prefix.part(new Share(q, questions.size())), 0);
    }
  }

  /** Questions of this pack that are not answered yet, in order. */
  List<QuestionState> active() {
    return questions.subList(packStart, packEnd).stream().filter(QuestionState::active).toList();
  }

  /** One row for each active question: its last token. */
  Rows nextStep() {
    int[] active =
        IntStream.range(packStart, packEnd).filter(q -> questions.get(q).active()).toArray();
    int[] positions = IntStream.of(active).map(q -> questions.get(q).lastPosition()).toArray();
    return new Rows(
        cache,
        IntStream.of(active).map(q -> questions.get(q).lastId()).toArray(),
        -1,
        null,
        positions,
        active,
        IntStream.range(0, active.length).toArray(),
        IntStream.of(positions).max().orElse(0) + 1);
  }

  private int packEnd(int start) {
    int rows = 0;
    long slots = 0;
    int end = start;
    while (end < questions.size()) {
      rows += group.suffixes().get(end).length;
      slots += group.suffixes().get(end).length + (long) group.limits().get(end).maxNewTokens();
      if (end > start && (rows > PACK_ROWS || slots > PACK_SLOTS)) {
        return end;
      }
      end++;
    }
    return end;
  }

  private int suffixRows(int start, int end) {
    return group.suffixes().subList(start, end).stream().mapToInt(suffix -> suffix.length).sum();
  }

  @Override
  public void close() {
    cache.close();
  }
}
