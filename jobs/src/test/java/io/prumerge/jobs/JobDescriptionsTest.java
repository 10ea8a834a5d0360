package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.DogsAndCats;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@Tag("model")
class JobDescriptionsTest {

  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");

  @TempDir private Path folder;

  @Test
  void everyJobOfARunSaysCommandRunModelAndBenchmark() throws Exception {
    SparkContext context = LocalSpark.session().sparkContext();
    DogsAndCats.drawn(folder.resolve("pope"), 1).prepare(folder.resolve("table"));
    List<String> descriptions = new CopyOnWriteArrayList<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart job) {
            descriptions.add(job.properties().getProperty("spark.job.description", "(none)"));
          }
        };
    context.addSparkListener(listener);
    CommandLineRun run =
        CommandLineRun.of(
            "evaluate",
            "--model",
            MODEL.toString(),
            "--examples",
            folder.resolve("table").toString(),
            "--method",
            "none",
            "--device",
            "cpu",
            "--max-new-tokens",
            "2",
            "--chunks",
            "1",
            "--output",
            folder.resolve("tried").toString());
    LocalSpark.tellListeners();
    context.removeSparkListener(listener);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(descriptions)
        .isNotEmpty()
        .allSatisfy(text -> assertThat(text).startsWith("evaluate tried: mini-llava on table: "))
        .anySatisfy(text -> assertThat(text).contains(": mini-llava on pope, chunk 1 of 1 of run "))
        .anySatisfy(text -> assertThat(text).contains(": report of ").endsWith(" on pope"));
    assertThat(context.getLocalProperty("spark.job.description")).isNull();
  }
}
