package io.prumerge.model.cut;

import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.PromptGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * The caches of one group: for each stage one that all its questions share, or one for each
 * question of the pack that is answered now.
 */
public final class CutCaches implements AutoCloseable {

  private final LanguageModel model;
  private final PromptGroup group;
  private final int[] system;
  private List<CutStage> stages;
  private final List<List<KvCache>> byStage = new ArrayList<>();
  private PassWork systemWork = PassWork.NONE;
  private int packStart;

  /**
   * @param system ids whose keys are copied from the model's system prompts; may be empty
   * @param suffixRows rows of the first pack
   */
  public CutCaches(LanguageModel model, PromptGroup group, int[] system, int suffixRows) {
    this.model = model;
    this.group = group;
    this.system = system;
    this.stages = CutStage.of(group, model.layers());
    try {
      for (CutStage stage : stages) {
        byStage.add(new ArrayList<>());
        if (!stage.apart()) {
          open(byStage.size() - 1, suffixRows);
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void open(int index, int suffixRows) {
    CutStage stage = stages.get(index);
    int expected = prefixSlots(stage) + suffixRows;
    KvCache cache = model.stack().newCache(stage.from(), stage.to(), expected);
    byStage.get(index).add(cache);
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

  /** Visual tokens behind each cut. */
  public List<Integer> kept() {
    return stages.stream().skip(1).map(CutStage::visual).toList();
  }

  /** Returns the work for the system prompt's keys: none if the model had them. */
  public PassWork systemWork() {
    return systemWork;
  }

  /** Slots of the prefix in the layers of a stage. */
  int prefixSlots(CutStage stage) {
    return group.prefixPositions() - dropped(stage);
  }

  /** Visual tokens that do not reach the layers of a stage. */
  int dropped(CutStage stage) {
    return stages.get(0).visual() - stage.visual();
  }

  /** Forgets all questions, and makes room for the pack of these. */
  public void nextPack(int start, int end) {
    packStart = start;
    for (int s = 0; s < stages.size(); s++) {
      CutStage stage = stages.get(s);
      List<KvCache> caches = byStage.get(s);
      if (stage.apart()) {
        caches.forEach(KvCache::close);
        caches.clear();
        for (int q = start; q < end; q++) {
          open(s, group.suffixes().get(q).length);
        }
      } else if (start > 0) {
        caches.get(0).truncate(prefixSlots(stage));
      }
    }
  }

  /** The cache of a question of this pack in the layers of a stage. */
  public KvCache at(int stage, int question) {
    List<KvCache> caches = byStage.get(stage);
    return stages.get(stage).apart() ? caches.get(question - packStart) : caches.get(0);
  }

  /** The work of a pass for rows of a question that go through all layers. */
  public PassWork work(int question, int rows) {
    PassWork work = PassWork.NONE;
    for (int s = 0; s < stages.size(); s++) {
      work = work.plus(at(s, question).work(rows));
    }
    return work;
  }

  /** The work of a pass for rows of the prefix where all questions share them. */
  public PassWork sharedWork(int prefixRows) {
    return prefixWork(prefixRows, 0, false);
  }

  /** The work of a pass for rows of the prefix that a question has for itself. */
  public PassWork ownWork(int prefixRows, int question) {
    return prefixWork(prefixRows, question, true);
  }

  private PassWork prefixWork(int rows, int question, boolean apart) {
    PassWork work = PassWork.NONE;
    for (int s = 0; s < stages.size(); s++) {
      if (stages.get(s).apart() == apart) {
        work = work.plus(at(s, question).work(rows - dropped(stages.get(s))));
      }
    }
    return work;
  }

  @Override
  public void close() {
    byStage.forEach(caches -> caches.forEach(KvCache::close));
  }
}
