package io.prumerge.console;

import ai.djl.engine.Engine;
import io.prumerge.checkpoint.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Predicate;

/**
 * SHA-256 of the code that produces results, since a version number stays the same during
 * development. Covers the classes and resources of all packages but named ones, from a jar or
 * folders, so a new package counts until it is named here.
 */
public final class CodeDigest {

  private static final String CONVERSION = "conversion";
  private static final String FINETUNE = "finetune";
  private static final String PREPARE = "prepare";
  private static final String SOURCE = "source";
  private static final String STORE = "store";
  private static final String TRAINING = "training";
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
          CONVERSION,
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
          PREPARE,
          "published",
          "report",
          "run",
          "score",
          "search",
          "settings",
          "shaded",
          SOURCE,
          "statistics",
          STORE,
          "template",
          TRAINING,
          VIDEO,
          "view");

  /** Those of {@link #WITHOUT} on which questions, pictures and frames depend. */
  private static final Set<String> READERS =
      Set.of("benchmark", PREPARE, "shaded", SOURCE, STORE, VIDEO);

  /** The packages that answers depend on, and no question, picture or frame does. */
  private static final Set<String> MODELS =
      Set.of(
          "annotation",
          "architecture",
          "cost",
          "endpoint",
          "engine",
          "family",
          "generation",
          "host",
          "model",
          "reduction",
          "script",
          "torch",
          "torchscript",
          "zoo");

  private static final String SHA256 = of(CodeDigest::makesAnswers);

  private CodeDigest() {}

  /** Is computed when it is first asked for, since most commands make no examples. */
  private static final class Reading {

    static final String SHA256 = of(CodeDigest::makesExamples);
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
    return of(CodeDigest::makesAdapters);
  }

  /** Returns the hash, in hexadecimal, of the classes that produce answers or convert models. */
  public static String ofConversion() {
    return of(CodeDigest::convertsModels);
  }

  static boolean makesAnswers(String name) {
    return !WITHOUT.contains(name);
  }

  static boolean makesExamples(String name) {
    return READERS.contains(name) || makesAnswers(name) && !MODELS.contains(name);
  }

  static boolean makesAdapters(String name) {
    return Set.of(TRAINING, FINETUNE, SOURCE, STORE).contains(name) || makesAnswers(name);
  }

  static boolean convertsModels(String name) {
    return name.equals(CONVERSION) || makesAnswers(name);
  }

  private static String of(Predicate<String> packages) {
    return of(CodeOrigin.ofThisProgram(), packages);
  }

  /**
   * Returns the hash of the classes and resources in jars and folders.
   *
   * @param packages which of the packages right below {@code io.prumerge} count
   */
  static String of(Iterable<CodeOrigin> origins, Predicate<String> packages) {
    try {
      MessageDigest digest = Sha256.digest();
      digest.update(Engine.getDjlVersion().getBytes(StandardCharsets.UTF_8));
      for (CodeOrigin origin : origins) {
        origin.addTo(
            digest,
            place ->
                place.startsWith("io/prumerge")
                    && place.getNameCount() > 3
                    && packages.test(place.getName(2).toString()));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the classes of this program", e);
    }
  }
}
