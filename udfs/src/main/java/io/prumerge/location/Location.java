package io.prumerge.location;

import io.prumerge.lang.Text;
import java.util.regex.Pattern;

/**
 * What others may see of paths and URLs. A location that was accepted stands in plans, manifests,
 * tables and logs, so it holds no secret; one that is refused stands in a message, which hides it.
 */
public final class Location {

  // A name and its password. A colon before a port is none, and neither is the container in
  // abfs://CONTAINER@ACCOUNT. Bounded, because messages quote foreign bytes.
  private static final String PASSWORD = "[^\\s/@:]{0,300}:(?!//|\\d{1,5}(?:/|$))[^\\s@]{0,300}@";

  private static final Pattern WITH_PASSWORD = Pattern.compile("://" + PASSWORD);
  // Java's paths make one slash of two.
  private static final Pattern NAMES =
      Pattern.compile("(?<=/)" + PASSWORD + "|(?<=https?://)[^\\s/@#]{0,300}@");
  private static final Pattern QUERY = Pattern.compile("(://[^\\s?#]{0,300}\\?)[^\\s#]+");

  private Location() {}

  /**
   * Returns a text that may hold URLs, without their passwords and queries. Of URLs of the web,
   * names are hidden too: services take keys there.
   */
  public static String shown(String text) {
    return QUERY.matcher(NAMES.matcher(text).replaceAll("***@")).replaceAll("$1***");
  }

  /**
   * Returns a location, or several joined by {@code +}, that others may see.
   *
   * @throws IllegalArgumentException if it holds a password; the message does not
   */
  public static String open(String location) {
    if (WITH_PASSWORD.matcher(location).find()) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot use %s: a location stands in plans, manifests and logs, so it must have no"
                  + " password; give it to Hadoop as a setting, such as"
                  + " spark.hadoop.fs.s3a.secret.key",
              shown(location)));
    }
    return location;
  }
}
