package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Judge;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Who is asked about answers that no rule can score.
 *
 * @param address of a service, up to the version, or what else a {@link Judges kind of judge} takes
 * @param model which model; empty = the benchmark's own evaluator's
 * @param promptFile what it is told; empty = a wording of ours
 */
public record JudgeOptions(String address, Optional<String> model, Optional<String> promptFile) {

  public JudgeOptions {
    Judges.of(address);
  }

  /** The options as they were given; null where they were not. */
  public static Optional<JudgeOptions> of(String address, String model, String promptFile) {
    if (address != null) {
      return Optional.of(
          new JudgeOptions(address, Optional.ofNullable(model), Optional.ofNullable(promptFile)));
    }
    if (model != null || promptFile != null) {
      throw new UsageException(
          Wording.of(
              "%s and %s go with %s URL",
              Setting.JUDGE_MODEL, Setting.JUDGE_PROMPT, Setting.JUDGE));
    }
    return Optional.empty();
  }

  /** The model that grades answers to {@code benchmark}, which are judged. */
  String model(Benchmark benchmark) {
    return model.orElseGet(() -> benchmark.judging().orElseThrow().model());
  }

  /** Who grades them. */
  Judge judge(Benchmark benchmark) {
    return Judges.of(address).open(address, model(benchmark));
  }

  /** The text of the prompt file. */
  Optional<String> prompt(Folders folders) throws IOException {
    if (promptFile.isEmpty()) {
      return Optional.empty();
    }
    Path file = folders.present(Setting.JUDGE_PROMPT, promptFile.get());
    try (InputStream bytes = folders.fileSystem(file).open(file)) {
      return Optional.of(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
