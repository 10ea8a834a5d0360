package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.conversion.RandomFirstQwen;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.CustomExamples;
import io.prumerge.report.page.ReportPages;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs of every family end with a report: none to three pictures a question, pictures that are
 * broken or gone, several methods where a model can run them, and one report of all runs.
 */
@Tag("spark")
@Tag("model")
@Tag("slow")
class EveryFamilyReportTest {

  private static final Path GOLDENS =
      Path.of(System.getProperty("project.root"), "udfs", "src", "test", "resources", "goldens");

  private static final String TOWER = "prumerge";
  private static final String LAYERS = "fastv:layer=1,tokens=2";

  /**
   * Small random checkpoints that are asked in one run.
   *
   * @param method in addition to the baseline; none: they have no other
   * @param more options
   */
  private record Asked(String method, List<String> models, String... more) {
    Asked {
      models = List.copyOf(models);
    }
  }

  /** Idefics has no times on other hardware: a report is made of it alone. */
  private static final String WITHOUT_TIMES = "idefics";

  private static final Map<String, Asked> RUNS =
      new TreeMap<>(
          Map.of(
              "tower",
              new Asked(
                  TOWER,
                  List.of(
                      "layouts/hf", "families/next", "families/next-mistral", "families/shikra")),
              "layers",
              new Asked(
                  LAYERS,
                  List.of(
                      "onevision/tied",
                      "qwen/qwen2_vl/tied",
                      "qwen/qwen2_5_vl/tied",
                      "qwen3/tied",
                      "intern/small",
                      "intern/chat",
                      "smol/first",
                      "smol/second")),
              WITHOUT_TIMES,
              new Asked("none", List.of("idefics/base", "idefics/instruct")),
              "queries",
              new Asked("none", List.of("queries/blip2", "queries/instructblip", "opt/blip2")),
              "opt",
              new Asked(
                  TOWER, List.of("opt/llava"), "--conv-mode", "raw"))); // none is known for OPT

  @TempDir private Path temp;

  private static String question(int id, String images, String answer) {
    return "{\"question_id\": %d, \"image\": %s, \"text\": \"What?\"%s}"
        .formatted(id, images, answer);
  }

  private Path examples() throws IOException {
    Path images = Files.createDirectories(temp.resolve("images"));
    for (String name : List.of("photo.png", "wide.png", "tall.png")) {
      Files.copy(GOLDENS.resolve("images").resolve(name), images.resolve(name));
    }
    Files.writeString(images.resolve("broken.png"), "no picture");
    String answer = ", \"answer\": \"yes\"";
    Path questions =
        Files.write(
            temp.resolve("q.jsonl"),
            List.of(
                question(1, "null", answer),
                question(2, "\"photo.png\"", answer),
                question(3, "[\"photo.png\", \"wide.png\"]", answer),
                question(4, "[\"photo.png\", \"wide.png\", \"tall.png\"]", answer),
                question(5, "\"broken.png\"", answer),
                question(6, "\"gone.png\"", answer)));
    return CustomExamples.prepared(questions, images, temp.resolve("examples"));
  }

  /** Asks models, of which each has a name of its own, and returns how many. */
  private static int evaluate(List<Path> models, Asked asked, Path examples, Path output) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--model"));
    models.forEach(model -> arguments.add(model.toString()));
    arguments.addAll(List.of("--examples", examples.toString(), "--output", output.toString()));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--max-new-tokens", "2"));
    arguments.addAll(List.of("--max-error-rate", "1", "--chunks", "1"));
    arguments.addAll(List.of(asked.more()));
    arguments.addAll(List.of("--method", "none"));
    boolean alone = asked.method().equals("none");
    if (!alone) {
      arguments.add(asked.method());
    }
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as("%s: %s", models, run.err()).isZero();
    assertThat(run.err()).doesNotContain("Exception");
    assertThat(output.resolve("report").resolve(ReportPages.HTML)).exists();
    boolean beside = output.endsWith(WITHOUT_TIMES);
    List<Row> efficiency =
        Table.EFFICIENCY
            .read(LocalSpark.session(), List.of(output.resolve("report/efficiency").toString()))
            .collectAsList();
    assertThat(efficiency)
        .as("times for %s", output)
        .hasSize(models.size() * (alone ? 1 : 2))
        .allMatch(row -> row.isNullAt(row.fieldIndex("roofline")) == beside);
    assertThat(run.err().contains("custom/test: no times on other hardware: a question of "))
        .as(run.err())
        .isEqualTo(beside);
    return models.size();
  }

  @Test
  void everyFamilyEndsWithAReport() throws IOException {
    LocalSpark.session();
    Path examples = examples();
    Path folder = Files.createDirectories(temp.resolve("models"));
    List<String> runs = new ArrayList<>();
    int asked = 0;
    for (Map.Entry<String, Asked> one : RUNS.entrySet()) {
      List<Path> models = new ArrayList<>();
      for (String model : one.getValue().models()) {
        Path named = folder.resolve(model.replace('/', '-'));
        models.add(Files.createSymbolicLink(named, GOLDENS.resolve(model)));
      }
      if (one.getKey().equals("queries")) {
        models.add(RandomFirstQwen.write(Files.createDirectories(folder.resolve("first-qwen"))));
      }
      Path output = temp.resolve(one.getKey());
      asked += evaluate(models, one.getValue(), examples, output);
      runs.add(output.toString());
    }

    List<String> arguments = new ArrayList<>(List.of("report", "--runs"));
    arguments.addAll(runs);
    arguments.addAll(List.of("--output", temp.resolve("all").toString()));
    arguments.addAll(List.of("--latex", temp.resolve("latex").toString()));
    CommandLineRun all = CommandLineRun.of(arguments.toArray(String[]::new));

    assertThat(all.code()).as(all.err()).isZero();
    assertThat(
            Table.EFFICIENCY
                .read(LocalSpark.session(), List.of(temp.resolve("all/efficiency").toString()))
                .select("run_id")
                .distinct()
                .count())
        .isEqualTo(asked);
  }
}
