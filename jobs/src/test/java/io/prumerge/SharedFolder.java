package io.prumerge;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;

/** Temporary folders for what several test classes read: they are there until the JVM ends. */
public final class SharedFolder {

  private SharedFolder() {}

  /** Makes an empty folder. */
  public static Path made(String name) {
    try {
      File folder = Files.createTempDirectory(name).toFile();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> FileUtils.deleteQuietly(folder)));
      return folder.toPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
