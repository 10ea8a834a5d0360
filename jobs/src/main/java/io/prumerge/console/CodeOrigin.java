package io.prumerge.console;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.engine.LlavaEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * Where classes come from.
 *
 * @param path a jar, or a folder of classes
 */
public record CodeOrigin(Path path) {

  // by class, so that a jar that is replaced later does not stand for the classes of before
  private static final ClassValue<String> HASHES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return of(type).hash();
        }
      };

  /** Returns the origin of a class. */
  public static CodeOrigin of(Class<?> type) {
    try {
      return new CodeOrigin(
          Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The code source of " + type + " has an invalid URI", e);
    }
  }

  /** Returns whether a class is of another jar than this program's. */
  public static boolean isAdded(Class<?> type) {
    CodeOrigin origin = of(type);
    return !origin.equals(of(CodeOrigin.class)) && !origin.equals(of(LlavaEngine.class));
  }

  /**
   * Returns the SHA-256, in hexadecimal, of the jar that a class comes from; of a folder, that of
   * its classes.
   */
  public static String sha256(Class<?> type) {
    return HASHES.get(type);
  }

  private String hash() {
    try {
      return Files.isDirectory(path) ? ofClasses() : Sha256.hex(Files.readAllBytes(path));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the jar " + path, e);
    }
  }

  private String ofClasses() throws IOException {
    MessageDigest digest = Sha256.digest();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".class")).sorted().toList()) {
        digest.update((path.relativize(file) + "\0").getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(file));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
