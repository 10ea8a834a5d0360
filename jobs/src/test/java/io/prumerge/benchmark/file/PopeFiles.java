package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.jobs.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** POPE in LLaVA's layout, written by hand into a temporary folder. */
public final class PopeFiles {

  private static final String SUFFIX = "\\nAnswer the question using a single word or phrase.";

  private PopeFiles() {}

  /** Returns a question line of {@code llava_pope_test.jsonl}. */
  public static String question(int id, String image, String question, String setting) {
    return "{\"question_id\": %d, \"image\": \"%s\", \"text\": \"%s%s\", \"category\": \"%s\"}"
        .formatted(id, image, question, SUFFIX, setting);
  }

  /** Returns a label line of {@code coco_pope_*.json}. */
  public static String label(int id, String image, String question, String label) {
    return "{\"question_id\": %d, \"image\": \"%s\", \"text\": \"%s\", \"label\": \"%s\"}"
        .formatted(id, image, question, label);
  }

  /** Writes the question file. */
  public static void questions(Path folder, String... lines) throws IOException {
    Files.write(folder.resolve("llava_pope_test.jsonl"), List.of(lines));
  }

  /** Writes one setting's label file below {@code coco/}. */
  public static void labels(Path folder, String setting, String... lines) throws IOException {
    Path coco = Files.createDirectories(folder.resolve("coco"));
    Files.write(coco.resolve("coco_pope_" + setting + ".json"), List.of(lines));
  }

  /** Makes examples of a folder with questions, labels and pictures. */
  public static void prepare(Path folder, String examples) {
    CommandLineRun run =
        CommandLineRun.of(
            "prepare", "--benchmark", "pope", "--source", folder.toString(), "--output", examples);
    assertThat(run.code()).as(run.err()).isZero();
  }
}
