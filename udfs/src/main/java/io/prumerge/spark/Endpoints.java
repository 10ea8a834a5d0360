package io.prumerge.spark;

import io.prumerge.endpoint.ApiKey;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.endpoint.EndpointException;
import io.prumerge.endpoint.Patience;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.endpoint.VisionEndpoint;
import io.prumerge.host.SparkSetting;
import io.prumerge.lang.Text;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.SparkConf;

/** Opens endpoints with this process's key and Spark's settings. */
public final class Endpoints {

  /** Setting with the time for one answer, as Spark writes times. */
  static final String TIMEOUT = SparkSetting.ENDPOINT_TIMEOUT.key();

  private Endpoints() {}

  /**
   * Opens an endpoint.
   *
   * @throws IllegalArgumentException if the key would be sent without encryption, or the setting is
   *     wrong
   */
  public static VisionEndpoint open(Endpoint endpoint, VideoAs videoAs, SparkConf conf) {
    return new VisionEndpoint(endpoint, videoAs, ApiKey.ofEnvironment(), patience(conf));
  }

  /**
   * Asks one question about a picture of no content.
   *
   * @throws EndpointException if there is no answer
   */
  public static void probe(Endpoint endpoint, SparkConf conf) {
    open(endpoint, VideoAs.PICTURES, conf).probe();
  }

  /**
   * Asks about two videos of no content.
   *
   * @param videoAs how they are sent
   * @param frames of the longest video that the endpoint is going to be asked about
   * @return as {@link VisionEndpoint#doubtOfFrames}
   * @throws EndpointException if there is no answer
   */
  public static Optional<String> doubtOfFrames(
      Endpoint endpoint, VideoAs videoAs, int frames, SparkConf conf) {
    return open(endpoint, videoAs, conf).doubtOfFrames(frames);
  }

  private static Patience patience(SparkConf conf) {
    long millis = conf.getTimeAsMs(TIMEOUT, SparkSetting.ENDPOINT_TIMEOUT.defaultValue());
    if (millis < 1) {
      throw new IllegalArgumentException(Text.format("%s must be a time above 0", TIMEOUT));
    }
    return Patience.MODEL.withAnswer(Duration.ofMillis(millis));
  }
}
