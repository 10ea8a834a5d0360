package io.prumerge.spark;

import java.time.Duration;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * How long a task waits while the model makes no progress before it considers the device hung. No
 * progress means that no pass ends and no image is prepared. A task may wait much longer in total.
 *
 * @param text the setting's value; the default is far longer than any pass takes
 * @param limit the same as a duration
 */
record AnswerTimeout(String text, Duration limit) {

  /** Setting with the limit, as Spark writes times. */
  static final String KEY = ModelSettings.SETTINGS + "answerTimeout";

  private static final String LIMIT = "1h";

  /** The timeout that this process's settings give. */
  static AnswerTimeout here() {
    SparkConf conf = SparkEnv.get().conf();
    return new AnswerTimeout(conf.get(KEY, LIMIT), Duration.ofMillis(conf.getTimeAsMs(KEY, LIMIT)));
  }

  /** The error text after a timeout. */
  String expired(String device) {
    return String.format(
        Locale.ROOT,
        "The device %s has made no progress for %s and is considered hung; if a pass only needs longer, set %s",
        device,
        text,
        KEY);
  }
}
