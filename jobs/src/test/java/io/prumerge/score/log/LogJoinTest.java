package io.prumerge.score.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.score.log.LogVectors.Result;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rows belong to which questions. */
class LogJoinTest {

  @TempDir private Path folder;

  private final List<BenchmarkQuestion> questions = new ArrayList<>();

  private void asks(String id, String question, String answer, String... options) {
    questions.add(
        BenchmarkQuestion.of(
                TextNode.valueOf(id),
                Optional.of(new ImagePlace.InFolder("pictures/" + id + ".jpg")),
                question,
                question,
                "all kinds",
                answer.isEmpty() ? List.of() : List.of(answer),
                8)
            .withOptions(List.of(options)));
  }

  private static String row(int position, String target, String input) {
    return String.format(
        "{\"doc_id\": %d, \"target\": \"%s\", \"filtered_resps\": \"a%d\", \"input\": \"%s\"}",
        position, target, position, input);
  }

  private Result read(String... rows) throws IOException {
    Path file = Files.write(folder.resolve("x.jsonl"), List.of(rows));
    return LogVectors.read(QuestionIndex.of(questions.iterator()), file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "b | B",
        "cat | A",
        "1 | cat",
        "['dog', 'cat'] | cat",
        "[{'answer': 'it\\\\'s', 'answer_id': 1}] | it's",
        "12.50 | 12.5",
        "Yes. | yes"
      })
  void comparesRightAnswersInTheirForms(String target, String answer) throws IOException {
    asks("1", "Which?", answer, "cat".equals(answer) && "1".equals(target) ? "x" : "cat", "cat");
    assertThat(read(row(0, target, "Which? Answer.")))
        .satisfies(result -> assertThat(result.answer("1").text()).isEqualTo("a0"));
  }

  @Test
  void believesNoPositionOfTextsThatRepeatWithoutRightAnswers() throws IOException {
    asks("1", "What is it?", "");
    asks("2", "What is it?", "");
    asks("3", "Who is it?", "");
    Result result =
        read(row(0, "x", "What is it?"), row(1, "x", "What is it?"), row(2, "x", "Who is it?"));
    assertThat(result.answers()).containsOnlyKeys("3");
    assertThat(result.reading().counts()).isEqualTo(new LogCounts(3, 1, 0, 0, 0, 2, 0, 1));
    assertThat(result.reading().counts().sentence())
        .isEqualTo("3 rows of logs: 1 used, 2 without a question; they answer 1 question");
    assertThat(result.reading().notes())
        .containsExactly(
            "2 rows without a question: x.jsonl:1: doc_id 0 may be another question with the same"
                + " text: no right answer tells; x.jsonl:2: doc_id 1 may be another question with the"
                + " same text: no right answer tells");
  }

  @Test
  void refusesAnotherSplitThatBeginsAlike() throws IOException {
    asks("1", "What is it?", "a cat");
    asks("2", "What is it?", "a dog");
    asks("3", "Who is it?", "a cook");
    assertThatThrownBy(() -> read(row(0, "a cat", "What is it?"), row(1, "a cook", "Who is it?")))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("x.jsonl:2: doc_id 1 asks 'Who is it?'");
  }

  @Test
  void findsIdsInAnyOrderButBelievesNoPositionBesideThem() throws IOException {
    asks("1", "What is it?", "a cat");
    asks("2", "What is it?", "a cat");
    asks("3", "Who is it?", "a cook");
    String second =
        row(0, "a cat", "What is it?")
            .replace("{\"doc_id\"", "{\"m\": {\"question_id\": 2}, \"doc_id\"");
    String third =
        row(1, "a cook", "Who is it?")
            .replace("{\"doc_id\"", "{\"m\": {\"question_id\": 3}, \"doc_id\"");
    assertThat(read(second, third).answers()).containsOnlyKeys("2", "3");
    assertThatThrownBy(() -> read(third, row(0, "a cat", "What is it?")))
        .hasMessageStartingWith("x.jsonl:1: doc_id 1 asks 'Who is it?'");
  }

  @Test
  void countsRowsBehindTheLastQuestion() throws IOException {
    asks("1", "What is it?", "a cat");
    assertThat(read(row(0, "a cat", "What is it?"), row(1, "a cat", "What is it?")).reading())
        .satisfies(
            reading ->
                assertThat(reading.counts()).isEqualTo(new LogCounts(2, 1, 0, 0, 0, 1, 0, 1)));
  }

  /** As pope_adv's positions count one setting of POPE's, and each task of MVBench's has a file. */
  @Test
  void countsPositionsWithinACategoryWhereAllRowsBearItOut() throws IOException {
    asks("1", "What is it?", "a cat");
    asks("2", "Who is it?", "a cook");
    questions.replaceAll(question -> ofKind("first", question));
    asks("3", "What is it?", "a dog");
    asks("4", "Who is it?", "a maid");
    String[] second = {row(0, "a dog", "What is it?"), row(1, "a maid", "Who is it?")};
    assertThat(read(second).answers()).containsOnlyKeys("3", "4");
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.write(run.resolve("d_samples_b.jsonl"), List.of(second));
    Files.write(run.resolve("d_samples_a.jsonl"), List.of(row(1, "a cook", "Who is it?")));
    Result both = LogVectors.read(QuestionIndex.of(questions.iterator()), run);
    assertThat(both.answers()).containsOnlyKeys("2", "3", "4");
    assertThat(both.reading().notes())
        .containsExactly(
            "of 2 logs in run, 2 are about these questions: run/d_samples_a.jsonl,"
                + " run/d_samples_b.jsonl");
    assertThatThrownBy(() -> read(second[0], row(1, "a clerk", "Who is it?")))
        .isInstanceOf(DataException.class);
  }

  private static BenchmarkQuestion ofKind(String category, BenchmarkQuestion question) {
    return BenchmarkQuestion.of(
        TextNode.valueOf(question.id()),
        question.image(),
        question.prompt(),
        question.question(),
        category,
        question.answers(),
        8);
  }

  /** Captions: what is asked is the harness's own. */
  @Test
  void comparesRightAnswersAloneWhereAllQuestionsAskTheSame() throws IOException {
    asks("1", "Describe it.", "a cat on a mat");
    asks("2", "Describe it.", "a dog in a bog");
    String first = row(0, "['a cat on a mat', 'a cat']", "Give a caption.");
    assertThat(read(first, row(1, "['a dog in a bog']", "Give a caption.")).answers()).hasSize(2);
    assertThatThrownBy(() -> read(first, row(1, "['a bird']", "Give a caption.")))
        .isInstanceOf(DataException.class);
  }

  @Test
  void findsQuestionsByTheirPictures() throws IOException {
    asks("1", "What is it?", "a cat");
    asks("2", "What is it?", "a cat");
    String behind =
        row(7, "a cat", "What is it?")
            .replace("{\"doc_id\"", "{\"input_media\": [\"2.png\"], \"doc_id\"");
    assertThat(read(behind).answers()).containsOnlyKeys("2");
  }
}
