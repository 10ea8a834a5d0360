package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Sites may set Kryo as Spark's serializer, which cannot fill records. */
class KryoTest {

  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";

  @TempDir private Path folder;

  /** Over names that {@code FolderNamesTest} gives other folders and files. */
  @Tag("process")
  @Tag("slow")
  @Test
  @EnabledOnOs(OS.LINUX)
  void everyJobRunsWithIt() throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    Process walk = OwnJvm.start("2g", log, JobWalk.class, folder.toString(), KRYO);

    assertThat(walk.waitFor()).as(Files.readString(log)).isZero();
  }

  @Test
  void aListOfAllowedClassesIsRefused() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.serializer", KRYO)
            .set("spark.kryo.registrationRequired", "true");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sessions.settings(conf, "report of run-1"))
        .withMessage(
            "Cannot use Spark with spark.kryo.registrationRequired=true: Kryo would refuse this"
                + " project's classes; start Spark with spark.kryo.registrationRequired=false, with"
                + " or without Kryo");
    assertThat(
            Sessions.settings(conf.remove("spark.serializer"), "report of run-1")
                .get("spark.kryo.registrationRequired"))
        .as("without Kryo it means nothing")
        .isEqualTo("true");
  }
}
