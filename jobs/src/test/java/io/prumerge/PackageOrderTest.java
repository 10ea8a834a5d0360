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

/**
 * Checks the packages: each uses only packages above it in the lists of both modules' pages, and
 * has a package-info.
 */
class PackageOrderTest {

  private static final List<String> MODULES = List.of("udfs", "jobs");

  /** The list of a page, below the folder that its packages are in. */
  private static final Pattern LIST =
      Pattern.compile("(?s)\n```text\n\\w+/src/main/java/io/prumerge/\n(.*?)```\n");

  private static final Pattern LISTED = Pattern.compile("(?m)^  (\\S+)  ");

  /** Packages that benchmarks share. */
  private static final Set<String> SHARED =
      Set.of("benchmark.vqa", "benchmark.rule", "benchmark.caption", "benchmark.file");

  /** The package {@code io.prumerge} itself, which holds the API. */
  private static final String CODE = "(io.prumerge)";

  private static final Pattern PACKAGE =
      Pattern.compile("^package io\\.prumerge(?:\\.([\\w.]+))?;");
  private static final Pattern OWN_IMPORT =
      Pattern.compile("^import (?:static )?io\\.prumerge\\.((?:[a-z]\\w*\\.)*)[A-Z]");

  /** An import from this project: the package, the type, and a type nested in it. */
  private static final Pattern TYPE_IMPORT =
      Pattern.compile(
          "^import io\\.prumerge\\.((?:[a-z]\\w*\\.)*)([A-Z]\\w*)(?:\\.[A-Z][\\w.]*)?;");

  /** A nested type as code names it; constants have no small letters. */
  private static final Pattern NESTED_NAME =
      Pattern.compile("\\b([A-Z]\\w*)\\.[A-Z]\\w*[a-z]\\w*\\b");

  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*");

  /** Sealed families: a reader of one member wants to see the others. */
  private static final Set<String> FAMILIES =
      Set.of(
          "Evidence",
          "ImagePlace",
          "PictureLimit",
          "QueryConfig",
          "RopeScaling",
          "TargetSize",
          "TokenSelection",
          "TowerEvidence",
          "TowerLayer",
          "Visual");

  /** Interfaces that users implement, with what they take and return. */
  private static final Set<String> IMPLEMENTED_BY_USERS = Set.of("Benchmark", "ReducerFactory");

  /** Owners of handles, which only they make. */
  private static final Set<String> OWNERS_OF_HANDLES = Set.of("Torch");

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  @Test
  void thePagesListEveryPackageOfTheirModule() throws IOException {
    for (String module : MODULES) {
      Set<String> lines = new TreeSet<>();
      for (Path file : sources(module)) {
        lines.add(line(packageOf(file)));
      }
      assertThat(listed(module)).as(module).containsExactlyInAnyOrderElementsOf(lines);
    }
  }

  @Test
  void aPackageImportsOnlyThoseAboveIt() throws IOException {
    List<String> order = order();
    List<String> violations = new ArrayList<>();
    for (Path file : sources()) {
      String own = packageOf(file);
      for (String other : imports(file)) {
        boolean sibling = line(own).endsWith(".*") && line(own).equals(line(other));
        if (order.indexOf(line(other)) > order.indexOf(line(own))
            || sibling && !own.equals(other)) {
          violations.add("%s imports %s".formatted(file, other));
        }
      }
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void aTypeThatOtherPackagesNameHasAFileOfItsOwn() throws IOException {
    Set<String> outers = new TreeSet<>();
    for (Path file : sources()) {
      outers.addAll(outersOfOtherPackages(file));
    }
    assertThat(outers)
        .as("types whose nested types other packages name")
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(FAMILIES, IMPLEMENTED_BY_USERS, OWNERS_OF_HANDLES)
                .flatMap(Set::stream)
                .toList());
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

  private static List<String> order() throws IOException {
    List<String> order = new ArrayList<>();
    for (String module : MODULES) {
      order.addAll(listed(module));
    }
    return order;
  }

  /** Returns the packages on a module's page, in their order. */
  private static List<String> listed(String module) throws IOException {
    Matcher list = LIST.matcher(Files.readString(ROOT.resolve(module).resolve("README.md")));
    assertThat(list.find()).as("the list on the page of %s", module).isTrue();
    return LISTED.matcher(list.group(1)).results().map(line -> line.group(1)).toList();
  }

  /** Returns what a package is listed as. Benchmarks, which see no other, share a line. */
  private static String line(String name) {
    return name.startsWith("benchmark.") && !SHARED.contains(name) ? "benchmark.*" : name;
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

  /** Returns the types of other packages that a file names a nested type of. */
  private static Set<String> outersOfOtherPackages(Path file) throws IOException {
    String own = packageOf(file);
    String text = COMMENT.matcher(Files.readString(file)).replaceAll("");
    Set<String> imported = new TreeSet<>();
    Set<String> outers = new TreeSet<>();
    for (String line : text.lines().toList()) {
      Matcher found = TYPE_IMPORT.matcher(line);
      if (found.find() && !found.group(1).equals(own + ".")) {
        imported.add(found.group(2));
        if (found.end(2) + 1 < found.end()) {
          outers.add(found.group(2));
        }
      }
    }
    NESTED_NAME
        .matcher(text)
        .results()
        .map(name -> name.group(1))
        .filter(imported::contains)
        .forEach(outers::add);
    return outers;
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : MODULES) {
      sources.addAll(sources(module));
    }
    return sources;
  }

  private static List<Path> sources(String module) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main"))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
