package io.prumerge.plan;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.CheckpointException;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.image.rule.TokenRule;
import io.prumerge.image.rule.TokenRules;
import io.prumerge.lang.Text;
import io.prumerge.location.HubCache;
import io.prumerge.location.HubKind;
import io.prumerge.location.HubName;
import io.prumerge.reduction.RequestFields;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** How a model behind an endpoint makes visual tokens of a picture. */
public interface ServedRule {

  /** The file of a checkpoint that is enough, by its name. */
  String CONFIG = "config.json";

  /**
   * Returns the rule as a request asks for it; empty if it has none of these fields.
   *
   * @throws IllegalArgumentException if the model has no such budget
   */
  Optional<TokenRule> of(RequestFields fields);

  /**
   * Reads {@code RULE}, {@code RULE:setting=value,...} or a checkpoint's folder or name, of which
   * config.json is enough.
   *
   * @throws IllegalArgumentException if it is none of these, or its settings are not so
   */
  static ServedRule parse(String text) {
    Optional<? extends ServedRule> published = PublishedRule.find(text);
    if (published.isPresent()) {
      return published.get();
    }
    Optional<Path> folder = folder(text).filter(path -> Files.exists(path.resolve(CONFIG)));
    if (folder.isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "'%s' is neither a rule (%s) nor a checkpoint's folder or name here",
              text, String.join(", ", TokenRules.names())));
    }
    try {
      return checkpoint(text, folder.get());
    } catch (CheckpointException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Returns the rule that is given, else that of a model by its name at the server.
   *
   * @throws UsageException if what is given is none
   */
  static Optional<ServedRule> of(Optional<String> given, String model) {
    return given
        .map(text -> OptionChecks.read(Setting.TOKENS_BY, text, ServedRule::parse))
        .or(() -> ofName(model));
  }

  /** Returns the rule of each request; empty also if the model has no such budget. */
  static Function<RequestFields, Optional<TokenRule>> expecting(Optional<ServedRule> rule) {
    return fields -> {
      try {
        return rule.flatMap(known -> known.of(fields));
      } catch (IllegalArgumentException e) { // the server says so, too
        return Optional.empty();
      }
    };
  }

  /** Returns the rule of a model by its name at the server; empty if the name tells none. */
  static Optional<ServedRule> ofName(String model) {
    try {
      Optional<ServedRule> own = folder(model).map(path -> checkpoint(model, path));
      return own.or(() -> PublishedRule.ofName(model));
    } catch (CheckpointException e) { // it is of another kind, or none
      return PublishedRule.ofName(model).map(rule -> rule);
    }
  }

  private static ServedRule checkpoint(String name, Path folder) {
    return new CheckpointRule(name, Checkpoint.configuration(ModelFolders.of(folder)));
  }

  /**
   * Returns where the settings of the checkpoint are that an endpoint names: a folder here, as some
   * servers call their models, or the model's files in Hugging Face's cache.
   */
  private static Optional<Path> folder(String name) {
    try {
      return HubName.read(HubKind.MODEL, name)
          .map(HubCache.ofEnvironment()::snapshot)
          .orElseGet(() -> Optional.of(Path.of(name)));
    } catch (IllegalArgumentException e) { // no path either
      return Optional.empty();
    }
  }
}
