package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What categories of several columns are called, and pictures that columns name in part. */
class CategoryKindsTest {

  private static final String YAML =
      """
      name: kinds
      data: rows.jsonl
      images: .
      columns: {image: picture, image_name: "p{picture}.png", question: question, category: [type, topic]}
      categories: {query: [open, query]}
      kinds: {form: [open], type: query, topic: [sport]}
      """;

  @TempDir private Path folder;

  private static FileBenchmark benchmark(String yaml) {
    return new FileBenchmark(BenchmarkFile.parse(yaml, "kinds.yaml"), Optional.empty());
  }

  private List<BenchmarkQuestion> read(String... rows) throws IOException {
    return Reading.questions(benchmark(YAML), Reading.write(folder, "rows.jsonl", rows));
  }

  @Test
  void categoriesThatKindsNameHaveNoColumnBeforeThem() throws IOException {
    List<BenchmarkQuestion> questions =
        read(
            "{\"picture\": 1, \"question\": \"Q?\", \"type\": \"query\", \"topic\": \"sport\"}",
            "{\"picture\": 2, \"question\": \"Q?\", \"type\": \"other\", \"topic\": \"art\"}");

    assertThat(questions)
        .extracting(BenchmarkQuestion::category)
        .containsExactly("open", "type=other");
    assertThat(questions)
        .extracting(question -> question.extra().get(BenchmarkQuestion.GROUPS))
        .containsExactly("query\nsport", "topic=art");
    assertThat(List.of("open", "query", "sport", "topic=art", "else"))
        .extracting(benchmark(YAML)::kindOf)
        .containsExactly("form", "type", "topic", "topic", "category");
  }

  @Test
  void figuresHaveNoSuchColumnsOfGroups() {
    assertThatThrownBy(
            () -> benchmark(YAML + "figures: {a: {pooling: mean_of_groups, groups: type}}"))
        .hasMessageContaining(
            "kinds.yaml:7: figures.a.groups: categories that kinds names have no column");
    assertThatThrownBy(
            () -> benchmark(YAML.replace("{form: [open], type: query, topic: [sport]}", "{}")))
        .hasMessageContaining("kinds.yaml:6: kinds names none");
  }

  @Test
  void aColumnMayNameAPictureInPart() throws IOException {
    String rest = "\"question\": \"Q?\", \"type\": null, \"topic\": null}";
    assertThat(read("{\"picture\": 1, " + rest, "{" + rest))
        .extracting(BenchmarkQuestion::image)
        .containsExactly(Optional.of(new ImagePlace.InFolder("p1.png")), Optional.empty());
    assertThatThrownBy(() -> read("{\"picture\": \"/../../x\", " + rest))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("rows.jsonl:1: 'picture' is no name of a picture: ");
  }
}
