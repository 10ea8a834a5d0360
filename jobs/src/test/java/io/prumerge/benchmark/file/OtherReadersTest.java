package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.RowCounts;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.DataFrameReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Counts rows, questions and pictures of a file in each format as others do: pandas and pyarrow,
 * whose counts are {@code counts.json}, and Spark's own readers. The files have all forms of a
 * picture and all odd rows (make_table_goldens.py).
 */
class OtherReadersTest {

  private static final Path TABLES =
      Path.of(System.getProperty("project.root"), "jobs", "src", "test", "resources", "tables");

  @TempDir private Path folder;

  private static List<String> files() {
    return List.of(
        "comma.csv",
        "semicolon.csv",
        "cp1252.csv",
        "tab.tsv",
        "lines.jsonl",
        "array.json",
        "table.parquet");
  }

  private static JsonNode counts(String file) throws IOException {
    return new ObjectMapper().readTree(TABLES.resolve("counts.json").toFile()).path(file);
  }

  /** The column, or its field, of a picture's form; those of names lie in a folder. */
  private static FileBenchmark benchmark(String form) {
    boolean named = List.of("name", "names", "meta").contains(form);
    return new FileBenchmark(
        BenchmarkFile.parse(
            "name: x\ndata: x\n"
                + (named ? "images: [photos]\n" : "")
                + "columns: {id: id, question: question, answers: answer, image: "
                + (form.equals("meta") ? "meta.file" : form)
                + "}\nscore: {e: {rule: exact}}\n",
            "x.yaml"),
        Optional.empty());
  }

  private static RowCounts read(Path file, String form, Map<String, Integer> pictures)
      throws IOException {
    SourceFiles source = Reading.source(file);
    FileBenchmark benchmark = benchmark(form);
    benchmark.read(
        source,
        benchmark.prompts(Optional.empty()),
        source
            .leftOut()
            .account()
            .counting(
                (BenchmarkQuestion question) ->
                    pictures.put(
                        question.id(),
                        question.image().map(place -> place.single().size()).orElse(0))));
    return source.leftOut().account().counts();
  }

  @ParameterizedTest
  @MethodSource("files")
  void pandasAndPyarrowCountAsMany(String file) throws IOException {
    JsonNode expected = counts(file);
    assertThat(expected.path("pictures").properties()).isNotEmpty();
    for (Map.Entry<String, JsonNode> form : expected.path("pictures").properties()) {
      Map<String, Integer> theirs = new TreeMap<>();
      form.getValue().properties().forEach(id -> theirs.put(id.getKey(), id.getValue().asInt()));
      Map<String, Integer> ours = new TreeMap<>();
      RowCounts counts = read(TABLES.resolve(file), form.getKey(), ours);
      assertThat(ours).as(form.getKey()).isEqualTo(theirs);
      assertThat(counts.rows()).isEqualTo(expected.path("rows").asLong());
      assertThat(counts.asQuestions()).isEqualTo(expected.path("questions").asLong());
      assertThat(counts.leftOut()).isEqualTo(counts.rows() - counts.asQuestions());
      assertThat(counts.closes()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  @Tag("spark")
  void sparkCountsAsMany(String file) throws IOException {
    DataFrameReader reader = LocalSpark.session().read().option("header", true);
    String path = TABLES.resolve(file).toString();
    char separator = file.startsWith("semi") ? ';' : file.endsWith(".tsv") ? '\t' : ',';
    long rows =
        file.endsWith(".parquet")
            ? reader.parquet(path).count()
            : file.contains("json")
                ? reader.option("multiLine", file.endsWith(".json")).json(path).cache().count()
                : reader
                    .option("multiLine", true)
                    .option("escape", "\"")
                    .option("sep", String.valueOf(separator))
                    .csv(path)
                    .count();
    assertThat(read(TABLES.resolve(file), "name", new TreeMap<>()).rows()).isEqualTo(rows);
  }

  @ParameterizedTest
  @ValueSource(strings = {"comma.csv", "semicolon.csv", "tab.tsv", "lines.jsonl"})
  void anIdThatIsThereTwiceIsRefused(String file) throws IOException {
    List<String> lines =
        Files.readAllLines(TABLES.resolve(file), java.nio.charset.StandardCharsets.ISO_8859_1);
    lines.add(lines.get(3));
    Path doubled = folder.resolve(file);
    Files.write(doubled, lines, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> read(doubled, "name", new TreeMap<>()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is the id of an earlier question, too");
  }

  /** A column that begins after the first rows is a column. */
  @Test
  void aColumnOfTheLastRowsIsFound() throws IOException {
    for (String file : List.of("lines.jsonl", "array.json")) {
      SourceFiles source = Reading.source(TABLES.resolve(file));
      FileBenchmark benchmark =
          new FileBenchmark(
              BenchmarkFile.parse(
                  "name: x\ndata: x\ncolumns: {id: id, question: question, category: hint}\n",
                  "x.yaml"),
              Optional.empty());
      Map<String, String> categories = new TreeMap<>();
      benchmark.read(
          source,
          benchmark.prompts(Optional.empty()),
          question -> categories.put(question.id(), question.category()));
      assertThat(categories.values()).filteredOn("late"::equals).as(file).hasSize(4);
    }
  }
}
