package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.config.JsonFile;
import io.prumerge.config.Settings;
import io.prumerge.family.Families;
import io.prumerge.family.Family;
import io.prumerge.family.SplitLayout;
import io.prumerge.location.HubName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The settings of a model's folders in the Hugging Face layout, whatever layout they are in.
 *
 * @param config as a config.json in the Hugging Face layout
 * @param tower folder of the tower's model, if the settings are the original's and it has one
 * @param vocabulary rows of the original's own embedding, where the image's token has to be added;
 *     empty where it is there
 * @param ownTower whether the vision tower was trained, and its weights are in the base's files
 */
record Layout(Settings config, Optional<Path> tower, OptionalInt vocabulary, boolean ownTower) {

  private static final String CONFIG = "config.json";

  /**
   * Reads the config.json of the base; or of the adapter, if that one describes a LLaVA model and
   * the base only its language model.
   */
  static Layout of(ModelFolders folders) {
    Settings base = base(folders.base());
    Optional<Settings> translated = Families.translated(folders.base(), base);
    if (translated.isPresent()) {
      return new Layout(translated.get(), Optional.empty(), OptionalInt.empty(), true);
    }
    if (base.states("text_config") || base.states("vision_config")) {
      return new Layout(base, Optional.empty(), OptionalInt.empty(), true);
    }
    Optional<SplitLayout> split =
        folders
            .adapter()
            .map(folder -> folder.resolve(CONFIG))
            .filter(Files::isRegularFile)
            .map(JsonFile::read)
            .flatMap(Families::split)
            .or(() -> Families.split(base));
    if (split.isPresent()) {
      return of(folders, split.get());
    }
    if (base.text("model_type", "").equals("llama")) {
      throw base.error(
          "model_type",
          "is 'llama', a language model alone; add the LLaVA adapter, as in BASE+ADAPTER");
    }
    return new Layout(base, Optional.empty(), OptionalInt.empty(), true);
  }

  /** Returns the family of the model. */
  Family family() {
    return Families.of(config);
  }

  private static Layout of(ModelFolders folders, SplitLayout split) {
    Optional<Path> tower = TowerFolder.find(folders, split);
    Settings vision =
        tower.map(TowerFolder::vision).or(split::knownTower).orElseThrow(); // one of them is there
    return new Layout(
        split.translated(folders.base(), vision), tower, split.vocabulary(), split.ownTower());
  }

  private static Settings base(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException("there is no such folder" + HubName.ofModel(folder));
    }
    Path file = folder.resolve(CONFIG);
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          Adapter.isAdapter(folder)
              ? Adapter.ALONE
              : "it has no config.json, so it is no model folder");
    }
    return JsonFile.read(file);
  }
}
