package io.prumerge.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.UsageException;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.spark.ModelCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Which methods a family of models takes, as the plan of a run says of the family's smallest golden
 * checkpoint, with as many layers as published ones have.
 */
public final class MethodFits {

  private static final String TOKENS = "tokens=50%";

  private static final int LAYERS = 32;

  /** Has another key for models that see tiles. */
  private static final String RESIZE = "resize";

  /** What a method's other spelling begins with in a refusal. */
  private static final String WRITE = "; write ";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path clips;
  private final Path folder;

  /**
   * @param clips a folder of a CLIP model, as the methods that need one name it
   * @param folder a new folder for changed settings
   */
  public MethodFits(Path clips, Path folder) {
    this.clips = clips;
    this.folder = folder;
  }

  /**
   * @param spelling of the method that runs; empty if it is refused
   * @param why it is refused; empty if it runs
   */
  public record Fit(Optional<String> spelling, Optional<String> why) {}

  /**
   * Returns the settings of a checkpoint with the layers of a published one.
   *
   * @param checkpoint whose config.json is read
   */
  public LlavaConfig deep(Path checkpoint) throws IOException {
    Path copy = Files.createTempDirectory(folder, "deep");
    try (Stream<Path> files = Files.walk(checkpoint)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".json")).toList()) {
        Path place = copy.resolve(checkpoint.relativize(file).toString());
        Files.createDirectories(place.getParent());
        Files.copy(file, place);
      }
    }
    ObjectNode settings = (ObjectNode) JSON.readTree(copy.resolve("config.json").toFile());
    for (JsonNode part :
        List.of(settings, settings.path("text_config"), settings.path("llm_config"))) {
      if (part.has("num_hidden_layers")) {
        ((ObjectNode) part).put("num_hidden_layers", LAYERS);
      }
    }
    JSON.writeValue(copy.resolve("config.json").toFile(), settings);
    return Checkpoint.configuration(copy);
  }

  /** Tries a method in its shortest spelling, then in others that the plan names. */
  public Fit of(LlavaConfig config, ReducerFactory method) throws IOException {
    List<String> spellings = new ArrayList<>();
    String example = method.about().example().replaceFirst("tokens=64", TOKENS);
    spellings.add(example.replace("clip=DIR", "clip=" + clip(config)));
    if (method.name().equals(RESIZE)) {
      spellings.add("tiles=2");
      spellings.add("pixels=100000");
    }
    String why = "";
    for (String spelling : spellings) {
      MethodSpec spec =
          TokenReducers.of(
                  MethodSpec.read(
                      spelling.isEmpty() ? method.name() : method.name() + ":" + spelling))
              .spec();
      try {
        SeenPictures pictures = SeenPictures.unknown(config);
        MethodTrials.of(
            pictures,
            "this model",
            List.of(spec),
            tried -> new MethodTrial(pictures, tried, 0, 1, folders()).outcome());
        return new Fit(Optional.of(spelling), Optional.empty());
      } catch (UsageException e) {
        int write = e.getMessage().lastIndexOf(WRITE);
        if (write >= 0) {
          return new Fit(
              Optional.of(e.getMessage().substring(write + WRITE.length())), Optional.empty());
        }
        why = why.isEmpty() ? e.getMessage() : why;
      }
    }
    String reason =
        why.replaceFirst("^.*? with this model: ", "")
            .replaceAll("\\d+ (tokens|latents) of", "N $1 of");
    return new Fit(Optional.empty(), Optional.of(reason));
  }

  /** Returns a CLIP model's settings whose vision tower is as wide as a model's. */
  private Path clip(LlavaConfig config) throws IOException {
    Path copy = folder.resolve("clip-" + config.featureSize());
    if (!Files.exists(copy)) {
      Files.createDirectory(copy);
      ObjectNode settings = (ObjectNode) JSON.readTree(clips.resolve("config.json").toFile());
      ((ObjectNode) settings.path("vision_config")).put("hidden_size", config.featureSize());
      JSON.writeValue(copy.resolve("config.json").toFile(), settings);
    }
    return copy;
  }

  private ClipFolders folders() {
    return new ClipFolders(new ModelCache(Optional.of(folder), new Configuration()));
  }
}
