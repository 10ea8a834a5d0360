package io.prumerge.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.engine.Timing;
import io.prumerge.service.Unknown;
import java.io.Serializable;

/**
 * How answers are timed.
 *
 * @param batch images at a time where they are timed alone
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
record TimingPlan(Timing timing, int batch) implements Serializable {

  private static final long serialVersionUID = 1L;

  /** As fast as the device allows. */
  static final TimingPlan SHARED = new TimingPlan(Timing.SHARED, 1);

  boolean isAlone() {
    return timing == Timing.ALONE;
  }

  /** Returns whether an answer has all of the device's time until its last token. */
  boolean isOneAtATime() {
    return isAlone() && batch == 1;
  }

  /** Returns the value of the column {@code timing}. */
  String label() {
    return Unknown.spelling(timing);
  }
}
