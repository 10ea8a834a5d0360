package io.prumerge.mini;

import io.prumerge.mini.MiniFolder.WrittenCounts;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes one benchmark's files, picture by picture. */
interface MiniBenchmark extends AutoCloseable {

  /** Returns the name of its folder or file. */
  String name();

  /**
   * Writes the questions about one picture, if any. Pictures come in the order of their numbers.
   */
  void add(ScenePicture picture) throws IOException;

  /** Counts of what has been written so far. */
  WrittenCounts tally();

  @Override
  void close() throws IOException;

  /** Returns a random generator for one use of one picture. */
  static SceneRandom random(long seed, Split split, int index, String use) {
    long stream = SceneRandom.mix(seed) + split.ordinal();
    long place = SceneRandom.mix(stream) + index;
    return new SceneRandom(SceneRandom.mix(place) + SceneRandom.mix(use.hashCode()));
  }

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
     * Returns the picture's file name in COCO's form. The content is PNG, because readers detect
     * the format from the content, and every benchmark then shows the model the same pixels.
     *
     * @param folder {@code val2014} or {@code train2014}
     */
    String cocoName(String folder) {
      return String.format(Locale.ROOT, "COCO_%s_%012d.jpg", folder, number());
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
}
