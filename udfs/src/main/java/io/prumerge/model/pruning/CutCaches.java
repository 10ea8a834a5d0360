package io.prumerge.model.pruning;

import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoder.VisualSlots;
import io.prumerge.reduction.KeptTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The caches of one group: for each stage one that all its questions share, or one for each
 * question that is being answered. Questions part at some stage and stay apart. Where a cut drops
 * rows from the caches of earlier layers too, each question gets caches of its own there once its
 * prompt has run; those of the prompts stay while others may come.
 */
public final class CutCaches implements AutoCloseable {

  private final LanguageModel model;
  private final PromptGroup group;
  private final int[] system;
  private List<CutStage> stages;
  private final int replaced; // of the first stages, whose caches answers do not see
  private final List<KvCache> shared = new ArrayList<>(); // of the first stages
  private final Map<Integer, OwnCaches> apart = new TreeMap<>(); // by question
  private final Map<Integer, Left> left = new TreeMap<>(); // for all, by the stage after the cut
  private int ended; // of the first shared caches, those that are closed
  private PassWork systemWork = PassWork.NONE;

  /** The caches of one question, and which tokens are in them. */
  private static final class OwnCaches {
    private final Map<Integer, KvCache> now = new TreeMap<>(); // by stage, where it is apart
    private final Map<Integer, KvCache> answer = new TreeMap<>(); // by stage, until it begins
    private final Map<Integer, Left> left = new TreeMap<>(); // by the stage after the cut
  }

  /**
   * What a cut has left.
   *
   * @param tokens of those before it
   * @param slots of these after it
   */
  private record Left(int[] tokens, VisualSlots slots) {}

