package io.prumerge.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders that files are fed from. */
final class Workplace {

  private Workplace() {}

  /** The root of the repository. */
  static Path repository() {
    return Path.of(System.getProperty("project.root"));
  }

  /** A new folder that goes when the JVM ends. */
  static Path folder() {
    try {
      Path folder = Files.createTempDirectory("foreign-bytes");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files below a folder, by path. */
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

  /** Hadoop's checksums would tell every change before a reader sees it. */
  static void forgetSums(Path folder) throws IOException {
    for (Path file : files(folder)) {
      if (file.toString().endsWith(".crc")) {
        Files.delete(file);
      }
    }
  }

  /** Reads {@code file} with other contents, which it has only meanwhile. */
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
