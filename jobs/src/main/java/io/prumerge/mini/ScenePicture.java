package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A scene and its file.
 *
 * @param png the encoded image
 */
record ScenePicture(Scene scene, byte[] png) {

  /** Pictures are numbered from 1, as COCO's are. */
  int number() {
    return scene.index() + 1;
  }

  /**
   * Returns the picture's file name in COCO's form. The content is PNG, because readers detect the
   * format from the content, and every benchmark then shows the model the same pixels.
   *
   * @param folder {@code val2014} or {@code train2014}
   */
  String cocoName(String folder) {
    return Text.format("COCO_%s_%012d.jpg", folder, number());
  }

  void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, png);
  }

  /** Returns a random generator for one use of this picture. */
  SceneRandom random(String use) {
    return MiniBenchmark.random(scene.seed(), scene.split(), scene.index(), use);
  }
}
