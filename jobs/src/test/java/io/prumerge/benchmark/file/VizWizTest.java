package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.ParquetFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VizWizTest {

  private static final String SUFFIX =
      "\nWhen the provided information is insufficient, respond with 'Unanswerable'.\nAnswer the question using a single word or phrase.";

  private static final Benchmark VIZWIZ = Benchmarks.KNOWN.named("vizwiz");

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read() throws IOException {
    return Reading.questions(VIZWIZ, folder);
  }

  private void official(String file, String... items) throws IOException {
    Files.writeString(folder.resolve(file), "[" + String.join(",\n", items) + "]");
  }

  private static String item(String image, int annotators) {
    String answers =
        String.join(
            ", ",
            Collections.nCopies(
                annotators, "{\"answer_confidence\": \"yes\", \"answer\": \"basil leaves\"}"));
    return "{\"answers\": [%s], \"image\": \"%s\", \"answer_type\": \"other\", \"question\": \"Can you TELL me?\", \"answerable\": 1}"
        .formatted(answers, image);
  }

  private void llava(int id, String image) throws IOException {
    Files.writeString(
        folder.resolve("llava_test.jsonl"),
        "{\"question_id\": %d, \"image\": \"%s\", \"text\": \"What is this? %s\", \"category\": \"default\"}"
            .formatted(id, image, SUFFIX.replace("\n", "\\n")));
  }

  @Test
  void readsTheOfficialFile() throws IOException {
    official("val.json", item("VizWiz_val_00000012.jpg", 10));

    assertThat(read())
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.id()).isEqualTo("VizWiz_val_00000012.jpg");
              assertThat(question.image())
                  .contains(new ImagePlace.InFolder("VizWiz_val_00000012.jpg"));
              assertThat(question.prompt()).isEqualTo("Can you tell me?" + SUFFIX);
              assertThat(question.question()).isEqualTo("Can you TELL me?");
              assertThat(question.category()).isEqualTo("other");
              assertThat(question.answers()).hasSize(10).containsOnly("basil leaves");
              assertThat(question.extra())
                  .isEqualTo(Map.of("question_id", "\"VizWiz_val_00000012.jpg\"", "number", "12"));
            });
  }

  @Test
  void readsLlavasFileBeforeTheOfficialOneOfTheTestSplit() throws IOException {
    official("test.json", "{\"image\": \"VizWiz_test_00000012.jpg\", \"question\": \"what?\"}");
    assertThat(read()).extracting(BenchmarkQuestion::question).containsExactly("what?");

    llava(12, "VizWiz_test_00000012.jpg");
    assertThat(read())
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.prompt()).isEqualTo("What is this? " + SUFFIX);
              assertThat(question.question()).isEqualTo("What is this? ");
              assertThat(question.answers()).isEmpty();
              assertThat(question.extra()).isEqualTo(Map.of("question_id", "12", "number", "12"));
            });
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    official("val.json", item("cat.jpg", 10));
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("val.json:1: 'image' has not the parts of '^VizWiz_");

    official("train.json");
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("Question files of several splits (train, val) in");
  }

  @Test
  void readsTheHuggingFaceTable() throws IOException {
    try (ParquetFixture table =
        ParquetFixture.file(
            folder.resolve("val-00000-of-00001.parquet"),
            "optional binary question_id (STRING); optional binary question (STRING); "
                + ParquetFixture.list("answers", "optional binary element (STRING);")
                + "optional binary category (STRING); "
                + ParquetFixture.image("image"))) {
      table.row(
          row -> {
            row.add("question_id", "VizWiz_val_00000012");
            row.add("question", "ok?");
            Group answers = row.addGroup("answers");
            for (int i = 0; i < 10; i++) {
              answers.addGroup("list").add("element", "a");
            }
            row.add("category", "other");
            ParquetFixture.image(row, "image", new byte[] {1});
          });
    }

    assertThat(read())
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.image()).map(ImagePlace::id).contains("VizWiz_val_00000012.jpg");
              assertThat(question.prompt()).startsWith("Ok?\n");
              assertThat(question.category()).isEqualTo("other");
              assertThat(question.answers()).hasSize(10);
              assertThat(question.extra())
                  .isEqualTo(Map.of("question_id", "\"VizWiz_val_00000012\"", "number", "12"));
            });
  }

  @Test
  void readsItsOwnResultsAndLlavasAnswersUnderTheSameKey() throws IOException {
    llava(12, "VizWiz_test_00000012.jpg");
    BenchmarkQuestion question = read().get(0);

    VIZWIZ
        .submission()
        .orElseThrow()
        .write(
            List.of(new AnsweredQuestion(question, "The Dog's.")).iterator(),
            new org.apache.hadoop.fs.Path(folder.toUri()),
            new Configuration());

    Path file = folder.resolve("vizwiz_results.json");
    assertThat(file).hasContent("[{\"image\":\"VizWiz_test_00000012.jpg\",\"answer\":\"dog 's\"}]");
    Path llava =
        Files.writeString(
            folder.resolve("a.jsonl"), "{\"question_id\": 12, \"prompt\": \"\", \"text\": \"x\"}");
    List<GivenAnswer> given = new ArrayList<>();
    for (Path answers : List.of(file, llava)) {
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(answers.toUri());
      for (AnswerFormat format : VIZWIZ.answerFormats()) {
        if (format.recognises(path, new Configuration())) {
          format.read(path, new Configuration(), new LeftOutRows(), given::add);
        }
      }
    }
    assertThat(given).hasSize(2).extracting(GivenAnswer::key).containsOnly(VIZWIZ.key(question));
  }
}
