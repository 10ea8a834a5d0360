package io.prumerge.settings;

import io.prumerge.config.CheckpointException;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.UsageException;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.zoo.LoadSettings;

/**
 * How a job uses a model.
 *
 * @param given values of the settings of every job; others have their defaults
 */
public record ModelOptions(SettingValues given) {

  /** What {@code model} takes where a job loads a single one. */
  public static final String FOLDER =
      "A checkpoint's folder, of a family that 'list models' names, or hf:ORG/NAME[@REV] from Hugging Face's cache; BASE+ADAPTER for one with LoRA weights.";

  /**
   * @throws UsageException if a value is out of its bounds
   */
  public ModelOptions {
    given = given.only(RunSetting.ofEveryJob());
    given.require();
    bounds(given);
  }

  /** Returns the value of a setting: the one that is given, or the default. */
  public <T> T get(RunSetting<T> setting) {
    return given.orDefault(setting);
  }

  /**
   * Returns the bounds of pictures that keep their own size.
   *
   * @throws UsageException if they contradict each other
   */
  static ImageBounds bounds(SettingValues given) {
    try {
      return new ImageBounds(
          given.orDefault(RunSetting.MIN_PIXELS),
          given.orDefault(RunSetting.MAX_PIXELS),
          given.orDefault(RunSetting.SQUARE));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** Returns how the model is loaded; in the decoder's own precision, which no option here says. */
  public LoadSettings loading() {
    return LoadSettings.of(
        loaded ->
            RunSetting.ofEveryJob().stream()
                .filter(setting -> setting.isLoadSetting(loaded))
                .findFirst()
                .<Object>map(given::orDefault)
                .orElseGet(loaded::defaultValue));
  }

  /**
   * Returns the configuration of a model that sees pictures and videos as these options say.
   *
   * @throws UsageException if pictures have one resolution, or cannot have this one, or videos have
   *     no such times
   */
  public LlavaConfig sized(LlavaConfig config) {
    try {
      return loading().seen(config);
    } catch (CheckpointException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
