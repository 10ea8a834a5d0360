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

  /** Small random checkpoints, and a method in addition to the baseline; none: it has no other. */
  private static final Map<String, String> MODELS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("layouts/hf", "prumerge"),
              Map.entry("families/next", "prumerge"),
              Map.entry("families/next-mistral", "prumerge"),
              Map.entry("families/shikra", "prumerge"),
              Map.entry("onevision/tied", "fastv:layer=1,tokens=2"),
              Map.entry("qwen/qwen2_vl/tied", "fastv:layer=1,tokens=2"),
              Map.entry("qwen/qwen2_5_vl/tied", "fastv:layer=1,tokens=2"),
              Map.entry("qwen3/tied", "fastv:layer=1,tokens=2"),
              Map.entry("intern/small", "fastv:layer=1,tokens=2"),
              Map.entry("intern/chat", "fastv:layer=1,tokens=2"),
              Map.entry("smol/first", "fastv:layer=1,tokens=2"),
              Map.entry("smol/second", "fastv:layer=1,tokens=2"),
              Map.entry("idefics/base", "none"),
              Map.entry("idefics/instruct", "none"),
              Map.entry("queries/blip2", "none"),
              Map.entry("queries/instructblip", "none"),
              Map.entry("opt/blip2", "none"),
              Map.entry("opt/llava", "prumerge")));

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

  private static void evaluate(Path model, String method, Path examples, Path output) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", model.toString()));
    arguments.addAll(List.of("--examples", examples.toString(), "--output", output.toString()));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--max-new-tokens", "2"));
    arguments.addAll(List.of("--max-error-rate", "1", "--chunks", "1", "--method", "none"));
    if (!method.equals("none")) {
      arguments.add(method);
    }
    if (model.endsWith("opt/llava")) {
      arguments.addAll(List.of("--conv-mode", "raw")); // none is known for OPT
    }
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as("%s: %s", model, run.err()).isZero();
    assertThat(run.err()).doesNotContain("Exception");
    assertThat(output.resolve("report").resolve(ReportPages.HTML)).exists();
    boolean beside = output.getFileName().toString().startsWith("idefics");
    List<Row> efficiency =
        Table.EFFICIENCY
            .read(LocalSpark.session(), List.of(output.resolve("report/efficiency").toString()))
            .collectAsList();
    assertThat(efficiency)
        .as("times for %s", output)
        .hasSize(method.equals("none") ? 1 : 2)
        .allMatch(row -> row.isNullAt(row.fieldIndex("roofline")) == beside);
    assertThat(run.err().contains("custom/test: no times on other hardware: a question of "))
        .as(run.err())
        .isEqualTo(beside);
  }

  @Test
  void everyFamilyEndsWithAReport() throws IOException {
    LocalSpark.session();
    Path examples = examples();
    List<String> runs = new ArrayList<>();
    for (Map.Entry<String, String> one : MODELS.entrySet()) {
      Path output = temp.resolve(one.getKey().replace('/', '-'));
      evaluate(GOLDENS.resolve(one.getKey()), one.getValue(), examples, output);
      runs.add(output.toString());
    }
    Path firstQwen =
        RandomFirstQwen.write(Files.createDirectories(temp.resolve("first-qwen-model")));
    evaluate(firstQwen, "none", examples, temp.resolve("first-qwen"));
    runs.add(temp.resolve("first-qwen").toString());

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
        .isEqualTo(runs.size());
  }
}
