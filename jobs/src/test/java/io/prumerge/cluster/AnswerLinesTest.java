package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code notebooks/answers/lines.py}, which writes other people's answers as {@code score} reads.
 */
@Tag("process")
class AnswerLinesTest {

  private static final Path FOLDER =
      Path.of(System.getProperty("project.root")).resolve("notebooks").resolve("answers");

  private static final String ROW =
      "{\"qid\": \"%s\", \"image_path\": \"/data/%s\", \"prompt\": \"%s\", \"pred\": \"%s\","
          + " \"answers\": [\"%s\"]}\n";

  @TempDir private Path temp;

  /** The script needs no package. */
  @BeforeEach
  void needsPython() throws InterruptedException {
    try {
      python().module("this");
    } catch (IOException e) {
      assumeTrue(false, e.getMessage());
    }
  }

  @Test
  void writesSettingsOneAfterTheOther() throws Exception {
    Path popular =
        write("outputs_popular/a.jsonl", ROW.formatted(1, "a.jpg", "A dog?", "No", "no"));
    Path random =
        write("outputs_random/a.jsonl", "\n" + ROW.formatted(1, "a.jpg", "A cat?", "Yes", "no"));

    assertThat(lines("rows", popular, random, "--questions", temp.resolve("q.jsonl")))
        .isEqualTo("rows read: 2 = written: 2");

    assertThat(temp.resolve("out"))
        .hasContent(
            """
            {"question_id": 10000001, "prompt": "A dog?", "text": "No"}
            {"question_id": 20000001, "prompt": "A cat?", "text": "Yes"}
            """);
    assertThat(Files.readAllLines(temp.resolve("q.jsonl")).get(1))
        .isEqualTo(
            "{\"question_id\": 20000001, \"image\": \"a.jpg\", \"text\": \"A cat?\","
                + " \"answer\": \"no\", \"category\": \"random\"}");
  }

  @Test
  void writesAFileForEachTaskOfMme() throws Exception {
    Path rows =
        write(
            "outputs_text_translation/a.jsonl",
            ROW.formatted("a_b_text_translation_neg", "a_b.png", "Sure?", "No\\n it\\tis", "no"));

    assertThat(lines("mme", rows)).isEqualTo("rows read: 1 = written: 1 in 1 tasks");

    assertThat(temp.resolve("out/text_translation.txt")).hasContent("a_b.png\tSure?\tNo\tNo it is");
    assertThat(lines("mme", rows)).contains("File exists");
  }

  @Test
  void countsRowsThatNobodyAsked() throws Exception {
    String row =
        "{\"question_id\": \"%s\", \"question\": \"%s\", \"pred\": \"%s\", \"ground_truth\": \"B\"}";
    Path lists =
        write(
            "a.json",
            "{\"correct\": [%s], \"incorrect\": [%s, %s]}"
                .formatted(
                    row.formatted(5, "Which?", "B"),
                    row.formatted(4, "Unknown", "FAILED"),
                    row.formatted(7, "What?", "FAILED")));

    assertThat(lines("verdicts", lists))
        .isEqualTo(
            "rows read: 3 = written: 2"
                + " + left out, not asked (question \"Unknown\", pred \"FAILED\"): 1");

    assertThat(temp.resolve("out"))
        .hasContent(
            """
            {"question_id": "5", "prompt": "Which?", "text": "B"}
            {"question_id": "7", "prompt": "What?", "text": "FAILED"}
            """);
  }

  /** A question without an answer keeps its number, so that later ones keep theirs. */
  @Test
  void numbersQuestionsOfVideos() throws Exception {
    String question = "{\"question\": \"Who?\", \"options\": [\"A. I\"], \"answer\": \"A\"%s}";
    Path list =
        write(
            "a.json",
            "[{\"video_path\": \"/v/a.mp4\", \"questions\": [%s, %s]}]"
                .formatted(question.formatted(""), question.formatted(", \"rekv\": \" A\"")));

    assertThat(lines("videos", list, "--answer", "rekv"))
        .isEqualTo("rows read: 2 = written: 1 + left out, no key rekv: 1");

    assertThat(temp.resolve("out"))
        .hasContent("{\"question_id\": 2, \"prompt\": \"Who?\\nA. I\", \"text\": \" A\"}");
  }

  @Test
  void namesTheRowThatItCannotRead() throws Exception {
    String good = ROW.formatted(1, "a.jpg", "A dog?", "No", "no");

    assertRefused(good + "{\"qid\": \"2\"", ":2: no JSON (");
    assertRefused(good + "{\"qid\": \"2\"}", ":2: expected the key answers, found qid");
    assertRefused(good + "[]", ":2: expected an object with answers, found list");
    assertRefused(good + good, ":2: the id 10000001 stands at ");
    assertRefused(good.replace("\"No\"", "7"), ":1: expected pred to be str, found 7");
    assertRefused(good.replace("[\"no\"]", "[]"), ":1: expected answers to be a list of one text");
    assertRefused(good.replace("\"1\"", "\"1_x_pos\""), "MME's ids are read by `mme`");
    assertRefused("", ": no answers");
  }

  private void assertRefused(String rows, String why) throws Exception {
    Path file = write("outputs_random/a.jsonl", rows);
    assertThat(lines("rows", file)).startsWith("lines.py: " + file).contains(why);
    assertThat(temp.resolve("out")).doesNotExist();
  }

  private Path write(String name, String text) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Runs the script with an output {@code out}, and returns what it says. */
  private String lines(String form, Object... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("lines", form));
    List.of(arguments).forEach(one -> all.add(one.toString()));
    all.addAll(List.of("--output", temp.resolve("out").toString()));
    return python().module(all.toArray(String[]::new)).printed();
  }

  private Python python() {
    return new Python(
        temp, Map.of("PYTHONPATH", FOLDER.toString(), "PYTHONDONTWRITEBYTECODE", "1"));
  }
}
