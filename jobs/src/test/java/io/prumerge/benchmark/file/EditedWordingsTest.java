package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptText;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.table.DataTable;
import io.prumerge.store.YamlNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In a copy of a published file, each word of each wording that is changed is changed in what is
 * asked, of rows of every form of the data.
 */
class EditedWordingsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Marks a changed word; nothing else has it. */
  private static final String MARK = "\u00a4";

  /** A run of letters; that of one letter may be an option's. */
  private static final String WORD = "[A-Za-z\u4e00-\u9fff]{2,}+";

  private static final String PICTURE = "iVBORw0KGgo".repeat(20);

  /** Questions without words; with a Chinese character, some are worded otherwise. */
  private static final List<String> QUESTIONS = List.of("1 + 2?", "1 \u4e2d 2?");

  private static final List<String> OPTIONS = List.of("1", "2", "3", "4");

  /** Options in the question's text, as published data have them, with words or without. */
  private static final String LETTERED = "%s\n(A) 1\n(B) 2\n(C) 3\n(D) 4";

  private static final String ASKING = "%s\n\nA. 1\nB. 2\nC. 3\n\nPlease answer directly.";

  @TempDir private Path folder;

  static Stream<String> names() {
    return PublishedFiles.names().stream();
  }

  /** Returns a copy of a file whose words are changed, as JSON, which is YAML. */
  private static BenchmarkFile copy(String name, UnaryOperator<String> change)
      throws JsonProcessingException {
    Map<String, Object> keys = map(YamlNode.parse(PublishedFiles.text(name + ".yaml"), name));
    keys.put("name", "own");
    for (String key : List.of("prompts", "texts")) {
      keys.computeIfPresent(key, (same, value) -> changed(value, change));
    }
    return BenchmarkFile.parse(JSON.writeValueAsString(keys), "own.yaml");
  }

  private static Map<String, Object> map(YamlNode node) {
    Map<String, Object> map = new LinkedHashMap<>();
    node.map().forEach((key, value) -> map.put(key, value.plain()));
    return map;
  }

  private static Object changed(Object value, UnaryOperator<String> change) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> changed = new LinkedHashMap<>();
      map.forEach(
          (key, one) ->
              changed.put(key, Set.of("of", "images").contains(key) ? one : changed(one, change)));
      return changed;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(one -> changed(one, change)).toList();
    }
    return value instanceof String text ? change.apply(text) : value;
  }

  /** Marks the words of a text, but not the names of values. */
  private static String marked(String text) {
    return text.replaceAll("(" + WORD + ")(?![^{}\n]*})", "$1" + MARK);
  }

  /** Returns rows of a form of the data, with options and without. */
  private static List<Map<String, Object>> rows(BenchmarkFile file, DataLayout layout) {
    List<Map<String, Object>> rows = new ArrayList<>();
    Collection<Map<String, Object>> kinds = new ArrayList<>(List.of(Map.of()));
    for (ChosenText text : file.values().texts().values()) {
      text.texts().keySet().forEach(values -> kinds.add(chosen(text.columns(), values)));
    }
    for (Map<String, Object> kind : kinds) {
      for (String question : QUESTIONS) {
        for (String form : List.of("%s", LETTERED, ASKING)) {
          for (List<String> options : options(file)) {
            Map<String, Object> row = row(file, layout, form.formatted(question), options);
            row.putAll(kind);
            row.put(layout.columns().id().orElse("id"), rows.size());
            rows.add(row);
          }
        }
      }
    }
    return rows;
  }

  private static List<List<String>> options(BenchmarkFile file) {
    boolean open =
        file.asking().prompts().values().stream().anyMatch(one -> one.open().isPresent());
    return open ? List.of(OPTIONS, List.of()) : List.of(OPTIONS);
  }

  /** Returns a form of the data without parts of columns and joined files. */
  private static DataLayout plain(DataLayout layout) {
    return new DataLayout(
        layout.name(),
        layout.files(),
        layout.images(),
        layout.imageOptional(),
        layout.optionsHaveLetters(),
        new LayoutRows(List.of(), Optional.empty(), Map.of(), List.of(), layout.rows().prompted()),
        layout.columns(),
        layout.uses());
  }

  private static Map<String, Object> chosen(List<String> columns, String values) {
    String[] parts = values.split(" ", columns.size());
    Map<String, Object> chosen = new HashMap<>();
    for (int i = 0; i < parts.length; i++) {
      chosen.put(columns.get(i), parts[i]);
    }
    return chosen;
  }

  private static Map<String, Object> row(
      BenchmarkFile file, DataLayout layout, String question, List<String> options) {
    QuestionColumns columns = layout.columns();
    Map<String, Object> row = new HashMap<>();
    file.asking()
        .prompts()
        .values()
        .forEach(one -> one.names().forEach(name -> row.put(name, "7")));
    columns.images().forEach(one -> row.put(one, layout.images().isEmpty() ? PICTURE : "1.jpg"));
    columns.video().ifPresent(video -> row.put(video.name(), "1"));
    columns.split().ifPresent(split -> row.put(split, "x"));
    if (columns.optionsInOne()) {
      row.put(columns.options().get(0), options);
    } else {
      for (int i = 0; i < columns.options().size(); i++) {
        row.put(columns.options().get(i), i < options.size() ? options.get(i) : "");
      }
    }
    String text =
        layout
            .rows()
            .prompted()
            .flatMap(RowPrompts::text)
            .map(form -> form.with(name -> Optional.of(question)))
            .orElse(question);
    if (columns.asked().isEmpty()) {
      row.put(columns.question(), text);
    }
    return row;
  }

  private List<BenchmarkQuestion> read(
      BenchmarkFile file,
      DataLayout layout,
      QuestionWording wording,
      Path table,
      Set<String> wanted)
      throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    SourceFiles source = Reading.source(table);
    RowQuestions made =
        new RowQuestions(
            file, wording, "x", source.leftOut().account(), name -> true, false, questions::add);
    DataTable.open(Reading.path(table), "x", source, TextEncoding.USUAL, new HashMap<>())
        .read(wanted, row -> made.add(row, plain(layout), "1"));
    assertThat(source.leftOut().warning()).isEmpty();
    return questions;
  }

  @ParameterizedTest
  @MethodSource("names")
  void eachChangedWordIsAsked(String name) throws IOException {
    BenchmarkFile same = copy(name, text -> text);
    BenchmarkFile other = copy(name, EditedWordingsTest::marked);
    Set<String> unseen = new HashSet<>();
    Set<String> marked = new LinkedHashSet<>();
    for (int i = 0; i < same.data().layouts().size(); i++) {
      DataLayout layout = same.data().layouts().get(i);
      List<Map<String, Object>> rows = rows(same, layout);
      Path table = folder.resolve(i + ".jsonl");
      List<String> lines = new ArrayList<>();
      for (Map<String, Object> row : rows) {
        lines.add(JSON.writeValueAsString(row));
      }
      Reading.write(folder, i + ".jsonl", lines.toArray(String[]::new));
      Set<String> wanted =
          rows.stream().flatMap(row -> row.keySet().stream()).collect(Collectors.toSet());
      for (String prompts : same.asking().prompts().keySet()) {
        List<BenchmarkQuestion> asked =
            read(same, layout, same.asking().prompts().get(prompts), table, wanted);
        List<BenchmarkQuestion> changed =
            read(
                other,
                other.data().layouts().get(i),
                other.asking().prompts().get(prompts),
                table,
                wanted);
        assertThat(changed).as("%s, %s", layout.name(), prompts).hasSameSizeAs(rows);
        for (int j = 0; j < rows.size(); j++) {
          String prompt = changed.get(j).prompt();
          assertThat(prompt.replace(MARK, "")) // rows' own prompts may be of another case
              .isEqualToIgnoringCase(asked.get(j).prompt());
          String question = changed.get(j).question();
          assertThat(withoutQuestion(prompt, question, rows.get(j)))
              .as("%s, %s: %s", layout.name(), prompts, prompt)
              .doesNotContainPattern(WORD + "(?!" + MARK + ")");
        }
        unseen.addAll(words(other.asking().prompts().get(prompts)));
        changed.forEach(one -> marked.add(one.prompt()));
      }
    }
    unseen.removeIf(word -> marked.stream().anyMatch(prompt -> prompt.contains(word)));
    assertThat(unseen).as("words of wordings that no row was asked by").isEmpty();
  }

  /** Takes the question out of a prompt, with the words of its row. */
  private static String withoutQuestion(String prompt, String question, Map<String, Object> row) {
    String left = prompt;
    for (Object value : row.values()) {
      left = value instanceof String text && text.startsWith("1 ") ? left.replace(text, "") : left;
    }
    return left.replaceAll("(?i)" + Pattern.quote(question), "");
  }

  /** Returns the changed words of a wording. */
  private static List<String> words(QuestionWording wording) {
    List<String> words = new ArrayList<>();
    List<PromptText> texts = new ArrayList<>(List.of(wording.text()));
    wording.open().ifPresent(texts::add);
    wording.chinese().ifPresent(texts::add);
    for (PromptText text : texts) {
      Collections.addAll(
          words, text.with(one -> Optional.of(" ")).split("[^A-Za-z\u4e00-\u9fff\u00a4]+"));
    }
    words.removeIf(word -> !word.endsWith(MARK));
    return words;
  }
}
