package io.prumerge.finetune;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.spark.ModelSettings;
import java.io.Serializable;

/**
 * One training, as a task gets it.
 *
 * @param number among those that run together, from 0
 * @param model what is trained, with its weights pinned
 * @param base name of the model for the adapter's settings
 * @param folder where checkpoints and the adapter go
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
record TrainingJob(
    int number,
    Recipe recipe,
    ModelSettings model,
    String base,
    TrainingRows rows,
    TrainingFolder folder,
    AdapterStorage storage)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  int steps() {
    return recipe.steps(rows.count());
  }
}
