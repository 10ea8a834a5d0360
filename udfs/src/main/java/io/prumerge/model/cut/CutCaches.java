package io.prumerge.model.cut;

import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.PromptGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The caches of one group: for each stage one that all its questions share, or one for each
 * question that is being answered. Questions part at some stage and stay apart.
 */
public final class CutCaches implements AutoCloseable {

  private final LanguageModel model;
  private final PromptGroup group;
  private final int[] system;
  private List<CutStage> stages;
  private final List<KvCache> shared = new ArrayList<>(); // of the first stages
  private final Map<Integer, List<KvCache>> apart = new TreeMap<>(); // of the others, by question
  private PassWork systemWork = PassWork.NONE;

  /**
   * @param system ids whose keys are copied from the model's system prompts; may be empty
   * @param suffixRows rows of the questions that come first
   */
  public CutCaches(LanguageModel model, PromptGroup group, int[] system, int suffixRows) {
    this.model = model;
    this.group = group;
    this.system = system;
    this.stages = CutStage.of(group, model.layers());
    try {
      for (CutStage stage : stages) {
        if (!stage.apart()) {
          open(stage, suffixRows, shared, shared.isEmpty() ? null : shared.get(0));
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  // beside: a cache of other layers with the same prefix
  private void open(CutStage stage, int suffixRows, List<KvCache> into, KvCache beside) {
    int expected = prefixSlots(stage) + suffixRows;
    KvCache cache = model.stack().newCache(stage.from(), stage.to(), expected);
    into.add(cache);
    cache.turn(model.axes(group));
    cache.reserve(KvCache.PREFIX, prefixSlots(stage), beside);
    if (system.length > 0) {
      systemWork = systemWork.plus(model.systemPrompts().copyTo(cache, system));
    }
  }

  public List<CutStage> stages() {
    return stages;
  }

  /** Takes the number of tokens that the cut before a stage has chosen. */
  void settle(int stage, int visual) {
    stages = CutStage.settled(group, stages, stage, visual);
  }

  /** Returns the visual tokens behind each cut. */
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
      shared.forEach(KvCache::closeUp);
      for (int q = start; q < end; q++) {
        enter(q);
      }
      each(KvCache::settle);
    } catch (RuntimeException e) {
      for (int q = start; q < end; q++) {
        leave(q);
      }
      throw e;
    }
  }

  private void enter(int question) {
    int slots = group.slots(question);
    for (KvCache cache : shared) {
      cache.reserve(question, slots, cache == shared.get(0) ? null : shared.get(0));
    }
    List<KvCache> own = new ArrayList<>();
    apart.put(question, own);
    for (CutStage stage : stages.subList(shared.size(), stages.size())) {
      open(stage, group.suffixes().get(question).length, own, own.isEmpty() ? null : own.get(0));
      own.get(own.size() - 1).reserve(question, slots, shared.get(0));
    }
  }

  /** Lets a question go, if it is there. */
  public void leave(int question) {
    shared.forEach(cache -> cache.leave(question));
    List<KvCache> own = apart.remove(question);
    if (own != null) {
      own.forEach(KvCache::close);
    }
  }

  /** Returns the slots of the first layer that questions which left still have. */
  public int deadSlots() {
    return shared.get(0).deadSlots();
  }

  /** Notes that the pass which the last rows were for has run. */
  public void settle() {
    each(KvCache::settle);
  }

  /** Forgets the rows of a pass that failed. */
  public void undo() {
    each(KvCache::undo);
  }

  private void each(Consumer<KvCache> action) {
    shared.forEach(action);
    apart.values().forEach(caches -> caches.forEach(action));
  }

  /** Returns the cache of a question in the layers of a stage. */
  public KvCache at(int stage, int question) {
    return stage < shared.size()
        ? shared.get(stage)
        : apart.get(question).get(stage - shared.size());
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
