package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** Prepares examples of the benchmark {@code custom} in this JVM. */
public final class CustomExamples {

  private CustomExamples() {}

  /** Writes the table {@code output} from a question file and a folder of images. */
  public static Path prepared(Path questions, Path images, Path output) {
    CommandLineRun run =
        CommandLineRun.of(
            "prepare",
            "--benchmark",
            "custom",
            "--source",
            questions.toString(),
            images.toString(),
            "--output",
            output.toString());
    assertThat(run.code()).as(run.err()).isZero();
    return output;
  }
}
