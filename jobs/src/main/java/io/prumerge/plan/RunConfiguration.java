package io.prumerge.plan;

import io.prumerge.store.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Everything that decides a run's results: a run goes on only under an equal one.
 *
 * @param model the checkpoint folder's full path
 * @param conversation template's name
 * @param limit 0 = all questions
 * @param maxNewTokens 0 = each benchmark's own
 * @param configSha256 of the checkpoint's settings: model, generation and image processor
 * @param tokenizerSha256 of its tokenizer's files
 * @param weightsSha256 of the weight files' bytes
 * @param examplesSha256 of the planned questions and their images' hashes
 * @param examplesFilesSha256 of the names of the files that they lie in, which chunks may go by
 * @param promptsSha256 of the planned questions' prompts
 */
public record RunConfiguration(
    String model,
    List<String> examples,
    List<String> methods,
    String device,
    String dtype,
    String imageAspect,
    String conversation,
    long limit,
    int maxNewTokens,
    String configSha256,
    String tokenizerSha256,
    String weightsSha256,
    String examplesSha256,
    String examplesFilesSha256,
    String promptsSha256) {

  public RunConfiguration {
    examples = List.copyOf(examples);
    methods = List.copyOf(methods);
  }

  /** The settings in which {@code other} differs, for people; empty when equal. */
  public String differences(RunConfiguration other) {
    Map<String, Object> mine = Json.fields(this);
    Map<String, Object> theirs = Json.fields(other);
    return mine.keySet().stream()
        .filter(name -> !Objects.equals(mine.get(name), theirs.get(name)))
        .map(
            name ->
                String.format(
                    Locale.ROOT, "%s was %s, is now %s", name, mine.get(name), theirs.get(name)))
        .collect(Collectors.joining("; "));
  }
}
