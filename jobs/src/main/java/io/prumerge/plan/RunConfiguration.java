package io.prumerge.plan;

import io.prumerge.endpoint.Endpoint;
import io.prumerge.store.Json;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything that determines a run's results. A run can only be resumed with an equal
 * configuration.
 *
 * <p>Of a model behind an endpoint, everything is empty that the service does not tell.
 *
 * @param model the checkpoint folder's full path, or the spelling of an endpoint
 * @param conversation name of the conversation template
 * @param reduceBy {@code each} or {@code first}: questions that methods look at
 * @param limit questions per benchmark; 0: all
 * @param maxNewTokens token budget of every question; 0: each benchmark's own
 * @param configSha256 hash of the checkpoint's settings: model, generation and image processor
 * @param tokenizerSha256 hash of the tokenizer's files
 * @param weightsSha256 hash of the weight files' bytes
 * @param clips hash of each CLIP folder that methods name, by its name
 * @param endpointVersion the user's label of what an endpoint serves; empty without one
 * @param examplesSha256 hash of the planned questions and their images' hashes
 * @param examplesFilesSha256 hash of the names of the examples' files, which chunks may depend on
 * @param promptsSha256 hash of the planned questions' prompts
 */
public record RunConfiguration(
    String model,
    List<String> examples,
    List<String> methods,
    String device,
    String dtype,
    String imageAspect,
    String conversation,
    String reduceBy,
    long limit,
    int maxNewTokens,
    String configSha256,
    String tokenizerSha256,
    String weightsSha256,
    SortedMap<String, String> clips,
    String endpointVersion,
    String examplesSha256,
    String examplesFilesSha256,
    String promptsSha256) {

  public RunConfiguration {
    examples = List.copyOf(examples);
    methods = List.copyOf(methods);
    // Runs of earlier versions say nothing of CLIP folders, which no method had.
    clips =
        clips == null
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(clips));
  }

  /** Returns the endpoint of the model; empty if it is a checkpoint. */
  public Optional<Endpoint> endpoint() {
    return PinnedModel.endpoint(model);
  }

  /** Returns a text with the settings in which {@code other} differs; empty if equal. */
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
