package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.ParquetFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GqaTest {

  private static final String SHORT = "\nAnswer the question using a single word or phrase.";
  private static final String OFFICIAL = "testdev_balanced_questions.json";
  private static final String LLAVA = "llava_gqa_testdev_balanced.jsonl";

  private static final Benchmark GQA = Benchmarks.KNOWN.named("gqa");

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read() throws IOException {
    return Reading.questions(GQA, folder);
  }

  private void official(String... fields) throws IOException {
    Files.writeString(folder.resolve(OFFICIAL), "{" + String.join(",\n", fields) + "}");
  }

  private void llava(String... lines) throws IOException {
    Files.write(folder.resolve(LLAVA), List.of(lines));
  }

  private static String field(String id, String question, String answer, String structural) {
    return """
        "%s": {"semantic": [], "entailed": ["%s"], "equivalent": [], "question": "%s", "imageId": "n7", "isBalanced": true, \
        "groups": {"global": null, "local": "x"}, "answer": "%s", "semanticStr": "", "annotations": {}, \
        "types": {"detailed": "d", "semantic": "attr", "structural": "%s"}, "fullAnswer": "."}"""
        .formatted(id, id, question, answer, structural);
  }

  private static String line(String id, String question) {
    return "{\"question_id\": \"%s\", \"image\": \"n7.jpg\", \"text\": \"%s%s\", \"category\": \"default\"}"
        .formatted(id, question, SHORT.replace("\n", "\\n"));
  }

  @Test
  void readsTheOfficialFile() throws IOException {
    official(field("201", "Is it red?", "yes", "verify"), field("0202", "Who?", "man", "query"));

    List<BenchmarkQuestion> questions = read();

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("201", "0202");
    assertThat(questions).extracting(BenchmarkQuestion::category).containsExactly("binary", "open");
    BenchmarkQuestion first = questions.get(0);
    assertThat(first.image()).contains(new ImagePlace.InFolder("n7.jpg"));
    assertThat(first.prompt()).isEqualTo("Is it red?" + SHORT);
    assertThat(first.answers()).containsExactly("yes");
    assertThat(first.extra()).isEqualTo(Map.of("question_id", "\"201\"", "groups", "verify\nattr"));
  }

  @Test
  void readsLlavasFileWithAndWithoutTheOfficialOne() throws IOException {
    llava(line("202", "Who?"));
    assertThat(read())
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.prompt()).isEqualTo("Who?" + SHORT);
              assertThat(question.category()).isEqualTo("default");
              assertThat(GQA.gold(question.reference())).isEmpty();
            });

    official(field("201", "Is it red?", "yes", "verify"), field("202", "Who?", "man", "query"));
    Files.createDirectories(folder.resolve("data"));
    Files.move(folder.resolve(OFFICIAL), folder.resolve("data").resolve(OFFICIAL));
    assertThat(read())
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.category()).isEqualTo("open");
              assertThat(question.answers()).containsExactly("man");
            });
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    official(field("201", "Is it red?", "yes", "verify"));
    llava(line("202", "Who?"));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(LLAVA + ":1: 'question_id' is '202', which " + OFFICIAL + " lacks");

    llava(line("201", "Is it red?"));
    official(field("201", "a?", "yes", "verify"), field("201", "b?", "no", "verify"));
    assertThatThrownBy(this::read)
        .hasMessage(OFFICIAL + ":2: the key '201' stands twice in an object");

    Files.delete(folder.resolve(LLAVA));
    official(field("201", "a?", "yes", "verify").replace("\"types\"", "\"kinds\""));
    assertThatThrownBy(this::read)
        .hasMessageContaining("has none of the known forms")
        .hasMessageContaining("needs 'types.structural', 'types.semantic'");
  }

  @Test
  void joinsTheHuggingFaceTablesOfQuestionsAndImages() throws IOException {
    Path questions = Files.createDirectories(folder.resolve("testdev_balanced_instructions"));
    try (ParquetFixture table =
        ParquetFixture.file(
            questions.resolve("testdev-00000-of-00001.parquet"),
            "optional binary id (STRING); optional binary imageId (STRING); optional binary question (STRING); optional binary answer (STRING); optional group types { optional binary detailed (STRING); optional binary semantic (STRING); optional binary structural (STRING); }")) {
      table.row(
          row -> {
            row.add("id", "0201");
            row.add("imageId", "n7");
            row.add("question", "Who?");
            row.add("answer", "man");
            row.addGroup("types").append("semantic", "rel").append("structural", "query");
          });
    }
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("No Parquet with the columns id, image next to the questions");

    images("n8");
    assertThatThrownBy(this::read)
        .hasMessageEndingWith(
            "'imageId' is 'n7', which testdev_balanced_images/testdev (1 file) lacks");

    images("n7");
    assertThat(read())
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.image()).map(ImagePlace::id).contains("n7.jpg");
              assertThat(question.category()).isEqualTo("open");
              assertThat(question.extra())
                  .isEqualTo(Map.of("question_id", "\"0201\"", "groups", "query\nrel"));
            });
  }

  private void images(String id) throws IOException {
    Path images = Files.createDirectories(folder.resolve("testdev_balanced_images"));
    Path file = images.resolve("testdev-00000-of-00001.parquet");
    Files.deleteIfExists(file);
    Files.deleteIfExists(images.resolve(".testdev-00000-of-00001.parquet.crc"));
    try (ParquetFixture table =
        ParquetFixture.file(
            file, "optional binary id (STRING); " + ParquetFixture.image("image"))) {
      table.row(
          row -> {
            row.add("id", id);
            ParquetFixture.image(row, "image", new byte[] {1});
          });
    }
  }

  @Test
  void readsItsOwnPredictionsAgain() throws IOException {
    official(field("201", "Is it red?", "yes", "verify"));
    org.apache.hadoop.fs.Path out = new org.apache.hadoop.fs.Path(folder.toUri());

    GQA.submission()
        .orElseThrow()
        .write(
            List.of(new AnsweredQuestion(read().get(0), "Yes..")).iterator(),
            out,
            new Configuration());

    Path file = folder.resolve("testdev_balanced_predictions.json");
    assertThat(file).hasContent("[{\"questionId\":\"201\",\"prediction\":\"yes\"}]");
    List<GivenAnswer> given = new ArrayList<>();
    GQA.answerFormats()
        .get(0)
        .read(
            new org.apache.hadoop.fs.Path(file.toUri()),
            new Configuration(),
            new LeftOutRows(),
            given::add);
    assertThat(given).extracting(GivenAnswer::key).containsExactly("201");
    assertThat(given).extracting(GivenAnswer::text).containsExactly("yes");
  }
}
