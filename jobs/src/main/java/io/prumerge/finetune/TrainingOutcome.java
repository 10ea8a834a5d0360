package io.prumerge.finetune;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * What a training reports that has ended.
 *
 * @param number of its job
 * @param parameters number of trained values
 * @param device as {@code cpu} or {@code cuda:N}
 * @param dtype arithmetic of the model
 * @param adapter name of the folder with the trained adapter; null if there is none
 * @param error why it cannot go on; null if it is finished
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
record TrainingOutcome(
    int number,
    TrainingProgress progress,
    int parameters,
    String device,
    String dtype,
    String adapter,
    String error)
    implements Serializable {

  private static final long serialVersionUID = 1L;
}
