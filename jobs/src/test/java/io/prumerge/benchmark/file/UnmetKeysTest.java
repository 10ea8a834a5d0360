package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.Reading;
import io.prumerge.console.UsageException;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that are values of the data, and misspelt. */
class UnmetKeysTest {

  private static final String YAML =
      """
      name: own
      data: .
      columns: {question: question, answer: answer, category: setting}
      answer_names: {affirmative: "yes", negative: "no"}
      categories: {adversarial: hard, popular: easy, random: plain}
      texts:
        hint: {of: [setting, kind], values: {adversarial long: Look., popular long: See.}}
      prompts: {llava: ["{question}", "\\n{hint}"]}
      score: {a: {rule: yes-no}}
      figures:
        f1: {statistic: f1, values: [hard, plain]}
        accuracy: {statistic: mean, pooling: mean_of_groups, values: [easy]}
      """;

  @TempDir private Path folder;

  private List<String> notes(String yaml) throws IOException {
    Path data =
        Reading.write(
            folder,
            "q.csv",
            "question,answer,setting,kind",
            "1?,affirmative,adversarial,long",
            "2?,negative,popular,long",
            "3?,negative,random,short");
    FileBenchmark benchmark =
        new FileBenchmark(BenchmarkFile.parse(yaml, "own.yaml"), Optional.empty());
    SourceFiles source = Reading.source(data);
    benchmark.read(source, benchmark.prompts(Optional.empty()), new ArrayList<>()::add);
    return source.notes();
  }

  @Test
  void keysThatRowsHaveAreMet() throws IOException {
    assertThat(notes(YAML)).isEmpty();
    assertThat(notes(YAML.replace("random: plain", "random: plain, unlike: other"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "negative: | negativ: | answer_names: no row has 'negativ'; did you mean negative?",
        "popular: | populr: | categories: no row has 'populr'; did you mean popular?",
        "adversarial long: | adverserial long: | texts.hint.values: no row has 'adverserial long'; did you mean adversarial long?",
        "[hard, plain] | [hard, plian] | values of figures: no row has 'plian'; did you mean plain?",
      })
  void aMisspeltOneIsSaid(String key, String misspelt, String note) throws IOException {
    String yaml = YAML.replaceFirst(Pattern.quote(key), misspelt);
    if (note.startsWith("answer_names")) {
      yaml = yaml.replace("rule: yes-no", "rule: exact").replaceFirst("(?s)figures:.*", "");
    }
    assertThat(notes(yaml)).contains("own.yaml: " + note);
  }

  @Test
  void optionsThatNoQuestionHasAreSaid() throws IOException {
    String options = "question: question, options_in_question: '(?P<question>.*)%s'";
    String yaml = YAML.replace("rule: yes-no", "rule: exact").replaceFirst("(?s)figures:.*", "");
    assertThat(notes(yaml.replace("question: question", options.formatted("[(](.*)"))))
        .containsExactly("own.yaml: columns.options_in_question finds options in no question");
    assertThat(notes(yaml.replace("question: question", options.formatted("(1|4)[?]")))).isEmpty();
  }

  @Test
  void aTextThatNoColumnChoosesIsRefused() {
    assertThatThrownBy(() -> notes(YAML.replace("of: [setting, kind]", "of: [setting, kinds]")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("own.yaml: prompts, texts: Unknown value or column 'kinds'");
  }
}
