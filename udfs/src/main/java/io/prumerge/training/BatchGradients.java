package io.prumerge.training;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * What some examples say about the trained values: sums, so that those of several devices add up to
 * those of the whole batch.
 *
 * @param loss sum of the answer tokens' cross-entropies, in nats
 * @param answerTokens their number
 * @param values gradient of {@code loss} by each trained value; not copied
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
public record BatchGradients(double loss, long answerTokens, float[] values)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Returns the sums of both. Adds into this one's array, which is given up. */
  public BatchGradients plus(BatchGradients other) {
    if (values.length != other.values.length) {
      throw new IllegalArgumentException(
          "Cannot add gradients of " + other.values.length + " values to " + values.length);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] += other.values[i];
    }
    return new BatchGradients(loss + other.loss, answerTokens + other.answerTokens, values);
  }
}
