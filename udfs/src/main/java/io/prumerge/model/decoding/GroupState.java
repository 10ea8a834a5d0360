package io.prumerge.model.decoding;

import io.prumerge.cost.Share;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.Passage;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoder.Rows;
import io.prumerge.model.pruning.CutCaches;
import io.prumerge.model.pruning.CutPassage;
import io.prumerge.model.pruning.HeldPrefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One prompt group while its questions are being answered: the caches with the shared prefix, and
 * the questions that stand after it now. Others come when some of these are answered.
 */
public final class GroupState implements AutoCloseable {

  private final PromptGroup group;
  private final Packs packs;
  private final List<QuestionState> questions;
  private final CutCaches caches;
  private final HeldPrefix held = new HeldPrefix();
  private final GroupRows rows;
  private final int systemRows;
  // Of the next pass, or of the one that runs:
  private int packStart; // the first of the questions that come with it
  private List<QuestionState> stepping = List.of();
  private final List<PassWork> stepWork = new ArrayList<>();
  private Passage pack;
  private PassWork shared = PassWork.NONE; // what all questions of the group share of it
  private final List<PassWork> packWork = new ArrayList<>();

  /**
   * Opens the caches, and lets the first questions come.
   *
   * @param end the question after the last of these
   * @throws RuntimeException if the device's memory does not hold them
   */
  public GroupState(
      PromptGroup group, List<QuestionState> questions, LanguageModel model, int end) {
    this.group = group;
    this.packs = new Packs(group);
    this.questions = questions;
    // Keys that turn with the length of their own sequence cannot be shared.
    int[] system = model.followsLength(group.longestPositions()) ? new int[0] : group.systemIds();
    this.systemRows = system.length;
    int texts = group.suffixes().subList(0, end).stream().mapToInt(text -> text.length).sum();
    this.caches = new CutCaches(model, group, system, texts);
    this.rows = new GroupRows(model, group, systemRows, caches, held, questions);
    try {
      enter(end);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Returns the questions that stand after the prefix, and those that wait. */
  public Packs packs() {
    return packs;
  }

  /**
   * Lets questions come: the next pass has their prompts.
   *
   * @param end the question after the last of them
   * @throws RuntimeException if the device's memory does not hold them: then all is as before
   */
  public void enter(int end) {
    try {
      caches.enter(packs.next(), end);
    } finally {
      share(caches.systemWork()); // it ran, whatever came after it
    }
    packStart = packs.next();
    packs.enter(end);
  }

  /** Returns whether all questions are answered, or have failed. */
  public boolean finished() {
    return questions.stream().noneMatch(QuestionState::active);
  }

  /** Slots of the caches when all answers of the questions there are as long as they may be. */
  public long slots() {
    return packs.slots() + evictedSlots() - (caches.prefixEnded() ? group.prefixRows() : 0);
  }

  /** Returns the slots that finished questions still hold, until others come to this group. */
  public long evictedSlots() {
    return caches.deadSlots();
  }

  /** Returns the number of rows of the next pass that are no prompts. */
  public int steps() {
    return active().size();
  }

  /** Returns the number of its other rows. */
  public int promptRows() {
    int rowsOfPrefix = packStart < packs.next() ? rows.prefix(packStart) : 0;
    return rowsOfPrefix
        + group.suffixes().subList(packStart, packs.next()).stream()
            .mapToInt(text -> text.length)
            .sum();
  }

  /** Returns the number of questions that the next pass gives a token. */
  public int questionsAsked() {
    return steps() + packs.next() - packStart;
  }

  /**
   * Returns the next rows: the last token of each question that is not answered, and the new
   * prompts.
   */
  List<Passage> next() {
    List<Passage> next = new ArrayList<>();
    stepping = active();
    stepWork.clear();
    pack = null;
    if (!stepping.isEmpty()) {
      next.add(rows.step(stepping));
      stepping.forEach(one -> stepWork.add(caches.work(questions.indexOf(one), 1)));
    }
    if (packStart < packs.next()) {
      pack = rows.pack(packStart, packs.next());
      next.add(pack);
    }
    return next;
  }

  /** Returns the questions that the rows of {@link #next} give a token. */
  List<QuestionState> asked() {
    List<QuestionState> asked = new ArrayList<>(stepping);
    asked.addAll(questions.subList(packStart, packs.next()));
    return asked;
  }

  // Questions that have a token and are not answered yet, in order.
  private List<QuestionState> active() {
    return questions.subList(0, packStart).stream().filter(QuestionState::active).toList();
  }

  /** Returns the prompts alone, of a state that has just been opened. */
  public Passage prompts() {
    return next().get(0);
  }

  /**
   * Counts the pass that the rows of {@link #next} ran in. Cuts dropped some of them on the way.
   *
   * @return the rows of this group that its layers had, summed over the layers
   */
  long layerRows() {
    shared = PassWork.NONE;
    packWork.clear();
    if (pack != null) {
      countPack();
    }
    return shared.rows()
        + Stream.of(stepWork, packWork).flatMap(List::stream).mapToLong(PassWork::rows).sum();
  }

  // The first pass with prompts holds the prefix for all questions, also for those that come later.
  private void countPack() {
    if (packStart == 0) {
      shared = caches.sharedWork(rows.prefix(packStart)).plus(pack.sharedEvidence());
    }
    for (int q = packStart; q < packs.next(); q++) {
      packWork.add(
          caches
              .work(q, group.suffixes().get(q).length)
              .plus(caches.ownWork(group.prefixRows() - systemRows, q))
              .plus(pack.evidenceWork(q))
              .plus(PassWork.HEAD));
    }
  }

  /**
   * Charges the pass that {@link #layerRows} counted, and lets the questions go that it ended.
   *
   * @param millis wall time of a row in a layer
   */
  void ran(double millis) {
    for (int i = 0; i < stepping.size(); i++) {
      PassWork work = stepWork.get(i);
      stepping.get(i).decoded(work.plus(PassWork.HEAD), millis * work.rows());
    }
    if (pack != null) {
      prefilled(millis);
    }
    caches.settle();
    for (QuestionState question : asked()) {
      if (!question.active()) {
        packs.leave(questions.indexOf(question));
        caches.leave(questions.indexOf(question));
      }
    }
    if (pack != null && group.dropsEarlierRows()) {
      dropEarlierRows();
    }
    packStart = packs.next();
  }

  // Answers go on after what the last cut has left, in the layers before it too.
  private void dropEarlierRows() {
    for (int q = packStart; q < packs.next(); q++) {
      if (questions.get(q).active()) {
        long start = System.nanoTime();
        caches.answer(q);
        questions.get(q).prefilled(PassWork.NONE, (System.nanoTime() - start) / 1e6);
      }
    }
    if (!packs.more()) {
      caches.endPrompts();
    }
  }

  /** Forgets a pass that failed and had no prompts of this group. */
  public void rollBack() {
    caches.undo();
  }

  private void prefilled(double millis) {
    share(shared);
    double each = (double) shared.rows() / packWork.size();
    for (int i = 0; i < packWork.size(); i++) {
      QuestionState question = questions.get(packStart + i);
      question.prefilled(packWork.get(i), millis * (packWork.get(i).rows() + each));
      question.kept(caches.kept());
    }
    pack.failures().forEach((q, why) -> questions.get(q).reductionFailed(why));
  }

  private void share(PassWork prefix) {
    IntStream.range(0, questions.size())
        .forEach(q -> questions.get(q).prefilled(prefix.part(new Share(q, questions.size())), 0));
  }

  @Override
  public void close() {
    caches.close();
    held.close();
  }

  /** Makes the rows of one group for its next pass, and takes their slots in its caches. */
  private static final class GroupRows {

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

    /**
     * Returns the number of rows of the prefix in the pass of the pack that begins with {@code
     * start}.
     */
    int prefix(int start) {
      return start == 0 ? group.prefixRows() - systemRows : 0;
    }

    /**
     * Returns the rows of new questions: with the prefix the first time, after the cached prefix
     * later.
     */
    Passage pack(int start, int end) {
      boolean first = start == 0;
      int prefixRows = prefix(start);
      int[] prefixIds =
          first
              ? Arrays.copyOfRange(group.prefix(), systemRows, group.prefix().length)
              : new int[0];
      int[] suffixIds =
          group.suffixes().subList(start, end).stream().flatMapToInt(IntStream::of).toArray();
      int[] ids = IntStream.concat(IntStream.of(prefixIds), IntStream.of(suffixIds)).toArray();
      int[] positions = new int[prefixRows + suffixIds.length];
      int[] segments = new int[positions.length];
      int[] outputs = new int[end - start];
      if (first) {
        System.arraycopy(group.prefixPositions(), systemRows, positions, 0, prefixRows);
      }
      Arrays.fill(segments, 0, prefixRows, KvCache.PREFIX);
      int row = prefixRows;
      int longest = 0;
      for (int q = start; q < end; q++) {
        for (int i = 0; i < group.suffixes().get(q).length; i++) {
          positions[row] = group.textPosition() + i;
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

    /** Returns one row for each of these questions: its last token. */
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
      if (caches.answersApart(stage)) {
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
}
