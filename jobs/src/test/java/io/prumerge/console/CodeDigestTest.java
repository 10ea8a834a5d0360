package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodeDigestTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path ENGINE = sources("udfs");
  private static final Path JOBS = sources("jobs");

  private static final Pattern OWN_IMPORT =
      Pattern.compile("(?m)^import (?:static )?io\\.prumerge\\.(\\w+)\\.");

  @TempDir private Path temp;

  private static Path sources(String module) {
    return ROOT.resolve(module).resolve("src/main/java/io/prumerge");
  }

  private static Set<String> packages(Path sources) throws IOException {
    try (Stream<Path> folders = Files.list(sources)) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> importedBy(String name) throws IOException {
    Set<String> imported = new TreeSet<>();
    for (Path folder : Stream.of(ENGINE, JOBS).map(module -> module.resolve(name)).toList()) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
            OWN_IMPORT
                .matcher(Files.readString(file))
                .results()
                .map(found -> found.group(1))
                .forEach(imported::add);
          }
        }
      }
    }
    return imported;
  }

  /** Returns the packages that are reached by the imports of those that count. */
  private static Set<String> reached(Predicate<String> counts, String... roots) throws IOException {
    Set<String> reached = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(roots));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (reached.add(name) && counts.test(name)) {
        open.addAll(importedBy(name));
      }
    }
    return reached;
  }

  @Test
  void coversAllThatAnswersAreMadeWith() throws IOException {
    Set<String> reached = reached(CodeDigest::makesAnswers, "spark", "endpoint");

    assertThat(reached).contains("engine", "torch", "config", "script", "host");
    assertThat(reached).allMatch(CodeDigest::makesAnswers);
  }

  @ParameterizedTest
  @CsvSource({
    "prepare benchmark source video, text store pickle config location service checkpoint image,"
        + " annotation architecture console cost endpoint engine family host lease reduction script"
        + " statistics torch zoo",
    "finetune training, source store model text, console lease plan report run settings statistics",
    "conversion, checkpoint text zoo, console lease source store"
  })
  void coversAllThatIsImportedButForExceptions(String roots, String counted, String exceptions)
      throws IOException {
    Predicate<String> counts =
        roots.startsWith("prepare")
            ? CodeDigest::makesExamples
            : roots.startsWith("finetune") ? CodeDigest::makesAdapters : CodeDigest::convertsModels;
    Set<String> reached = reached(counts, roots.split(" "));

    assertThat(reached).contains(roots.split(" ")).contains(counted.split(" "));
    assertThat(reached.stream().filter(counts.negate())).containsExactly(exceptions.split(" "));
  }

  @Test
  void examplesAreOthersWithAllButTheCodeOfModels() throws IOException {
    Path own = folder("a", "torch", "report").resolve("io/prumerge");
    Path text = Files.createDirectories(own.resolve("text")).resolve("PythonText.class");
    Files.writeString(text, "strip");
    String hash = ofExamples(temp.resolve("a"));

    Files.writeString(own.resolve("torch/deep/Torch.class"), "other");
    assertThat(ofExamples(temp.resolve("a"))).isEqualTo(hash);
    Files.writeString(text, "other");
    assertThat(ofExamples(temp.resolve("a"))).isNotEqualTo(hash);
  }

  private static String ofExamples(Path source) {
    return CodeDigest.of(List.of(new CodeOrigin(source)), CodeDigest::makesExamples);
  }

  @Test
  void leavesOutThisModuleAndTrainingAndNothingElse() throws IOException {
    assertThat(packages(ENGINE).stream().filter(name -> !CodeDigest.makesAnswers(name)))
        .containsExactly("training");
    Set<String> others = packages(JOBS);
    others.addAll(List.of("training", "shaded"));
    assertThat(CodeDigest.WITHOUT).containsExactlyInAnyOrderElementsOf(others);
  }

  private Path folder(String name, String torch, String report) throws IOException {
    Path folder = temp.resolve(name);
    Path own = Files.createDirectories(folder.resolve("io/prumerge"));
    Files.createDirectories(own.resolve("torch/deep"));
    Files.createDirectories(own.resolve("report"));
    Files.writeString(own.resolve("torch/deep/Torch.class"), torch);
    Files.writeString(own.resolve("report/Report.class"), report);
    Files.writeString(own.resolve("Evaluation.class"), report);
    return folder;
  }

  private static String hash(Path source) {
    return CodeDigest.of(List.of(new CodeOrigin(source)), CodeDigest::makesAnswers);
  }

  @Test
  void changesWithCodeThatAnswersDependOnOnly() throws IOException {
    String hash = hash(folder("a", "torch", "report"));

    assertThat(hash(folder("b", "torch", "other"))).isEqualTo(hash).matches("[0-9a-f]{64}");
    assertThat(hash(folder("c", "other", "report"))).isNotEqualTo(hash);
  }

  @Test
  void isTheSameFromAJar() throws IOException {
    Path folder = folder("a", "torch", "report");
    Path jar = temp.resolve("a.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(folder.relativize(file).toString()));
        zip.write(Files.readAllBytes(file));
      }
    }
    assertThat(hash(jar)).isEqualTo(hash(folder));
  }

  @Test
  void eachResultHasCodeOfItsOwn() {
    assertThat(
            List.of(
                CodeDigest.sha256(),
                CodeDigest.ofReading(),
                CodeDigest.ofTraining(),
                CodeDigest.ofConversion()))
        .doesNotHaveDuplicates()
        .allSatisfy(hash -> assertThat(hash).matches("[0-9a-f]{64}"));
  }
}
