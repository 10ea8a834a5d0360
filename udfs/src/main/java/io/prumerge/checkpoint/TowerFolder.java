package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.config.JsonFile;
import io.prumerge.config.Settings;
import io.prumerge.location.HubKind;
import io.prumerge.location.HubName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of the CLIP model whose tower an original LLaVA checkpoint uses. It is never
 * downloaded: it lies in the checkpoint's folder or next to it, under the last part of the name
 * that {@code mm_vision_tower} states, or is given as {@code BASE+CLIP}.
 */
final class TowerFolder {
  private static final String CONFIG = "config.json";
  private static final Set<String> KINDS = Set.of("clip", "clip_vision_model");

  private TowerFolder() {}

  /** Returns whether a folder states that it is a CLIP model. */
  static boolean isTower(Path folder) {
    Path config = folder.resolve(CONFIG);
    return Files.isRegularFile(config)
        && JsonFile.read(config).text("model_type").filter(KINDS::contains).isPresent();
  }

  /**
   * Finds the folder.
   *
   * @param name mm_vision_tower as stated
   * @throws CheckpointException saying where the folder may be put
   */
  static Path find(ModelFolders folders, String name) {
    if (folders.tower().isPresent()) {
      return folders.tower().get();
    }
    String last = name.replaceFirst("[/\\\\]+$", "").replaceFirst("^.*[/\\\\]", "");
    if (last.isEmpty() || last.equals(".") || last.equals("..")) {
      throw new CheckpointException(
          "config.json: mm_vision_tower '" + name + "' names no CLIP model");
    }
    List<Path> places = new ArrayList<>();
    for (Path folder : folders.all()) {
      places.add(folder.resolve(last));
      places.add(folder.toAbsolutePath().normalize().resolveSibling(last));
    }
    return places.stream()
        .filter(TowerFolder::isTower)
        .findFirst()
        .orElseThrow(
            () ->
                new CheckpointException(
                    "config.json names the vision tower '"
                        + name
                        + "', which is never downloaded: put that CLIP model's folder to "
                        + places.get(1)
                        + ", or give it as BASE+CLIP"
                        + HubName.read(HubKind.MODEL, name)
                            .map(hub -> ": " + hub.download("") + ", then BASE+" + hub)
                            .orElse("")));
  }

  /**
   * Returns the settings of the tower itself. Old files have them under vision_config_dict, which
   * transformers lays over vision_config.
   */
  static Settings vision(Path folder) {
    Settings config = JsonFile.read(folder.resolve(CONFIG));
    if (config.text("model_type", "").equals("clip_vision_model")) {
      return config;
    }
    return Stream.of(config.object("vision_config"), config.object("vision_config_dict"))
        .flatMap(Optional::stream)
        .reduce(Settings::overlaid)
        .orElseThrow(() -> config.error("vision_config", "is missing in " + folder));
  }
}
