package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Swaps two neighbours of one type wherever a record of more than twelve components is made. The
 * compiler takes the swapped values as gladly as the others; what tells them apart is that a value
 * is called as its component is. So each pair must be named better as it stands than swapped, and a
 * swap fails here.
 */
class RecordArgumentsTest {

  private static final int WIDE = 12;

  private static final Pattern WORD = Pattern.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+");

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  /** A record's components in order. */
  private record Components(String name, List<String> names, List<String> types) {}

  /** Two values that the compiler would take in either order. */
  private record Pair(String at, String first, String second, String value, String other) {

    boolean isInOrder() {
      return value.equals(other)
          || likeness(value, first) + likeness(other, second)
              > likeness(other, first) + likeness(value, second);
    }

    @Override
    public String toString() {
      return at + ": " + first + " = " + value + ", " + second + " = " + other;
    }
  }

  @Test
  void noTwoNeighboursOfOneTypeAreSwapped() throws IOException {
    List<JavaFileObject> sources = new ArrayList<>();
    StandardJavaFileManager manager = compiler().getStandardFileManager(null, null, null);
    for (String module : List.of("udfs", "jobs")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
        manager.getJavaFileObjectsFromPaths(java).forEach(sources::add);
      }
    }
    List<Pair> pairs = pairs(sources);

    assertThat(pairs.stream().map(pair -> pair.at().replaceFirst(".* ", "")).distinct())
        .contains("EstimateRow", "RunRow", "EfficiencyRow", "ScoreRow", "LoadRow");
    assertThat(pairs.stream().filter(pair -> !pair.isInOrder()).toList())
        .as("values that tell no swap: name each as its component, in a local variable")
        .isEmpty();
  }

  @Test
  void aSwapIsSeen() throws IOException {
    String names = "int a, int lowest, int highest, int b, long tokensBefore, long tokensAfter";
    String rest = ", String c, boolean d, String e, boolean f, String g, boolean h, String i";
    String values =
        "0, sums.lowest(), sums.highest(), 3, %s, \"c\", true, \"\", true, \"\", true, i";
    String source = "class Sums { record Wide(" + names + rest + ") {} Object o = new Wide(%s); }";
    String right = values.formatted("tokens.before(), tokens.after()");
    String swapped = values.formatted("tokens.after(), tokens.before()");
    String unnamed = values.formatted("tokens.x(), tokens.y()");
    String equal = values.formatted("NONE, NONE");

    assertThat(wrong(source.formatted(right))).isEmpty();
    assertThat(wrong(source.formatted(equal))).isEmpty();
    assertThat(wrong(source.formatted(swapped))).singleElement().asString().contains("tokensAfter");
    assertThat(wrong(source.formatted(unnamed))).hasSize(1);
  }

  private static List<Pair> wrong(String source) throws IOException {
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Sums.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignored) {
            return source;
          }
        };
    return pairs(List.of(file)).stream()
        .filter(pair -> !pair.first().equals("a") && !pair.second().equals("b"))
        .filter(pair -> !pair.isInOrder())
        .toList();
  }

  /** Returns the neighbours of one type in the arguments of every wide record. */
  private static List<Pair> pairs(List<JavaFileObject> sources) throws IOException {
    JavacTask task =
        (JavacTask) compiler().getTask(null, null, null, List.of("--release", "17"), null, sources);
    List<CompilationUnitTree> units = new ArrayList<>();
    task.parse().forEach(units::add);
    Map<CompilationUnitTree, List<Components>> records = new HashMap<>();
    units.forEach(unit -> records.put(unit, wide(unit)));
    List<Components> all = records.values().stream().flatMap(Collection::stream).toList();
    List<Pair> pairs = new ArrayList<>();
    for (CompilationUnitTree unit : units) {
      String file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitNewClass(NewClassTree made, Void none) {
          String name = made.getIdentifier().toString().replaceFirst(".*\\.", "");
          Stream.concat(records.get(unit).stream(), all.stream())
              .filter(record -> record.name().equals(name))
              .findFirst()
              .filter(record -> record.names().size() == made.getArguments().size())
              .ifPresent(record -> add(file + " " + name, record, made, pairs));
          return super.visitNewClass(made, none);
        }
      }.scan(unit, null);
    }
    return pairs;
  }

  private static void add(String at, Components record, NewClassTree made, List<Pair> pairs) {
    List<String> values = made.getArguments().stream().map(Object::toString).toList();
    for (int i = 1; i < values.size(); i++) {
      if (record.types().get(i - 1).equals(record.types().get(i))) {
        String first = record.names().get(i - 1);
        pairs.add(new Pair(at, first, record.names().get(i), values.get(i - 1), values.get(i)));
      }
    }
  }

  private static List<Components> wide(CompilationUnitTree unit) {
    List<Components> records = new ArrayList<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitClass(ClassTree type, Void none) {
        List<VariableTree> fields =
            type.getMembers().stream()
                .filter(VariableTree.class::isInstance)
                .map(VariableTree.class::cast)
                .filter(field -> !field.getModifiers().getFlags().contains(Modifier.STATIC))
                .toList();
        if (type.getKind() == Tree.Kind.RECORD && fields.size() > WIDE) {
          records.add(
              new Components(
                  type.getSimpleName().toString(),
                  fields.stream().map(field -> field.getName().toString()).toList(),
                  fields.stream().map(field -> field.getType().toString()).toList()));
        }
        return super.visitClass(type, none);
      }
    }.scan(unit, null);
    return records;
  }

  /**
   * Returns how well a value's text names a component: first by the share of the component's words
   * that are in it, then by their order, then by how little else is.
   */
  private static double likeness(String value, String component) {
    List<String> words = words(component);
    List<String> said = words(value);
    String text = value.toLowerCase(Locale.ROOT);
    long found =
        words.stream()
            .filter(word -> word.length() > 2 ? text.contains(word) : said.contains(word))
            .count();
    int different = new TreeSet<>(Stream.of(words, said).flatMap(List::stream).toList()).size();
    return (found + 0.1 * inOrder(words, said)) / words.size() + 0.01 * found / different;
  }

  private static List<String> words(String text) {
    return WORD.matcher(text)
        .results()
        .map(MatchResult::group)
        .map(word -> word.toLowerCase(Locale.ROOT))
        .map(word -> word.length() > 3 && word.endsWith("s") ? word.replaceFirst("s$", "") : word)
        .toList();
  }

  /** Returns the length of the longest common subsequence. */
  private static int inOrder(List<String> words, List<String> others) {
    int[][] longest = new int[words.size() + 1][others.size() + 1];
    for (int i = 0; i < words.size(); i++) {
      for (int j = 0; j < others.size(); j++) {
        longest[i + 1][j + 1] =
            words.get(i).equals(others.get(j))
                ? longest[i][j] + 1
                : Math.max(longest[i][j + 1], longest[i + 1][j]);
      }
    }
    return longest[words.size()][others.size()];
  }

  private static JavaCompiler compiler() {
    return ToolProvider.getSystemJavaCompiler();
  }
}
