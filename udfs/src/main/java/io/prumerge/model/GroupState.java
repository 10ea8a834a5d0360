package io.prumerge.model;

import io.prumerge.cost.Share;
import io.prumerge.reduction.LayerCut;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
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

  private final LanguageModel model;
  private final PromptGroup group;
  private final BooleanSupplier wanted;
  private final CutCaches caches;
  private final HeldPrefix held = new HeldPrefix();
  private final int systemRows;
  private final List<QuestionState> questions;
  private int packStart;
  private int packEnd;

  GroupState(PromptUnit unit, LanguageModel model) {
    this.model = model;
    this.group = unit.group();
    this.wanted = unit.wanted();
    this.questions = unit.questions();
    // Keys that turn with the length of their own sequence cannot be shared.
    int[] system = model.rope().dependsOn(group.longestPositions()) ? new int[0] : group.system();
    this.systemRows = system.length;
    this.caches = new CutCaches(model, group, system, suffixRows(0, packEnd(0)));
    share(caches.systemWork());
  }

  /** Rows of the first pass, for batching groups by size. */
  static int firstRows(PromptGroup group) {
    int suffixes = group.suffixes().stream().mapToInt(suffix -> suffix.length).sum();
    return group.prefixPositions() + Math.min(suffixes, PACK_ROWS);
  }

  /** Slots of the caches while the first pack is answered, at most, as if in all layers. */
  static long slots(PromptGroup group) {
    long suffixes =
        IntStream.range(0, group.suffixes().size()).mapToLong(q -> ownSlots(group, q)).sum();
    return group.prefixPositions() + Math.min(suffixes, PACK_SLOTS);
  }

  // Slots that a question alone fills: its text, its answer, and the tokens that only it keeps.
  private static long ownSlots(PromptGroup group, int question) {
    long text = group.suffixes().get(question).length;
    boolean apart = group.cuts().stream().anyMatch(LayerCut::perQuestion);
    long kept = apart ? group.prefixPositions() : 0;
    return text + group.limits().get(question).maxNewTokens() + kept;
  }

  /** Whether the request is still open. */
  boolean wanted() {
    return wanted.getAsBoolean();
  }

  /** Ends the questions of a cancelled request. */
  void abandon() {
    questions.forEach(QuestionState::abandon);
    packEnd = questions.size();
  }

  boolean hasMorePacks() {
    return questions.subList(packEnd, questions.size()).stream().anyMatch(QuestionState::active);
  }

  /** The rows of the next pack: with the prefix the first time, behind the cached prefix later. */
  Passage nextPack() {
    packStart = packEnd;
    packEnd = packEnd(packStart);
    caches.nextPack(packStart, packEnd);
    boolean first = packStart == 0;
    int prefixRows = prefixRows();
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
    Rows rows = Rows.append(caches.at(0, packStart), positions, segments, longest);
    if (group.cuts().isEmpty()) {
      boolean visual = first && group.visual() != null;
      int slot = visual ? group.visualSlot() - systemRows : -1;
      return new Passage(ids, slot, visual ? group.visual() : null, rows, outputs);
    }
    return new CutPassage(model, pack(), ids, rows, prefixRows, caches, held);
  }

  private CutPack pack() {
    int[] prompts =
        questions.subList(packStart, packEnd).stream()
            .mapToInt(QuestionState::promptRows)
            .toArray();
    return new CutPack(group, systemRows, packStart, packEnd, prompts);
  }

  // Rows of the prefix in this pack's pass.
  private int prefixRows() {
    return packStart == 0 ? group.prefixPositions() - systemRows : 0;
  }

  /**
   * Books a prefill pass that took so long. The first pack's pass holds the prefix for all
   * questions, also for those of later packs.
   *
   * @param count rows of the pass in its first layer
   */
  void prefilled(Passage passage, int count, double millis) {
    int pack = packEnd - packStart;
    if (packStart == 0) {
      share(caches.sharedWork(prefixRows()).plus(passage.sharedEvidence()));
    }
    for (int q = packStart; q < packEnd; q++) {
      int own = group.suffixes().get(q).length;
      double share = millis * (own + (double) prefixRows() / pack) / count;
      PassWork work =
          caches
              .work(q, own)
              .plus(caches.ownWork(group.prefixPositions() - systemRows, q))
              .plus(passage.evidenceWork(q))
              .plus(PassWork.HEAD);
      questions.get(q).prefilled(work, share);
    }
    passage.failures().forEach((q, why) -> questions.get(q).reductionFailed(why));
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
  Passage nextStep() {
    int[] active =
        IntStream.range(packStart, packEnd).filter(q -> questions.get(q).active()).toArray();
    SortedMap<Integer, List<Rows>> rows = new TreeMap<>();
    for (int s = 0; s < caches.stages().size(); s++) {
      rows.put(caches.stages().get(s).from(), step(s, active));
    }
    return new Passage(
        IntStream.of(active).map(q -> questions.get(q).lastId()).toArray(),
        -1,
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

  /** Books a row of a decoding step that took so long. */
  void decoded(QuestionState question, double millis) {
    int q = questions.indexOf(question);
    question.decoded(caches.work(q, 1).plus(PassWork.HEAD), millis);
  }

  private int packEnd(int start) {
    int rows = 0;
    long slots = 0;
    int end = start;
    while (end < questions.size()) {
      rows += group.suffixes().get(end).length;
      slots += ownSlots(group, end);
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
    caches.close();
    held.close();
  }
}
