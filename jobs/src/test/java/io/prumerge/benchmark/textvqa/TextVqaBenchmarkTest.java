package io.prumerge.benchmark.textvqa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.textvqa.TextVqaBenchmark.TextVqaPrompt;
import io.prumerge.source.DataException;
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
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextVqaBenchmarkTest {

  private static final String SHORT = "\nAnswer the question using a single word or phrase.";

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read(Path... sources) throws IOException {
    Path[] all = sources.length == 0 ? new Path[] {folder} : sources;
    return Reading.questions(new TextVqaBenchmark(), all);
  }

  private Path document(String name, String... items) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        "{\"dataset_type\": \"val\", \"data\": [%s]}".formatted(String.join(",\n", items)));
  }

  private Path official(String... items) throws IOException {
    return document("TextVQA_0.5.1_val.json", items);
  }

  private Path llava(String... lines) throws IOException {
    return Files.write(folder.resolve("llava_textvqa_val_v051_ocr.jsonl"), List.of(lines));
  }

  private static String item(int id, String image, String question, String... answers) {
    return "{\"question\": \"%s\", \"image_id\": \"%s\", \"answers\": [%s], \"question_id\": %d}"
        .formatted(
            question,
            image,
            List.of(answers).stream().map("\"%s\""::formatted).collect(Collectors.joining(",")),
            id);
  }

  private static String line(String image, String prompt) {
    return "{\"question_id\": \"%s\", \"image\": \"%s.jpg\", \"text\": \"%s\", \"category\": \"default\"}"
        .formatted(image, image, prompt.replace("\n", "\\n"));
  }

  private static String[] ten(String answer) {
    return Collections.nCopies(10, answer).toArray(String[]::new);
  }

  @Test
  void readsLlavasPromptsByteForByteAndFindsTheirAnswers() throws IOException {
    String first = "What is the brand?\nReference OCR token: DAKOTA, Single-Use" + SHORT;
    String second = "What is it?\nReference OCR token: " + SHORT;
    llava(line("0a", first), line("0a", second), line("0b", "What is it?" + SHORT));
    official(
        item(34602, "0a", "what is the BRAND?", ten("dakota")),
        item(34603, "0b", "What is it?", ten("b")),
        item(34604, "0a", "what is it?", ten("a")));

    List<BenchmarkQuestion> questions = read();

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("0a", "0a#2", "0b");
    assertThat(questions)
        .extracting(BenchmarkQuestion::prompt)
        .containsExactly(first, second, "What is it?" + SHORT);
    assertThat(questions)
        .extracting(BenchmarkQuestion::question)
        .containsExactly("What is the brand?", "What is it?", "What is it?");
    assertThat(questions)
        .extracting(question -> question.answers().get(0))
        .containsExactly("dakota", "a", "b");
    assertThat(questions.get(1).image()).contains(new ImagePlace.InFolder("0a.jpg"));
    assertThat(questions.get(1).extra())
        .isEqualTo(Map.of("question_id", "\"0a\"", "image_id", "0a"));
  }

  @Test
  void readsTheOfficialFileInSentenceCase() throws IOException {
    Path file = official(item(34602, "0a", "what is the BRAND of this?", ten("x")));

    BenchmarkQuestion question = read(file).get(0);

    assertThat(question.id()).isEqualTo("34602");
    assertThat(question.image()).contains(new ImagePlace.InFolder("0a.jpg"));
    assertThat(question.prompt()).isEqualTo("What is the brand of this?" + SHORT);
    assertThat(question.question()).isEqualTo("what is the BRAND of this?");
    assertThat(question.extra()).isEqualTo(Map.of("question_id", "34602", "image_id", "0a"));
    assertThat(new TextVqaBenchmark().key(question)).isEqualTo("0a\nwhat is the brand of this?");
  }

  @Test
  void givesTheTokensThatLieBesideTheOfficialFileOrNone() throws IOException {
    official(item(1, "0a", "what?", ten("x")), item(2, "0b", "what?", ten("x")));
    document(
        "TextVQA_Rosetta_OCR_v0.2_val.json",
        "{\"image_id\": \"0a\", \"ocr_tokens\": [\"ONE\", \"two\"], \"ocr_info\": []}",
        "{\"image_id\": \"0b\", \"ocr_tokens\": []}");

    assertThat(read())
        .extracting(BenchmarkQuestion::prompt)
        .containsExactly(
            "What?\nReference OCR token: ONE, two" + SHORT, "What?\nReference OCR token: " + SHORT);

    String prompt = "What?\nReference OCR token: ONE, two" + SHORT;
    llava(line("0a", prompt));
    List<BenchmarkQuestion> questions = new ArrayList<>();
    new TextVqaBenchmark()
        .read(Reading.source(folder), PromptProfile.named("llava-no-ocr"), questions::add);
    assertThat(questions).extracting(BenchmarkQuestion::prompt).containsExactly("What?" + SHORT);
  }

  @Test
  void readsTheHuggingFaceTable() throws IOException {
    try (ParquetFixture table =
        ParquetFixture.file(
            folder.resolve("validation-00000-of-00001.parquet"),
            "optional binary image_id (STRING); optional int32 question_id; optional binary question (STRING); "
                + ParquetFixture.list("answers", "optional binary element (STRING);")
                + ParquetFixture.list("ocr_tokens", "optional binary element (STRING);")
                + ParquetFixture.image("image"))) {
      for (int id : List.of(34602, 34603)) {
        table.row(
            row -> {
              row.add("image_id", "0a");
              row.add("question_id", id);
              row.add("question", "what?");
              Group answers = row.addGroup("answers");
              for (int i = 0; i < 10; i++) {
                answers.addGroup("list").add("element", "x");
              }
              Group tokens = row.addGroup("ocr_tokens");
              if (id == 34602) {
                tokens.addGroup("list").add("element", "ONE");
              }
              ParquetFixture.image(row, "image", new byte[] {1});
            });
      }
    }

    List<BenchmarkQuestion> questions = read();
    assertThat(questions)
        .extracting(BenchmarkQuestion::prompt)
        .containsExactly(
            "What?\nReference OCR token: ONE" + SHORT, "What?\nReference OCR token: " + SHORT);
    assertThat(questions)
        .first()
        .satisfies(
            question -> {
              assertThat(question.id()).isEqualTo("34602");
              assertThat(question.image()).map(ImagePlace::id).contains("0a.jpg");
              assertThat(question.answers()).hasSize(10);
              assertThat(question.extra())
                  .isEqualTo(Map.of("question_id", "34602", "image_id", "0a"));
            });
  }

  @Test
  void matchesLlavasAnswersByImageAndQuestion() throws IOException {
    official(item(1, "0a", "What IS it?", ten("x")), item(2, "0a", "Where?", ten("y")));
    Path answers =
        Files.writeString(
            folder.resolve("llava-v1.5-7b.jsonl"),
            "{\"question_id\": \"0a\", \"prompt\": \"Where?\\nReference OCR token: a, b\\nAnswer\", \"text\": \"Here\", \"model_id\": \"m\"}");
    TextVqaBenchmark benchmark = new TextVqaBenchmark();
    List<GivenAnswer> given = new ArrayList<>();

    benchmark
        .answerFormats()
        .get(0)
        .read(
            new org.apache.hadoop.fs.Path(answers.toUri()),
            new Configuration(),
            new LeftOutRows(),
            given::add);

    assertThat(given)
        .singleElement()
        .satisfies(
            answer -> {
              assertThat(answer.key()).isEqualTo(benchmark.key(read().get(1)));
              assertThat(answer.text()).isEqualTo("Here");
            });
  }

  @Test
  void findsTheQuestionInEveryWordingThatLlavasScriptKnows() {
    assertThat(TextVqaPrompt.question("Q?\nReference OCR token: a\nS")).contains("Q?");
    assertThat(TextVqaPrompt.question("Reference OCR token: a\nQ?\nS")).contains("Q?");
    assertThat(TextVqaPrompt.question("Q?\nS")).contains("Q?");
    assertThat(TextVqaPrompt.question("OCR tokens: a. Question: Q? Short answer:")).contains("Q?");
    assertThat(TextVqaPrompt.question("OCR tokens: a. Q?")).isEmpty();
    assertThat(TextVqaPrompt.question("Q?")).isEmpty();
    assertThat(TextVqaPrompt.question("Q?\na\nb")).isEmpty();
    assertThat(TextVqaPrompt.tokens("Q?\nReference OCR token: a, b,c\nS"))
        .containsExactly("a", "b,c");
    assertThat(TextVqaPrompt.tokens("Q?\nReference OCR token: \nS")).containsExactly("");
    assertThat(TextVqaPrompt.tokens("Q?\nS")).isEmpty();
  }

  @Test
  void refusesQuestionsAndAnswersThatDoNotFit() throws IOException {
    official(item(1, "0a", "What?", ten("x")));
    llava(line("0a", "Where?" + SHORT));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(
            "llava_textvqa_val_v051_ocr.jsonl:1: TextVQA_0.5.1_val.json has no question 'where?' for image 0a");

    official(item(1, "0a", "Where?", "a", "b"));
    assertThatThrownBy(this::read)
        .hasMessage(
            "TextVQA_0.5.1_val.json:1: \"answers\" must be those of 10 annotators, there are 2");

    official(item(1, "0a", "Where?", ten("x")), item(2, "0a", "where?", ten("y")));
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("TextVQA_0.5.1_val.json:2: image 0a is asked 'where?' twice");

    official(item(1, "0a", "Where?", ten("x")));
    llava(line("0a", "Where?"));
    assertThatThrownBy(this::read)
        .hasMessageStartingWith(
            "llava_textvqa_val_v051_ocr.jsonl:1: \"text\" is none of LLaVA's TextVQA prompts");
  }

  @Test
  void refusesImagesWithoutTokens() throws IOException {
    official(item(1, "0a", "Where?", ten("x")));
    document("TextVQA_Rosetta_OCR_v0.2_val.json", "{\"image_id\": \"0b\", \"ocr_tokens\": []}");
    assertThatThrownBy(this::read)
        .hasMessage(
            "TextVQA_0.5.1_val.json:1: TextVQA_Rosetta_OCR_v0.2_val.json says nothing about image 0a");

    official(item(1, "../0a", "Where?", ten("x")));
    assertThatThrownBy(this::read).hasMessageContaining("image '../0a.jpg' leaves the image");
  }

  @Test
  void scoresNothingWhereAnswersAreWithheld() throws IOException {
    official(
        "{\"question\": \"What?\", \"image_id\": \"0a\", \"question_id\": 1}",
        item(2, "0a", "Where?", ten("")));

    assertThat(read())
        .allSatisfy(
            question -> assertThat(new TextVqaBenchmark().gold(question.reference())).isEmpty());
  }
}
