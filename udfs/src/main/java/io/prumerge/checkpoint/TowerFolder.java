package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.config.JsonFile;
import io.prumerge.config.Settings;
import io.prumerge.family.SplitLayout;
import io.prumerge.location.HubKind;
import io.prumerge.location.HubName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of the CLIP or SigLIP model whose tower an original LLaVA checkpoint uses. It is never
 * downloaded: it lies in the checkpoint's folder or next to it, under the last part of the name
 * that {@code mm_vision_tower} states, or is given as {@code BASE+CLIP}.
 */
final class TowerFolder {
  private static final String CONFIG = "config.json";
  private static final String TOWER = "_vision_model";

  private TowerFolder() {}

  /** Returns whether a folder states that it is a CLIP or SigLIP model. */
  static boolean isTower(Path folder) {
    return states(folder, SplitLayout.CLIP) || states(folder, SplitLayout.SIGLIP);
  }

  // The type of the whole model or of its tower alone, as clip and clip_vision_model.
  private static boolean states(Path folder, String model) {
    Path config = folder.resolve(CONFIG);
    String whole = model.toLowerCase(Locale.ROOT);
    return Files.isRegularFile(config)
        && JsonFile.read(config)
            .text("model_type")
            .filter(type -> type.equals(whole) || type.equals(whole + TOWER))
            .isPresent();
  }

  /**
   * Finds the folder; empty where there is none and the layout needs none.
   *
   * @throws CheckpointException saying where the folder may be put
   */
  static Optional<Path> find(ModelFolders folders, SplitLayout split) {
    if (folders.tower().isPresent()) {
      return Optional.of(requireKind(folders.tower().get(), split));
    }
    String name = split.tower();
    String last = name.replaceFirst("[/\\\\]+$", "").replaceFirst("^.*[/\\\\]", "");
    if (last.isEmpty() || last.equals(".") || last.equals("..")) {
      throw new CheckpointException(
          "config.json: mm_vision_tower '" + name + "' names no " + split.towerModel() + " model");
    }
    List<Path> places = new ArrayList<>();
    for (Path folder : folders.all()) {
      places.add(folder.resolve(last));
      places.add(folder.toAbsolutePath().normalize().resolveSibling(last));
    }
    Optional<Path> found =
        places.stream().filter(place -> states(place, split.towerModel())).findFirst();
    if (found.isEmpty() && split.knownTower().isEmpty()) {
      throw new CheckpointException(
          "config.json names the vision tower '"
              + name
              + "', which is never downloaded: put that "
              + split.towerModel()
              + " model's folder to "
              + places.get(1)
              + ", or give it as BASE+CLIP"
              + HubName.read(HubKind.MODEL, name)
                  .map(hub -> ": " + hub.download("") + ", then BASE+" + hub)
                  .orElse(""));
    }
    return found;
  }

  private static Path requireKind(Path folder, SplitLayout split) {
    if (!states(folder, split.towerModel())) {
      throw new CheckpointException(
          folder
              + " cannot be the vision tower '"
              + split.tower()
              + "': its config.json does not say that it is a "
              + split.towerModel());
    }
    return folder;
  }

  /**
   * Returns the settings of the tower itself. Old files have them under vision_config_dict, which
   * transformers lays over vision_config.
   */
  static Settings vision(Path folder) {
    Settings config = JsonFile.read(folder.resolve(CONFIG));
    if (config.text("model_type", "").endsWith(TOWER)) {
      return config;
    }
    return Stream.of(config.object("vision_config"), config.object("vision_config_dict"))
        .flatMap(Optional::stream)
        .reduce(Settings::overlaid)
        .orElseThrow(() -> config.error("vision_config", "is missing in " + folder));
  }
}
