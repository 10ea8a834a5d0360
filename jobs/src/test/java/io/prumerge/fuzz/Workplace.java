package io.prumerge.fuzz;

import io.prumerge.SharedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Folders for the files of the tests. */
final class Workplace {

  private Workplace() {}

  /** Returns the root of the repository. */
  static Path repository() {
    return Path.of(System.getProperty("project.root"));
  }

  /** Returns a new folder that is deleted when the JVM ends. */
  static Path folder() {
    return SharedFolder.made("foreign-bytes");
  }

  /** Returns the files below a folder, by path. */
  static List<Path> files(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without checksums: Hadoop would detect every change before a reader sees it. */
  static void forgetSums(Path folder) throws IOException {
    for (Path file : files(folder)) {
      if (file.toString().endsWith(".crc")) {
        Files.delete(file);
      }
    }
  }

  /** Reads {@code file} with other contents, and restores it. */
  static Target.Reader replacing(Path file, Target.Reader reader) {
    byte[] whole = bytes(file);
    return bytes -> {
      Files.write(file, bytes);
      try {
        reader.read(bytes);
      } finally {
        Files.write(file, whole);
      }
    };
  }
}
