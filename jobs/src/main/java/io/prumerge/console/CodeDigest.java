package io.prumerge.console;

import ai.djl.engine.Engine;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.engine.LlavaEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * SHA-256 of the code that produces results, since a version number stays the same during
 * development. Covers the classes and resources of all packages but named ones, from a jar or
 * folders, so a new package counts until it is named here.
 */
public final class CodeDigest {

  private static final String TRAINING = "training";
  private static final String FINETUNE = "finetune";
  private static final String VIDEO = "video";

  /**
   * The packages that no answer depends on, in addition to the classes of {@code io.prumerge}
   * itself: those of this module, whose prompts are in the examples' own hash; training; and
   * libraries, which go by DJL's version.
   */
  static final Set<String> WITHOUT =
      Set.of(
          "benchmark",
          "console",
          "conversion",
          "demo",
          "estimate",
          "explain",
          FINETUNE,
          "jobs",
          "launch",
          "leaderboard",
          "lease",
          "load",
          "metric",
          "mini",
          "mlflow",
          "plan",
          "prepare",
          "published",
          "report",
          "run",
          "score",
          "search",
          "settings",
          "shaded",
          "source",
          "statistics",
          "store",
          "template",
          TRAINING,
          VIDEO,
          "view");

  private static final String SHA256 = of(sources(LlavaEngine.class), CodeDigest::makesAnswers);

  private CodeDigest() {}

  /** Is computed when it is first asked for, since most commands make no examples. */
  private static final class Reading {

    static final String SHA256 =
        of(
            sources(CodeDigest.class),
            Set.of("benchmark", "source", "image", "prepare", VIDEO)::contains);
  }

  /** Returns the hash, in hexadecimal, of the classes that produce answers. */
  public static String sha256() {
    return SHA256;
  }

  /** Returns the hash, in hexadecimal, of the classes that make examples of benchmarks' files. */
  public static String ofReading() {
    return Reading.SHA256;
  }

  /** Returns the hash, in hexadecimal, of the classes that produce answers or adapters. */
  public static String ofTraining() {
    return of(
        sources(LlavaEngine.class, CodeDigest.class),
        name -> name.equals(TRAINING) || name.equals(FINETUNE) || makesAnswers(name));
  }

  static boolean makesAnswers(String name) {
    return !WITHOUT.contains(name);
  }

  /**
   * Returns the hash of the classes and resources in jars and folders.
   *
   * @param packages which of the packages right below {@code io.prumerge} count
   */
  static String of(Iterable<Path> sources, Predicate<String> packages) {
    try {
      MessageDigest digest = Sha256.digest();
      digest.update(Engine.getDjlVersion().getBytes(StandardCharsets.UTF_8));
      for (Path source : sources) {
        if (Files.isDirectory(source)) {
          add(digest, source, packages);
        } else {
          try (FileSystem jar = FileSystems.newFileSystem(source)) {
            add(digest, jar.getPath("/"), packages);
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the classes of this program", e);
    }
  }

  /** Returns each jar or folder once: in the packed program all classes are in one. */
  private static Set<Path> sources(Class<?>... classes) {
    Set<Path> sources = new LinkedHashSet<>();
    for (Class<?> type : classes) {
      sources.add(CodeOrigin.of(type).path());
    }
    return sources;
  }

  private static void add(MessageDigest digest, Path root, Predicate<String> packages)
      throws IOException {
    Path own = root.resolve("io").resolve("prumerge");
    try (Stream<Path> files = Files.walk(own)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Path place = own.relativize(file);
        if (place.getNameCount() > 1 && packages.test(place.getName(0).toString())) {
          digest.update((place + "\0").getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
    }
  }
}
