package io.prumerge.run.cache;

import ai.djl.engine.Engine;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.engine.LlavaEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * SHA-256 of the code that produces answers, since a version number stays the same during
 * development. Covers the classes and resources of all packages that answers depend on, from a jar
 * or a folder.
 */
public final class CodeDigest {

  private static final List<String> PACKAGES =
      List.of(
          "image",
          "text",
          "checkpoint",
          "model",
          "reduction",
          "cost",
          "engine",
          "endpoint",
          "spark");

  private static final String SHA256 = compute();

  private CodeDigest() {}

  /** Returns the hash in hexadecimal. */
  public static String sha256() {
    return SHA256;
  }

  private static String compute() {
    try {
      Path source =
          Path.of(LlavaEngine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      MessageDigest digest = Sha256.digest();
      digest.update(Engine.getDjlVersion().getBytes(StandardCharsets.UTF_8));
      if (Files.isDirectory(source)) {
        add(digest, source);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(source)) {
          add(digest, jar.getPath("/"));
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the classes of this program", e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The code source of this program has an invalid URI", e);
    }
  }

  private static void add(MessageDigest digest, Path root) throws IOException {
    for (String name : PACKAGES) {
      Path folder = root.resolve("io").resolve("prumerge").resolve(name);
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          String place = root.relativize(file).toString();
          digest.update((place + "\0").getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
    }
  }
}
