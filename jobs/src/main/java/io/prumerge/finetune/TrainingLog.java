package io.prumerge.finetune;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what a training reports in addition to the trained values. */
final class TrainingLog {

  private final List<StepRow> steps;
  private final Set<BrokenRow> leftOut;

  TrainingLog(TrainingProgress before) {
    this.steps = new ArrayList<>(before.steps());
    this.leftOut = new LinkedHashSet<>(before.leftOut());
  }

  void add(StepRow step) {
    steps.add(step);
  }

  /** Notes broken rows; each is listed once, however often it was needed. */
  void leaveOut(Collection<BrokenRow> rows) {
    leftOut.addAll(rows);
  }

  TrainingProgress progress() {
    return new TrainingProgress(steps, List.copyOf(leftOut));
  }
}
