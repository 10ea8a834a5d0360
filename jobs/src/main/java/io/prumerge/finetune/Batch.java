package io.prumerge.finetune;

import io.prumerge.training.TrainingExample;
import java.util.List;

/**
 * A step's examples.
 *
 * @param leftOut rows that turned out to be broken
 */
record Batch(List<TrainingExample> examples, List<BrokenRow> leftOut) {}