  /**
   * @param system ids whose keys are copied from the model's system prompts; may be empty
   * @param suffixRows rows of the questions that come first
   */
  public CutCaches(LanguageModel model, PromptGroup group, int[] system, int suffixRows) {
    this.model = model;
    this.group = group;
    this.system = system;
    this.stages = CutStage.of(group, model.layers());
    this.replaced = CutStage.replaced(stages);
    try {
      for (CutStage stage : stages) {
        if (!stage.apart()) {
          KvCache cache = open(stage, prefixSlots(stage) + suffixRows);
          shared.add(cache);
          cache.reserve(KvCache.PREFIX, prefixSlots(stage), sameSlotsAs(shared.get(0), cache));
          copySystem(cache);
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private KvCache open(CutStage stage, int expected) {
    KvCache cache = model.stack().newCache(stage.from(), stage.to(), expected);
    cache.setRopeAxes(model.axes(group));
    cache.setCrossAttention(model.sight(group));
    return cache;
  }

  private static KvCache sameSlotsAs(KvCache first, KvCache cache) {
    return cache == first ? null : first;
  }

  private void copySystem(KvCache cache) {
    if (system.length > 0) {
      systemWork = systemWork.plus(model.copySystemPrompt(cache, system));
    }
  }

  public List<CutStage> stages() {
    return stages;
  }

  /** Returns the number of first stages whose rows the answers do not see as the prompts did. */
  int replaced() {
    return replaced;
  }

  /** Takes the number of tokens that the cut before a stage has chosen. */
  void settle(int stage, int visual) {
    stages = CutStage.settled(group, stages, stage, visual);
  }

  /**
   * Takes which tokens the cut before a stage has chosen.
   *
   * @param question {@link KvCache#PREFIX} for all of them
   */
  void keep(int stage, int question, KeptTokens kept) {
    Left now = new Left(kept.tokens(), slots(stage - 1, question).cut(kept));
    (question == KvCache.PREFIX ? left : apart.get(question).left).put(stage, now);
  }

  /**
   * Returns the slots of the visual tokens in the layers of a stage.
   *
   * @param question {@link KvCache#PREFIX} where all of them have the same
   */
  VisualSlots slots(int stage, int question) {
    return stage == 0 ? group.visualRows() : left(stage, question).slots();
  }

  /** Returns the visual tokens after each cut. */
  public List<Integer> kept() {
    return stages.stream().skip(1).map(CutStage::visual).toList();
  }

  /** Returns the work for the system prompt's keys since it was asked for last. */
  public PassWork systemWork() {
    PassWork work = systemWork;
    systemWork = PassWork.NONE;
    return work;
  }

  /** Returns the slots of the prefix in the layers of a stage. */
  int prefixSlots(CutStage stage) {
    return group.prefixRows() - dropped(stage);
  }

  /** Returns the visual tokens that do not reach the layers of a stage. */
  int dropped(CutStage stage) {
    return stages.get(0).visual() - stage.visual();
  }

  /**
   * Makes room for questions, text and longest answer of each.
   *
   * @throws RuntimeException if there is none: then none of them has come
   */
  public void enter(int start, int end) {
    try {
      shared.forEach(KvCache::compact);
      for (int q = start; q < end; q++) {
        enter(q);
      }
      each(KvCache::commit);
    } catch (RuntimeException e) {
      for (int q = start; q < end; q++) {
        leave(q);
      }
      throw e;
    }
  }

  private void enter(int question) {
    int slots = group.slots(question);
    int rows = group.suffixes().get(question).length;
    for (KvCache cache : shared) {
      cache.reserve(question, slots, sameSlotsAs(shared.get(0), cache));
    }
    OwnCaches own = new OwnCaches();
    apart.put(question, own);
    List<KvCache> opened = new ArrayList<>(); // the first has the longest prefix
    for (int s = shared.size(); s < stages.size(); s++) {
      KvCache cache = open(stages.get(s), prefixSlots(stages.get(s)) + rows);
      own.now.put(s, cache);
      reserve(opened, cache, question, prefixSlots(stages.get(s)), slots);
      copySystem(cache);
    }
    for (int s = 0; s < replaced; s++) {
      int prefix = prefixSlots(stages.get(replaced));
      KvCache cache = open(stages.get(s), prefix + rows);
      own.answer.put(s, cache);
      reserve(opened, cache, question, prefix, slots);
    }
  }

  private void reserve(List<KvCache> opened, KvCache cache, int question, int prefix, int slots) {
    opened.add(cache);
    cache.reserve(KvCache.PREFIX, prefix, sameSlotsAs(opened.get(0), cache));
    cache.reserve(question, slots, shared.get(0));
  }

  /**
   * Lets a question, whose prompt has run, go on after the tokens that its last cut leaves in the
   * layers before it.
   */
  public void answer(int question) {
    OwnCaches own = apart.get(question);
    own.answer.forEach(
        (stage, cache) -> {
          KvCache before = at(stage, question);
          cache.take(before, staying(stage, question, before));
          if (stage < shared.size()) {
            before.evict(question);
          } else {
            before.close();
          }
          own.now.put(stage, cache);
        });
    own.answer.clear();
  }

  // Slots of the prefix's text, of the tokens that stay, and of the question.
  private int[] staying(int stage, int question, KvCache cache) {
    int[] tokens = left(replaced, question).tokens();
    for (int cut = replaced - 1; cut > stage; cut--) {
      int[] before = left(cut, question).tokens();
      tokens = IntStream.of(tokens).map(token -> before[token]).toArray();
    }
    int[] prefix = slots(stage, question).going(KeptTokens.of(tokens));
    return IntStream.concat(IntStream.of(prefix), IntStream.of(cache.slotsOf(question))).toArray();
  }

  private Left left(int stage, int question) {
    return stages.get(stage).apart() ? apart.get(question).left.get(stage) : left.get(stage);
  }

  /** Frees the caches of prompts that answers do not see; no question is to come. */
  public void endPrompts() {
    ended = Math.min(replaced, shared.size());
    shared.subList(0, ended).forEach(KvCache::close);
  }

  /** Returns whether that has freed the whole prefix. */
  public boolean prefixEnded() {
    return ended == shared.size();
  }

  /** Evicts a question from the shared caches and closes its own; does nothing if it has none. */
  public void leave(int question) {
    shared.forEach(cache -> cache.evict(question));
    OwnCaches own = apart.remove(question);
    if (own != null) {
      own.now.values().forEach(KvCache::close);
      own.answer.values().forEach(KvCache::close);
    }
  }

  /** Returns the slots of the first layer shared that questions which left still have. */
  public int deadSlots() {
    return prefixEnded() ? 0 : shared.get(ended).evictedSlots();
  }

  /** Notes that the pass which the last rows were for has run. */
  public void settle() {
    each(KvCache::commit);
  }

  /** Forgets the rows of a pass that failed. */
  public void undo() {
    each(KvCache::rollBack);
  }

  private void each(Consumer<KvCache> action) {
    shared.forEach(action);
    for (OwnCaches own : apart.values()) {
      own.now.values().forEach(action);
      own.answer.values().forEach(action);
    }
  }

  /** Returns whether each answer has a cache of its own in the layers of a stage. */
  public boolean answersApart(int stage) {
    return stage < replaced || stages.get(stage).apart();
  }

  /** Returns the cache of a question in the layers of a stage. */
  public KvCache at(int stage, int question) {
    OwnCaches own = apart.get(question);
    KvCache alone = own == null ? null : own.now.get(stage);
    return alone == null ? shared.get(stage) : alone;
  }

  /** Returns the work of a pass for rows of a question that go through all layers. */
  public PassWork work(int question, int rows) {
    PassWork work = PassWork.NONE;
    for (int s = 0; s < stages.size(); s++) {
      work = work.plus(at(s, question).work(rows));
    }
    return work;
  }

  /** Returns the work of a pass for rows of the prefix where all questions share them. */
  public PassWork sharedWork(int prefixRows) {
    return prefixWork(prefixRows, 0, false);
  }

  /** Returns the work of a pass for rows of the prefix that a question has for itself. */
  public PassWork ownWork(int prefixRows, int question) {
    return prefixWork(prefixRows, question, true);
  }

  private PassWork prefixWork(int rows, int question, boolean own) {
    PassWork work = PassWork.NONE;
    for (int s = 0; s < stages.size(); s++) {
      if (stages.get(s).apart() == own) {
        work = work.plus(at(s, question).work(rows - dropped(stages.get(s))));
      }
    }
    return work;
  }

  @Override
  public void close() {
    each(KvCache::close);
  }
}
