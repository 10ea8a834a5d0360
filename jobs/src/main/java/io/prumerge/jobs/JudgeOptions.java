package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Judge;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Who is asked about answers that no rule can score.
 *
 * @param url of the service, up to the version
 * @param model which model; empty = the benchmark's own evaluator's
 * @param promptFile what it is told; empty = a wording of ours
 */
record JudgeOptions(URI url, Optional<String> model, Optional<String> promptFile) {

  /** Where the service's key comes from: no option, as those are seen by everybody. */
  private static final String KEY = "OPENAI_API_KEY";

  /** The options as they were given; null where they were not. */
  static Optional<JudgeOptions> of(String url, String model, String promptFile) {
    if (url != null) {
      return Optional.of(
          new JudgeOptions(
              ChatJudge.checked(url), Optional.ofNullable(model), Optional.ofNullable(promptFile)));
    }
    if (model != null || promptFile != null) {
      throw new UsageException("--judge-model and --judge-prompt go with --judge URL");
    }
    return Optional.empty();
  }

  /** Who grades answers to {@code benchmark}, which are judged. */
  Judge judge(Benchmark benchmark) {
    String name = model.orElseGet(() -> benchmark.judging().orElseThrow().model());
    return new ChatJudge(url, name, Optional.ofNullable(System.getenv(KEY)));
  }

  /** The text of the prompt file. */
  Optional<String> prompt(Folders folders) throws IOException {
    if (promptFile.isEmpty()) {
      return Optional.empty();
    }
    Path file = folders.present("--judge-prompt", promptFile.get());
    try (InputStream bytes = folders.fileSystem(file).open(file)) {
      return Optional.of(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
