package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sites may set Kryo as Spark's serializer, which cannot fill records. */
class KryoTest {

  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";

  @TempDir private Path folder;

  @Tag("process")
  @Tag("slow")
  @Test
  void everyJobRunsWithIt() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + System.getProperty("jvm.options"));
    command.addAll(List.of(System.getProperty("jvm.tests").split(" ")));
    command.addAll(
        List.of(
            "-Xmx2g",
            "-Dproject.root=" + System.getProperty("project.root"),
            "-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"),
            "-Dspark.master=local[2]",
            "-Dspark.serializer=" + KRYO,
            "-cp",
            System.getProperty("java.class.path"),
            JobWalk.class.getName(),
            folder.toString()));
    Path log = folder.resolve("log");
    Process walk =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();

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
