package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.torch.ProcessSettings;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class SparkSettingsTest {

  @Test
  void aProcessHasTheSettingsOfItsSparkApplication() {
    SparkSession spark = LocalSpark.session();
    String name = "spark.prumerge.test";

    assertThat(ProcessSettings.here("spark.app.id")).contains(spark.sparkContext().applicationId());
    assertThat(ProcessSettings.here(name)).isEmpty();
    System.setProperty(name, "of the JVM");
    try {
      assertThat(ProcessSettings.here(name)).contains("of the JVM");
    } finally {
      System.clearProperty(name);
    }
  }
}
