package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.Scoring;
import io.prumerge.console.ExitCode;
import io.prumerge.console.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A file whose rows are LLaVA's lines, right ones, and lmms-eval's samples, wrong ones, at once.
 */
@Tag("spark")
class AnswersFormTest {

  private static final int QUESTIONS = 4;

  @TempDir private static Path folder;
  private static String questions;
  private static String answers;

  @BeforeAll
  static void write() throws IOException {
    LocalSpark.session();
    List<String> asked = new ArrayList<>();
    List<String> given = new ArrayList<>();
    for (int i = 0; i < QUESTIONS; i++) {
      asked.add(
          String.format(
              Locale.ROOT,
              "{\"question_id\": \"q%d\", \"image\": \"%d.png\", \"text\": \"Is it %d?\","
                  + " \"answer\": \"yes\"}",
              i,
              i,
              i));
      given.add(
          String.format(
              Locale.ROOT,
              "{\"question_id\": \"q%d\", \"prompt\": \"Is it %d?\", \"text\": \"yes\","
                  + " \"doc_id\": %d, \"target\": \"yes\", \"input\": \"Is it %d?\","
                  + " \"filtered_resps\": \"no\"}",
              i,
              i,
              i,
              i));
    }
    questions = Files.write(folder.resolve("questions.jsonl"), asked).toString();
    answers = Files.write(folder.resolve("answers.jsonl"), given).toString();
  }

  private static CommandLineRun score(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("score", "--benchmark", "custom", "--source", questions));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void rowsThatAreSamplesAreReadAsSamplesAndItIsSaid() {
    CommandLineRun scored = score("--answers", answers);

    assertThat(scored.code()).as(scored.err()).isEqualTo(ExitCode.DONE);
    assertThat(scored.out()).containsPattern("accuracy +0\\.000");
    assertThat(scored.err()).contains("they answer 4 questions, read as lmms-eval");
  }

  @ParameterizedTest
  @CsvSource({"llava, 100", "LLaVA, 100", "benchmark, 100", "lmms-eval, 0"})
  void theFormThatIsNamedIsRead(String form, int accuracy) {
    CommandLineRun scored = score("--answers", answers, "--answers-form", form);

    assertThat(scored.code()).as(scored.err()).isEqualTo(ExitCode.DONE);
    assertThat(scored.out()).containsPattern("accuracy +" + accuracy + "\\.000");
  }

  @Test
  void linesOfAnyNameAreReadIfTheyAreAskedFor() throws IOException {
    Path other = Files.copy(Path.of(answers), folder.resolve("answers.log"));

    assertThat(score("--answers", other.toString()).err()).contains("in a known format");
    assertThat(score("--answers", other.toString(), "--answers-form", "llava").out())
        .containsPattern("accuracy +100\\.000");
  }

  @Test
  void callersFromCodeNameItToo() throws IOException {
    Scoring scoring =
        Scoring.of(LocalSpark.session())
            .benchmark("custom")
            .sources(questions)
            .answers(answers)
            .answersForm("llava");

    assertThat(scoring.run().lines().get(0)).containsPattern("accuracy +100\\.000");
    assertThatThrownBy(() -> scoring.answersForm("lmmseval"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "answersForm must be one of llava, benchmark, lmms-eval, vlmevalkit but is 'lmmseval';"
                + " did you mean lmms-eval?");
  }

  @Test
  void aWrongFormIsRefusedWithTheKnownOnes() {
    assertThat(score("--answers", answers, "--answers-form", "json").err())
        .contains("Unknown value 'json'; known: llava, benchmark, lmms-eval, vlmevalkit");
    assertThat(score("--answers", answers, "--answers-form", "vlmevalkit").err())
        .contains(
            "answers.jsonl is not of the form of --answers-form vlmevalkit: lmms-eval's samples are"
                + " lines of JSON");
  }

  @Test
  void aRunHasNoOtherForm() {
    Path run = folder.resolve("run");
    CommandLineRun made = score("--answers", "none=" + answers, "--output", run.toString());
    assertThat(made.code()).as(made.err()).isEqualTo(ExitCode.DONE);

    assertThat(score("--answers", run.toString(), "--answers-form", "llava").err())
        .contains("--answers-form llava is of files that this program reads");
    assertThat(run.resolve("manifest.json")).content().contains("\"form\" : \"lmms-eval\"");
  }
}
