package io.prumerge.spark;

import org.apache.spark.SparkConf;

/** Looks for a setting of Kryo that no job of this project can work with. */
public final class KryoRegistration {

  private static final String SERIALIZER = "spark.serializer";
  private static final String REQUIRED = "spark.kryo.registrationRequired";

  private KryoRegistration() {}

  /**
   * Refuses settings under which Spark sends only classes that it knows by name.
   *
   * @throws IllegalArgumentException naming the setting
   */
  public static void requireOptional(SparkConf conf) {
    if (conf.get(SERIALIZER, "").endsWith(".KryoSerializer") && conf.getBoolean(REQUIRED, false)) {
      throw new IllegalArgumentException(
          "Cannot use Spark with "
              + REQUIRED
              + "=true: Kryo would refuse this project's classes; start Spark with "
              + REQUIRED
              + "=false, with or without Kryo");
    }
  }
}
