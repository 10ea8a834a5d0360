package io.prumerge.score;

import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeFactory;
import io.prumerge.benchmark.Judging;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.location.Location;
import io.prumerge.service.NamedServices;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * The judge of answers that no rule can score.
 *
 * @param address of a service, up to the version, or in the form of a {@link Judges kind of judge}
 * @param model empty = the model of the benchmark's own evaluator
 * @param promptFile the judge's instructions; empty = ours
 */
public record JudgeOptions(String address, Optional<String> model, Optional<String> promptFile) {

  public JudgeOptions {
    Judges.of(address).check(address);
  }

  /** Makes options of given values. */
  static Optional<JudgeOptions> of(
      Optional<String> address, Optional<String> model, Optional<String> promptFile) {
    if (address.isEmpty() && (model.isPresent() || promptFile.isPresent())) {
      throw new UsageException(
          Wording.of(
              "%s and %s need %s URL", Setting.JUDGE_MODEL, Setting.JUDGE_PROMPT, Setting.JUDGE));
    }
    return address.map(one -> new JudgeOptions(one, model, promptFile));
  }

  /** Returns the model that judges answers. */
  String model(Judging judging) {
    return model.orElseGet(judging::model);
  }

  /** Returns the judge of answers. */
  Judge judge(Judging judging) {
    return Judges.of(address).open(address, model(judging));
  }

  /** Returns the text of the prompt file. */
  Optional<String> prompt(Folders folders) throws IOException {
    if (promptFile.isEmpty()) {
      return Optional.empty();
    }
    Path file = folders.present(Setting.JUDGE_PROMPT, promptFile.get());
    try (InputStream bytes = folders.fileSystem(file).open(file)) {
      return Optional.of(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** All kinds of judges by the start of their addresses: ours, and those in added jars. */
  private static final class Judges {

    private static final NamedServices<JudgeFactory> SERVICES =
        new NamedServices<>(JudgeFactory.class, "kind of judge", JudgeFactory::schemes);

    private Judges() {}

    /**
     * Returns the kind of judge that an address names.
     *
     * @throws UsageException with the known kinds
     * @throws IllegalArgumentException if several classes have the same start
     */
    static JudgeFactory of(String address) {
      int colon = address.indexOf(':');
      String scheme = colon < 0 ? "" : address.substring(0, colon);
      if (!SERVICES.names().contains(scheme)) {
        throw new UsageException(
            Wording.of(
                "%s %s names no judge: it must be an address like https://HOST/v1, or begin with one of %s and a colon",
                Setting.JUDGE, Location.shown(address), String.join(", ", SERVICES.names())));
      }
      return SERVICES.named(scheme);
    }
  }
}
