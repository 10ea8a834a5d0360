package io.prumerge.benchmark.scienceqa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three answer formats, and the submission. */
class ScienceQaAnswersTest {

  private final ScienceQaBenchmark benchmark = new ScienceQaBenchmark();
  private final Configuration hadoop = new Configuration();

  @TempDir private Path folder;

  private Map<String, String> answers(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
    for (AnswerFormat format : benchmark.answerFormats()) {
      if (format.recognises(path, hadoop)) {
        Map<String, String> answers = new LinkedHashMap<>();
        format.read(
            path, hadoop, new LeftOutRows(), answer -> answers.put(answer.key(), answer.text()));
        return answers;
      }
    }
    throw new AssertionError("No form recognises " + name);
  }

  @Test
  void readsLlavasLines() throws IOException {
    String lines =
        """
        {"question_id": "7", "prompt": "<image>\\nWhich?", "text": "C", "model_id": "m"}
        {"question_id": "12", "prompt": "Will it?", "text": "A. yes\\nsure", "model_id": "m"}
        """;

    assertThat(answers("a.jsonl", lines)).isEqualTo(Map.of("7", "C", "12", "A. yes\nsure"));
  }

  @Test
  void readsResultsWithTheTextsThatSayTheSame() throws IOException {
    String document =
        """
        {"acc": 50.0, "correct": 1, "count": 4,
         "results": {"7": 2, "12": -1, "3": 3, "4": "1", "5": -1},
         "outputs": {"7": "C. Iowa", "12": "no idea", "3": "no idea", "5": "A"}}
        """;

    assertThat(answers("r.json", document))
        .containsExactly(
            Map.entry("7", "C. Iowa"),
            Map.entry("12", "no idea"),
            Map.entry("3", "D"),
            Map.entry("4", "B"),
            Map.entry("5", ""));
  }

  @Test
  void readsResultsAlone() throws IOException {
    assertThat(answers("r.json", "{\"results\": {\"7\": 2, \"12\": -1}}"))
        .isEqualTo(Map.of("7", "C", "12", ""));
  }

  @Test
  void readsLlavasAnalysisWhateverItsNameEndsWith() throws IOException {
    String document =
        """
        {
          "correct": [{"question_id": "7", "parsed_ans": "C", "pred": "C", "is_multimodal": true}],
          "incorrect": [{"question_id": "12", "parsed_ans": "FAILED", "pred": "hm"}]
        }
        """;

    assertThat(answers("m_output.jsonl", document)).isEqualTo(Map.of("7", "C", "12", "hm"));
    assertThat(answers("m_output.json", document)).isEqualTo(Map.of("7", "C", "12", "hm"));
    assertThatThrownBy(() -> answers("m_output.jsonl", document.substring(0, 60)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("not valid JSON (is the file cut off?)");
  }

  @Test
  void refusesResultsThatAreNone() {
    assertThatThrownBy(() -> answers("r.json", "{\"results\": {\"7\": 2"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("r.json:1: not valid JSON (is the file cut off?)");
    assertThatThrownBy(() -> answers("r.json", "{\"outputs\": {\"7\": \"C\"}}"))
        .hasMessageStartingWith("r.json:1: lacks the object \"results\"");
    for (String index : List.of("5", "-2", "1.0", "\"C\"", "null", "99999999999")) {
      assertThatThrownBy(() -> answers("r.json", "{\"results\": {\"7\": %s}}".formatted(index)))
          .hasMessage(
              "r.json:1: \"results\" of problem 7 must be an index from -1 to 4, it is " + index);
    }
  }

  @Test
  void writesWhatItReadsBackWithTheSameScores() throws IOException {
    ScienceQaFiles.write(folder, ScienceQaFiles.problems(), ScienceQaFiles.splits());
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(Reading.source(folder), PromptProfile.LLAVA, questions::add);
    List<String> given = List.of("C. Iowa", "E", "");
    Iterator<AnsweredQuestion> answered =
        Arrays.asList(
                new AnsweredQuestion(questions.get(0), given.get(0)),
                new AnsweredQuestion(questions.get(1), given.get(1)),
                new AnsweredQuestion(questions.get(2), given.get(2)))
            .iterator();

    benchmark
        .submission()
        .orElseThrow()
        .write(answered, new org.apache.hadoop.fs.Path(folder.toUri()), hadoop);

    String written = Files.readString(folder.resolve("scienceqa_result.json"));
    JsonNode document = new ObjectMapper().readTree(written);
    assertThat(document.path("acc").doubleValue()).isEqualTo(100.0 / 3);
    assertThat(document.path("correct").intValue()).isEqualTo(1);
    assertThat(document.path("count").intValue()).isEqualTo(3);
    assertThat(document.path("results").toString()).isEqualTo("{\"7\":2,\"12\":-1,\"3\":-1}");
    assertThat(document.path("outputs").path("7").textValue()).isEqualTo("C. Iowa");
    Map<String, String> again = answers("again.json", written);
    for (int i = 0; i < given.size(); i++) {
      BenchmarkQuestion question = questions.get(i);
      for (String profile : benchmark.profiles()) {
        assertThat(benchmark.score(profile, again.get(question.id()), question.reference()))
            .isEqualTo(benchmark.score(profile, given.get(i), question.reference()));
      }
    }
  }
}
