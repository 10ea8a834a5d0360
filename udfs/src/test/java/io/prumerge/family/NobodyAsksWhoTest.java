package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the product's code: outside this package nothing depends on which family a model is of. */
class NobodyAsksWhoTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  /** What others may know of this package. */
  private static final Set<String> OPEN =
      Set.of("Families", "Family", "ModelType", "SideFolders", "SplitLayout", "TensorNames");

  /**
   * Names that mean something else too: the SQL function and a benchmark's prompts; a part of the
   * forward pass.
   */
  private static final Set<String> COMMON = Set.of("llava", "qwen", "idefics");

  /** transformers' own table of the tokenizer's class by {@code model_type}. */
  private static final Set<String> TABLES = Set.of("TokenizerSettings.java");

  private static final Pattern ASKING =
      Pattern.compile(
          "\\bis(?:Llava|Shikra|Blip|InstructBlip|Idefics|Intern|QwenVl|FirstQwen|Qwen2Vl|Qwen3Vl)"
              + "\\w*\\(|family\\(\\)\\s*\\.name\\(\\)\\s*\\.equals\\(");

  private static final Pattern IMPORT =
      Pattern.compile("^import io\\.prumerge\\.family\\.(\\w+)", Pattern.MULTILINE);

  @Test
  void noCodeOutsideNamesAFamily() throws IOException {
    String names =
        Families.all().stream()
            .map(ModelType::name)
            .filter(name -> !COMMON.contains(name))
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    Pattern literal = Pattern.compile("\"(?:" + names + ")\"");
    List<String> found = new ArrayList<>();
    for (Path file : outside()) {
      String text = Files.readString(file);
      boolean table = TABLES.contains(file.getFileName().toString());
      Stream.of(ASKING, literal)
          .filter(pattern -> pattern == ASKING || !table)
          .flatMap(pattern -> pattern.matcher(text).results())
          .forEach(match -> found.add(file.getFileName() + ": " + match.group()));
      IMPORT
          .matcher(text)
          .results()
          .filter(match -> !OPEN.contains(match.group(1)))
          .forEach(match -> found.add(file.getFileName() + ": " + match.group()));
    }
    assertThat(found).isEmpty();
  }

  private static List<Path> outside() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("udfs", "jobs")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.getParent().endsWith("io/prumerge/family"))
            .forEach(sources::add);
      }
    }
    return sources;
  }
}
