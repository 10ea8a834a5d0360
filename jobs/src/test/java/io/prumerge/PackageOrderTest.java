package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks the packages: each uses only packages above it in the list, and has a package-info. */
class PackageOrderTest {

  /** A benchmark uses no other benchmark. Some share {@code vqa}. */
  private static final String ORDER =
      """
      service location host image text architecture torchscript pickle config checkpoint script
      reduction reduction.control reduction.prumerge reduction.decoder reduction.script
      reduction.tower reduction.question cost torch
      model.script model.connector model.decoder model.text model.tower model.cut model.greedy model
      generation zoo engine training endpoint spark.version spark
      console statistics source store lease conversion template estimate
      benchmark benchmark.vqa
      benchmark.gqa benchmark.llavabench benchmark.mmbench benchmark.mme benchmark.mmvet
      benchmark.pope benchmark.refcoco benchmark.scienceqa benchmark.seed benchmark.textvqa
      benchmark.vizwiz benchmark.vqav2
      mini.scene mini.question mini
      prepare metric.tally metric score leaderboard report report.page
      plan plan.sweep explain run.cache run view search finetune demo mlflow (root) jobs
      """;

  /** The package {@code io.prumerge} itself, which holds the API. */
  private static final String CODE = "(root)";

  private static final Pattern PACKAGE =
      Pattern.compile("^package io\\.prumerge(?:\\.([\\w.]+))?;");
  private static final Pattern OWN_IMPORT =
      Pattern.compile("^import (?:static )?io\\.prumerge\\.((?:[a-z]\\w*\\.)*)[A-Z]");

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  @Test
  void aPackageImportsOnlyThoseAboveIt() throws IOException {
    List<String> order = List.of(ORDER.strip().split("\\s+"));
    List<String> violations = new ArrayList<>();
    for (Path file : sources()) {
      String own = packageOf(file);
      assertThat(order).as("the package of %s", file).contains(own);
      for (String other : imports(file)) {
        boolean siblings = isBenchmark(own) && isBenchmark(other);
        if (order.indexOf(other) > order.indexOf(own) || siblings && !own.equals(other)) {
          violations.add("%s imports %s".formatted(file, other));
        }
      }
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void aPackageSaysWhatItIsFor() throws IOException {
    Map<String, Set<String>> files = new TreeMap<>();
    for (Path file : sources()) {
      files
          .computeIfAbsent(packageOf(file), name -> new TreeSet<>())
          .add(file.getFileName().toString());
    }
    files.forEach((name, types) -> assertThat(types).as(name).contains("package-info.java"));
  }

  private static boolean isBenchmark(String name) {
    return name.startsWith("benchmark.") && !name.equals("benchmark.vqa");
  }

  private static String packageOf(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(PACKAGE::matcher)
          .filter(Matcher::find)
          .map(found -> Objects.requireNonNullElse(found.group(1), CODE))
          .findFirst()
          .orElseThrow(() -> new AssertionError(file + " is in no package of this project"));
    }
  }

  private static List<String> imports(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(OWN_IMPORT::matcher)
          .filter(Matcher::find)
          .map(found -> found.group(1).isEmpty() ? CODE : found.group(1).replaceFirst("\\.$", ""))
          .toList();
    }
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("udfs", "jobs")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }
}
