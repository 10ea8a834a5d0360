package io.prumerge.finetune;

import io.prumerge.spark.ModelSettings;
import io.prumerge.torch.Precision;
import java.io.Serializable;
import java.util.BitSet;

/**
 * One training, as a task gets it.
 *
 * @param number among those that run together, from 0
 * @param model what is trained, with its weights pinned
 * @param base name of the model for the adapter's settings
 * @param stored type of the adapter's values in its file
 * @param broken numbers of the rows to leave out
 * @param rows number of the others
 * @param folder where checkpoints and the adapter go
 * @param skipBroken whether rows that turn out to be broken are left out; otherwise the training
 *     fails
 * @param checkpointSteps steps between two checkpoints
 * @param keptBytes of visual tokens that a host keeps on its disk
 */
record TrainingJob(
    int number,
    Recipe recipe,
    ModelSettings model,
    String base,
    Precision stored,
    DataSource source,
    BitSet broken,
    int rows,
    TrainingFolder folder,
    boolean skipBroken,
    int checkpointSteps,
    long keptBytes)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  int steps() {
    return recipe.steps(rows);
  }
}
