package io.prumerge.family;

import io.prumerge.config.Settings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** A config.json in its authors' layout whose tower is another model, mostly in its own folder. */
public interface SplitLayout {

  /** The model whose tower most have. */
  String CLIP = "CLIP";

  /** The model that LLaVA-OneVision's successors have it of. */
  String SIGLIP = "SigLIP";

  /** Returns the name of the tower's model. */
  String tower();

  /** Returns which model that is: {@link #CLIP} or {@link #SIGLIP}. */
  default String towerModel() {
    return CLIP;
  }

  /**
   * Returns the tower's settings where the layout has them itself and the weights are in the base's
   * files, so that the tower needs no folder.
   */
  default Optional<Settings> knownTower() {
    return Optional.empty();
  }

  /** Returns whether the tower was trained, so that its weights are in the base's files. */
  boolean ownTower();

  /**
   * Returns the rows of the base's own embedding, where the image's token has to be added; empty
   * where it is there.
   */
  OptionalInt vocabulary();

  /**
   * Translates the settings to the Hugging Face layout.
   *
   * @param folder the base's
   * @param tower the tower's settings
   * @throws io.prumerge.config.CheckpointException naming a setting that Hugging Face's has no
   *     place for, or what the folder lacks
   */
  Settings translated(Path folder, Settings tower);
}
