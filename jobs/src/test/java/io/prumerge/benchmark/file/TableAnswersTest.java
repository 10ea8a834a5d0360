package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.XlsxWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers to a user's own benchmark as spreadsheets and pandas write them. */
class TableAnswersTest {

  private static final FileBenchmark BENCHMARK =
      new FileBenchmark(
          BenchmarkFile.parse(
              "name: x\ndata: x\ncolumns: {question: q, answers: a}\nscore: {e: {rule: exact}}\n",
              "x.yaml"),
          Optional.empty());

  @TempDir private Path folder;

  private List<String> answers(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return Reading.answers(BENCHMARK, file).stream()
        .map((GivenAnswer answer) -> answer.key() + "=" + answer.text())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "question_id,text\n1,a dog\n2,\n",
        "text;question_id;note\r\na dog;1;x\r\n;2;\r\n",
        "sep=;\r\nquestion_id;text\r\n1;a dog\r\n2;\r\n",
        "question_id\ttext\n1\ta dog\n\n2\t\n",
        "\uFEFFindex,prediction\n1.0,\"a dog\"\n2.000,\n",
        ",index,question,prediction\n0,1,Q?,a dog\n1,2,Q?,\n"
      })
  void areReadWhateverSeparatesThem(String text) throws IOException {
    for (String name : List.of("a.csv", "A.CSV")) {
      assertThat(answers(name, text)).containsExactly("1=a dog", "2=");
    }
  }

  @Test
  void areReadInEachFormOfTables() throws IOException {
    assertThat(answers("a.tsv", "prediction\tindex\n\"a \"\"dog\"\"\"\t1.0\n\t2\n"))
        .containsExactly("1=a \"dog\"", "2=");
    Path sheet = folder.resolve("a.xlsx");
    try (XlsxWriter writer = new XlsxWriter(Files.newOutputStream(sheet))) {
      for (List<String> row :
          List.of(List.of("question_id", "text"), List.of("007", "None"), List.of("8", "=1+1"))) {
        writer.row(row.stream().map(Optional::of).toList());
      }
    }
    assertThat(Reading.answers(BENCHMARK, sheet))
        .extracting(answer -> answer.key() + "=" + answer.text(), GivenAnswer::where)
        .containsExactly(tuple("007=None", "a.xlsx:row 2"), tuple("8==1+1", "a.xlsx:row 3"));
  }

  /** Of a column with gaps, pandas writes numbers with a point; an id may look like one. */
  @ParameterizedTest
  @CsvSource({
    "241.0, 241",
    "1.000241E6, 1000241",
    "007, 007",
    "1.5, 1.5",
    "1.10, 1.10",
    "2e5, 2e5",
    "-3.0, -3",
    "q1.0, q1.0"
  })
  void indexesOfVlmEvalKitAreWholeNumbersWhereTheyCanBe(String index, String id)
      throws IOException {
    assertThat(answers("a.csv", "index,prediction\n" + index + ",x\n")).containsExactly(id + "=x");
    assertThat(answers("a.csv", "question_id,text\n" + index + ",x\n"))
        .containsExactly(index + "=x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id,answer | id, answer",
        "question_id,answer | question_id, answer",
        "index,text | index, text",
        "question_id;response | question_id, response",
        "1,a dog | 1, a dog"
      })
  void otherHeadingsAreSaid(String header, String columns) {
    assertThatThrownBy(() -> answers("a.csv", header + "\n1,a dog\n"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "a.csv:1: answers are in the columns question_id and text, or index and prediction; its"
                + " columns: "
                + columns);
  }

  @Test
  void utf16IsNamed() throws IOException {
    Path file = folder.resolve("a.csv");
    Files.write(file, "question_id,text\n1,x\n".getBytes(StandardCharsets.UTF_16));
    assertThatThrownBy(() -> Reading.answers(BENCHMARK, file))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("a.csv is UTF-16; save it as UTF-8");
  }
}
