package io.prumerge.spark;

import io.prumerge.model.DeviceException;
import java.time.Duration;
import org.apache.spark.SparkEnv;

/**
 * How long a task waits for the answers about one image before it takes the device for hung, and
 * what it does then. Nobody can end a call that does not come back from a device but by ending the
 * process, so an executor ends: Spark starts another one, and has its tasks done again.
 *
 * @param text the limit as the setting gives it; far longer than any image takes
 * @param limit the same
 * @param executor whether this process may be ended for it; not so where the driver works itself
 */
record AnswerTimeout(String text, Duration limit, boolean executor) {

  /** Setting with the limit, as Spark writes times. */
  static final String KEY = ModelSettings.SETTINGS + "answerTimeout";

  private static final String LIMIT = "1h";

  /** As this process' settings say. */
  static AnswerTimeout here() {
    SparkEnv env = SparkEnv.get();
    return new AnswerTimeout(
        env.conf().get(KEY, LIMIT),
        Duration.ofMillis(env.conf().getTimeAsMs(KEY, LIMIT)),
        !TaskModel.onDriver());
  }

  /**
   * What to throw when the time is over.
   *
   * @throws HungDeviceError where the executor is to end
   */
  DeviceException expired(String device) {
    String message =
        "The device %s has not answered about an image for %s and is taken for hung; where it only needs longer, set %s"
            .formatted(device, text, KEY);
    if (executor) {
      throw new HungDeviceError(message);
    }
    return new DeviceException(message);
  }
}
