package io.prumerge.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.lang.Text;
import io.prumerge.store.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run leaves to its model's files, whose values its record has. A model is loaded without
 * these: given to it, they would count for more than the files do. Runs of earlier versions were
 * loaded with them, as if each had been given, and their records do not tell.
 *
 * @param leftToModel keys of the settings that nobody gave
 * @param frameMinPixels fewest pixels of each frame of a video, where the bounds of pictures count
 *     for frames, too; else 0
 * @param frameMaxPixels the most, likewise
 */
public record LeftToModel(List<String> leftToModel, int frameMinPixels, int frameMaxPixels) {

  /** Name of the keys in JSON. */
  static final String KEYS = "left_to_model";

  private static final String LEAST = "frame_min_pixels";
  private static final String MOST = "frame_max_pixels";

  /** What gives the bounds of pictures, by the names of those of frames in JSON. */
  static final Map<String, RunSetting<Integer>> OF_FRAMES =
      Map.of(LEAST, RunSetting.MIN_PIXELS, MOST, RunSetting.MAX_PIXELS);

  public LeftToModel {
    leftToModel = List.copyOf(leftToModel);
    for (String key : leftToModel) {
      if (RunSetting.recorded().stream()
          .noneMatch(one -> one.mayBeLeftToModel() && one.key().equals(key))) {
        throw new IllegalArgumentException(
            Text.format("%s has '%s', which no model's files say", KEYS, key));
      }
    }
    new ImageBounds(frameMinPixels, frameMaxPixels, 0);
  }

  /**
   * Returns what a run leaves to its model.
   *
   * @param given the settings before the files were asked
   * @param frames bounds of videos' frames; none for pictures
   */
  public static LeftToModel of(SettingValues given, ImageBounds frames) {
    return new LeftToModel(given.left(), frames.minPixels(), frames.maxPixels());
  }

  /**
   * Takes this out of a run's record; empty in records of earlier versions and of models behind
   * endpoints.
   */
  static Optional<LeftToModel> taken(ObjectNode record) {
    if (!record.has(KEYS)) {
      return Optional.empty();
    }
    ObjectNode own = record.objectNode();
    own.set(KEYS, record.remove(KEYS));
    OF_FRAMES.keySet().stream()
        .filter(record::has)
        .forEach(key -> own.set(key, record.remove(key)));
    return Optional.of(Json.read(own, LeftToModel.class));
  }

  /** Returns bounds of videos' frames by the names in JSON. */
  static Map<String, Integer> ofFrames(ImageBounds bounds) {
    return Map.of(LEAST, bounds.minPixels(), MOST, bounds.maxPixels());
  }

  /**
   * Adds the bounds of videos' frames, for which those that are given of pictures count.
   *
   * @param run what is given for a run about videos, by the names in JSON
   */
  public static void addFrames(Map<String, Object> run) {
    OF_FRAMES.forEach(
        (key, pictures) -> {
          if (run.containsKey(pictures.key())) {
            run.put(key, run.get(pictures.key()));
          }
        });
  }

  /** Returns the bounds of videos' frames. */
  ImageBounds frames() {
    return new ImageBounds(frameMinPixels, frameMaxPixels, 0);
  }
}
