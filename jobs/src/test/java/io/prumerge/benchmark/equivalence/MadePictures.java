package io.prumerge.benchmark.equivalence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The pictures of made-up files: three of the goldens of udfs, under any names. */
final class MadePictures {

  private static final Path GOLDENS =
      Path.of(
          System.getProperty("project.root"),
          "udfs",
          "src",
          "test",
          "resources",
          "goldens",
          "images");

  /** The first one has an orientation in its EXIF data. */
  private static final List<String> FILES = List.of("jpeg-rotated.jpg", "photo.png", "gray.png");

  private MadePictures() {}

  /** Returns the bytes of a picture, which depend on the last character of its name's stem. */
  static byte[] named(String name) {
    String stem = name.replaceFirst("\\.(jpg|png)$", "");
    int last = stem.isEmpty() ? 0 : stem.charAt(stem.length() - 1);
    try {
      return Files.readAllBytes(GOLDENS.resolve(FILES.get(last % FILES.size())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a picture below a folder. */
  static void write(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, named(name));
  }
}
