package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.console.Console;
import io.prumerge.console.UsageException;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelledAnswersTest {

  @TempDir private Path folder;

  private static List<LabelledAnswers> of(String... given) throws IOException {
    return LabelledAnswers.of(List.of(given), Folders.withoutSpark(Console.SILENT));
  }

  private void write(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "{}");
    }
  }

  @Test
  void placesOfOneLabelAreOneSetInTheOrderOfLabels() throws IOException {
    assertThat(of("none=a", "fastv:tokens=192=b=c", "none=d"))
        .extracting(LabelledAnswers::label, LabelledAnswers::visualTokens, LabelledAnswers::places)
        .containsExactly(
            tuple("none", OptionalInt.empty(), List.of("a", "d")),
            tuple("fastv:tokens=192", OptionalInt.of(192), List.of("b=c")));
  }

  @Test
  void aPathIsNoLabel() throws IOException {
    for (String path : List.of("./a=b", "/x/a=b", "s3a://bucket/a=b", "{format: csv, path: a=b}")) {
      assertThat(LabelledAnswers.isLabelled(path)).as(path).isFalse();
      assertThat(of(path))
          .containsExactly(
              new LabelledAnswers(LabelledAnswers.UNLABELLED, OptionalInt.empty(), List.of(path)));
    }
  }

  @Test
  void eitherAllSetsHaveLabelsOrNone() {
    assertThatThrownBy(() -> of("none=a", "b"))
        .isInstanceOf(UsageException.class)
        .hasMessage("answers: b has no label, others have; name each set as LABEL=PLACE");
  }

  @Test
  void aPatternNamesTheMethodAndItsTokens() throws IOException {
    write(
        "llava-7b-none.jsonl",
        "llava-7b-fastv-Tok064.jsonl",
        "llava-7b-fastv-Tok192.jsonl",
        "llava-7b-fastv-Tok192.txt",
        "other.jsonl");

    assertThat(of(folder + "/llava-7b-{method}-Tok{tokens}.jsonl"))
        .extracting(LabelledAnswers::label, LabelledAnswers::visualTokens)
        .containsExactly(
            tuple("fastv:tokens=192", OptionalInt.of(192)),
            tuple("fastv:tokens=64", OptionalInt.of(64)));
  }

  @Test
  void aPatternGoesThroughFolders() throws IOException {
    write("M/FastV/0.25/pope.jsonl", "M/Downsample/1/pope.jsonl", "M/FastV/0.25/gqa.jsonl");

    assertThat(of(folder + "/M/{method}/{method}/pope.jsonl"))
        .extracting(LabelledAnswers::label)
        .containsExactly("Downsample-1", "FastV-0.25");
    assertThat(of(folder + "/{any}/{method}/0.25/{any}.jsonl").get(0).places()).hasSize(2);
  }

  @Test
  void aPatternThatFitsNothingIsRefused() throws IOException {
    write("a.jsonl");

    assertThatThrownBy(() -> of(folder + "/x-{method}.jsonl"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("nothing in")
        .hasMessageEndingWith("fits");
    assertThatThrownBy(() -> of(folder + "/{tokens}.jsonl"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("{method}");
  }

  @Test
  void aFileSaysTheTokensOfLabels() throws IOException {
    Path file = Files.writeString(folder.resolve("tokens.csv"), "label,visual_tokens\nnone,576\n");

    assertThat(tokens(file, "none=a", "b=c"))
        .extracting(LabelledAnswers::label, LabelledAnswers::visualTokens)
        .containsExactly(tuple("none", OptionalInt.of(576)), tuple("b", OptionalInt.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "label,tokens\\nnone,576 | tokens.csv has the columns label, tokens; it needs label and",
        "label,visual_tokens\\nnome,576 | no answers are labelled 'nome'; labels: none; did you mean",
        "label,visual_tokens\\nnone,x | 'visual_tokens' must be a number of tokens, found 'x'",
        "label,visual_tokens\\nnone,1\\nnone,2 | 'none' is there already"
      })
  void aFileOfTokensThatDoesNotFitIsRefused(String text, String why) throws IOException {
    Path file = Files.writeString(folder.resolve("tokens.csv"), text.replace("\\n", "\n"));

    assertThatThrownBy(() -> tokens(file, "none=a")).hasMessageContaining(why);
  }

  private static List<LabelledAnswers> tokens(Path file, String... given) throws IOException {
    return LabelTokens.in(file.toString(), of(given), Folders.withoutSpark(Console.SILENT));
  }
}
