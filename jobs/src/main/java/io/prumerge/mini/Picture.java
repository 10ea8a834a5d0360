package io.prumerge.mini;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A scene and its file.
 *
 * @param png the encoded image
 */
record Picture(Scene scene, byte[] png) {

  /** Pictures are numbered from 1, as COCO's are. */
  int number() {
    return scene.index() + 1;
  }

  /**
   * COCO's name for it. The content is PNG all the same: readers go by content, and no benchmark
   * shows the model other pixels than the next one.
   *
   * @param folder {@code val2014} or {@code train2014}
   */
  String cocoName(String folder) {
    return "COCO_%s_%012d.jpg".formatted(folder, number());
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, png);
  }

  /** Numbers by chance for one use of this picture. */
  SceneRandom random(String use) {
    long stream = SceneRandom.mix(scene.seed()) + scene.split().ordinal();
    long place = SceneRandom.mix(stream) + scene.index();
    return new SceneRandom(SceneRandom.mix(place) + SceneRandom.mix(use.hashCode()));
  }
}
