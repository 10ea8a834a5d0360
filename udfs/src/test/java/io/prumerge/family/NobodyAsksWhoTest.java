package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Reads the product's code and kernels: outside this package nothing depends on which family a
 * model is of, and nothing is named after one. Comments and data files may name them; {@code llava}
 * is the product's own name.
 */
class NobodyAsksWhoTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  /** What others may know of this package. */
  private static final Set<String> OPEN =
      Set.of("Families", "Family", "ModelType", "SideFolders", "SplitLayout", "TensorNames");

  private static final Pattern WORD = Pattern.compile("[\\w-]+");

  /** A family's name in a word; {@code internal} and {@code intern()} have none. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i:smol|idefics|blip|shikra|qwen|intern_?(?:vl|vit|lm|chat))|Intern(?=[A-Z])");

  private static final Pattern ASKING =
      Pattern.compile("\\bisLlava\\w*\\(|family\\(\\)\\s*\\.name\\(\\)\\s*\\.equals\\(");

  /** A class of image processors, as files name it. */
  private static final Pattern PROCESSOR =
      Pattern.compile("\"\\w+(?:ImageProcessor|FeatureExtractor)\\w*\"");

  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?io\\.prumerge\\.family\\.(\\w+)", Pattern.MULTILINE);

  /** Literals, so that what looks like a comment in them is none; and, as a group, comments. */
  private static final Pattern JAVA =
      Pattern.compile(
          "\"\"\".*?\"\"\"|\"(?:[^\"\\\\\n]++|\\\\.)*+\"|'(?:[^'\\\\\n]++|\\\\.)*+'"
              + "|(//[^\n]*|/\\*.*?\\*/)",
          Pattern.DOTALL);

  /** The same of Python, where docstrings are comments. */
  private static final Pattern PYTHON =
      Pattern.compile(
          "\"(?!\"\")(?:[^\"\\\\\n]++|\\\\.)*+\"|'(?:[^'\\\\\n]++|\\\\.)*+'"
              + "|(\"\"\".*?\"\"\"|#[^\n]*)",
          Pattern.DOTALL);

  /**
   * Words that stay.
   *
   * @param file that has them
   */
  private record Exemption(String file, Set<String> words, String reason) {}

  private static final List<Exemption> EXEMPTIONS =
      List.of(
          new Exemption(
              "BoxConvention.java",
              Set.of("QWEN_VL", "SHIKRA"),
              "names of profiles, which scores are asked for by and tables keep"),
          new Exemption(
              "BytePairJson.java",
              Set.of("Qwen2Tokenizer"),
              "a format: the class in tokenizer_config.json"),
          new Exemption(
              "Clse.java", Set.of("QWEN_VL"), "a method's authors have rules for this model alone"),
          new Exemption(
              "DecoderReader.java",
              Set.of("qwen2", "qwen3"),
              "a format: the model_type of a decoder in config.json"),
          new Exemption(
              "FrameRule.java",
              Set.of("INTERNVL", "QWEN2", "QWEN3"),
              "names of rules that choose frames, which runs are asked for by and tables keep"),
          new Exemption(
              "PriorTr.java",
              Set.of("INTERN_VL", "QWEN_VL"),
              "a method's authors have rules for these models alone"),
          new Exemption(
              "ReferenceModel.java",
              Set.of("INTERN_VL", "QWEN_VL"),
              "constants for which authors of methods write rules, in other jars too"),
          new Exemption(
              "RootCommand.java", Set.of("InternVL", "Qwen-VL"), "the text of the command's help"),
          new Exemption(
              "TiktokenFile.java",
              Set.of("QWenTokenizer", "qwen"),
              "a format: the file's name and the class in tokenizer_config.json"),
          new Exemption(
              "V2Drop.java",
              Set.of("QWEN_VL"),
              "a method's authors have rules for this model alone"));

  /** The code of all files outside of the package, without comments. */
  private static final Map<Path, String> CODE = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    for (Path file : outside()) {
      CODE.put(file, code(file));
    }
  }

  @Test
  void everyFamilysNameIsLookedFor() {
    assertThat(Families.all())
        .extracting(ModelType::name)
        .filteredOn(name -> !name.startsWith("llava"))
        .isNotEmpty()
        .allMatch(NAMED.asPredicate());
    assertThat(List.of("internal", "Internal", "intern()", "blob", "small"))
        .noneMatch(NAMED.asPredicate());
  }

  @Test
  void noCodeOutsideNamesAFamily() {
    Set<String> found = new TreeSet<>();
    CODE.forEach(
        (file, text) -> {
          String name = file.getFileName().toString();
          WORD.matcher(name + "\n" + text)
              .results()
              .map(MatchResult::group)
              .filter(NAMED.asPredicate())
              .forEach(word -> found.add(name + ": " + word));
        });
    Set<String> exempt =
        EXEMPTIONS.stream()
            .flatMap(one -> one.words().stream().map(word -> one.file() + ": " + word))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(found).isEqualTo(exempt);
  }

  @Test
  void noCodeOutsideAsksForAFamily() {
    String llavas =
        Families.all().stream()
            .map(ModelType::name)
            .filter(name -> name.startsWith("llava_")) // not the SQL function's name
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    Pattern literal = Pattern.compile("\"(?:" + llavas + ")\"");
    List<String> found = new ArrayList<>();
    CODE.forEach(
        (file, text) -> {
          Stream.of(ASKING, PROCESSOR, literal)
              .flatMap(pattern -> pattern.matcher(text).results())
              .forEach(match -> found.add(file.getFileName() + ": " + match.group()));
          IMPORT
              .matcher(text)
              .results()
              .filter(match -> !OPEN.contains(match.group(1)))
              .forEach(match -> found.add(file.getFileName() + ": " + match.group()));
        });
    assertThat(found).isEmpty();
  }

  /** Returns a file's text without comments, Javadoc and docstrings. */
  private static String code(Path file) throws IOException {
    return (file.toString().endsWith(".java") ? JAVA : PYTHON)
        .matcher(Files.readString(file))
        .replaceAll(part -> part.group(1) == null ? Matcher.quoteReplacement(part.group()) : " ");
  }

  private static List<Path> outside() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("udfs", "jobs")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main"))) {
        files
            .filter(file -> file.toString().matches(".*\\.(?:java|torchscript)"))
            .filter(file -> !file.getParent().endsWith("java/io/prumerge/family"))
            .forEach(sources::add);
      }
    }
    return sources;
  }
}
