package io.prumerge.family;

import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
import java.nio.file.Path;
import java.util.List;
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

  /** Returns the decoder's settings of a config.json. */
  Settings decoder(Settings root);

  /**
   * Returns the settings of decoding.
   *
   * @param folder that may have a {@code generation_config.json}
   * @param root its config.json
   */
  GenerationDefaults generation(Path folder, Settings root);

  /** Returns how its tensors are named. */
  TensorNames names(Settings root);
}
