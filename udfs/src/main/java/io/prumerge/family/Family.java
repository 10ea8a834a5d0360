package io.prumerge.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.architecture.TowerKind;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.GenerationReader;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.image.processor.VideoProcessor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A family of models: all that tells it from the others. {@link Families} finds those that {@code
 * META-INF/services} names. Stateless; asked by several threads.
 */
public interface Family {

  /** Returns its models, by their {@code model_type}. */
  List<ModelType> models();

  /**
   * Returns the configuration, untied: whether the head is the embedding depends on the weight
   * files.
   *
   * @param root a config.json in the Hugging Face layout
   * @throws io.prumerge.config.CheckpointException naming a setting that is missing or unusable
   */
  LlavaConfig config(Settings root);

  /**
   * Returns the settings of a model of this family in the Hugging Face layout, where its
   * config.json has another, or where other files of its folder say what config.json has to; empty
   * for any other config.json.
   *
   * @param folder that has the config.json
   * @throws io.prumerge.config.CheckpointException naming a setting that Hugging Face's has no
   *     place for, or what the folder lacks
   */
  default Optional<Settings> translated(Path folder, Settings root) {
    return Optional.empty();
  }

  /** Returns the layout of a config.json whose tower is in a folder of its own; mostly none. */
  default Optional<SplitLayout> split(Settings root) {
    return Optional.empty();
  }

  /**
   * Returns the JSON files, the vocabulary apart, that {@code prepare-model} has to write otherwise
   * than they are, by name: of folders in the authors' layout, as transformers' conversion does.
   *
   * @param config the config.json to write, if it is not among them
   * @throws io.prumerge.config.CheckpointException if a file cannot be read
   */
  default Map<String, JsonNode> rewritten(
      SideFolders folders, LlavaConfig model, ObjectNode config) {
    return Map.of();
  }

  /**
   * Returns a configuration with what the files of the image processor say of an image's views: how
   * large or how many they are.
   *
   * @param config of {@link #config}
   * @param root its settings
   * @param folder that has the files
   * @throws IllegalArgumentException if a file or a value is not usable
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  default LlavaConfig pictures(LlavaConfig config, Settings root, Path folder) {
    return config;
  }

  /**
   * Returns the image processors of a model.
   *
   * @param config with its views, of {@link #pictures}
   * @param folder that has the files of the image processor
   * @param aspect how the model is shown images; one that it can be
   * @throws IllegalArgumentException if a file or a value is not usable
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  ImageProcessors imageProcessors(LlavaConfig config, Path folder, ImageAspect aspect);

  /**
   * Returns the video processor of a model; empty where the family takes no videos.
   *
   * @param config with its views, of {@link #pictures}
   * @param folder that has the files of the video processor
   * @throws IllegalArgumentException if a file or a value is not usable
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  default Optional<VideoProcessor> videoProcessor(LlavaConfig config, Path folder) {
    return Optional.empty();
  }

  /**
   * Returns how a model is shown images where nobody says it: its only way, if it has one, else
   * cropped.
   *
   * @param root its config.json
   * @param folder that has the files of the image processor
   * @throws IllegalArgumentException if a file or a value is not usable
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  default ImageAspect imageAspect(LlavaConfig config, Settings root, Path folder) {
    return config.family().aspect().orElse(ImageAspect.CROP);
  }

  /** Returns the decoder's settings of a config.json; a file without them has every default. */
  default Settings decoder(Settings root) {
    return DecoderReader.stated(root);
  }

  /**
   * Returns the settings of decoding.
   *
   * @param folder that may have a {@code generation_config.json}
   * @param root its config.json
   */
  default GenerationDefaults generation(Path folder, Settings root) {
    return GenerationReader.stated(folder, root, decoder(root));
  }

  /**
   * Returns the name of the conversation template that a model's answers were trained in; empty
   * where none of the known ones is.
   *
   * @param root its config.json in the Hugging Face layout
   * @param folder that has it
   */
  default Optional<String> template(Settings root, Path folder) {
    return models().stream()
        .filter(models -> root.text("model_type", "").equals(models.name()))
        .flatMap(models -> models.templates().stream())
        .findFirst();
  }

  /**
   * Returns the class of its tokenizers in transformers, as the slow one is called, where no file
   * of a folder names it; empty for Llama's.
   */
  default Optional<String> tokenizer() {
    return Optional.empty();
  }

  /** Returns the kinds of its towers, by whose names tables of shapes have them. */
  List<TowerKind> towers();

  /** Returns how its tensors are named. */
  TensorNames names(Settings root);
}
