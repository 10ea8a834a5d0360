package io.prumerge.family;

import io.prumerge.config.Settings;
import java.nio.file.Path;
import java.util.OptionalInt;

/** A config.json in its authors' layout whose tower is another model, in a folder of its own. */
public interface SplitLayout {

  /** Returns the name of the tower's CLIP model. */
  String tower();

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
   * @param tower the CLIP tower's settings
   * @throws io.prumerge.config.CheckpointException naming a setting that Hugging Face's has no
   *     place for, or what the folder lacks
   */
  Settings translated(Path folder, Settings tower);
}
