package io.prumerge.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.source.SideCounts;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each row of a file beside the questions' is used, for no question, repeated or unreadable. */
class SideFilesTest {

  private static final String PROMPT = "\\nAnswer the question using a single word or phrase.";

  @TempDir private Path folder;

  private void write(String name, String... lines) throws IOException {
    Reading.write(folder, name, lines);
  }

  private List<SideCounts> sides(String benchmark) throws IOException {
    SourceFiles source = Reading.source(folder);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    Benchmarks.KNOWN.named(benchmark).read(source, PromptProfile.LLAVA, questions::add);
    assertThat(questions).isNotEmpty();
    assertThat(source.leftOut().account().sides()).allMatch(SideCounts::closes);
    return source.leftOut().account().sides();
  }

  private static SideCounts side(
      String file, long rows, long used, long unasked, long repeated, long unreadable) {
    return new SideCounts(file, rows, used, unasked, repeated, unreadable, 0);
  }

  @Test
  void labels() throws IOException {
    write(
        "llava_pope_test.jsonl",
        "{\"question_id\": 1, \"image\": \"a.jpg\", \"text\": \"Is it?"
            + PROMPT
            + "\", \"category\": \"random\"}");
    String label =
        "{\"question_id\": 1, \"image\": \"%s.jpg\", \"text\": \"Is it?\", \"label\": \"%s\"}";
    write(
        "coco/coco_pope_random.json",
        label.formatted("a", "yes"),
        label.formatted("a", "yes"),
        label.formatted("b", "no"),
        label.formatted("b", "no"),
        label.formatted("c", "perhaps"));
    write("coco/coco_pope_popular.json", label.formatted("a", "yes"));

    assertThat(sides("pope"))
        .containsExactly(
            side("coco_pope_popular.json", 1, 0, 1, 0, 0),
            side("coco_pope_random.json", 5, 1, 2, 2, 0));
  }

  private static String annotation(String id, int people) {
    return "{\"question_type\": \"what\", \"answer_type\": \"other\", \"question_id\": %s, \"answers\": [%s]}"
        .formatted(id, String.join(",", Collections.nCopies(people, "{\"answer\": \"a\"}")));
  }

  /** They are read together with the questions. */
  @Test
  void annotationsThatAreReadWithTheQuestions() throws IOException {
    write(
        "llava_vqav2_mscoco_val2014.jsonl",
        List.of(2, 1, 4).stream()
            .map(
                id ->
                    "{\"question_id\": %d, \"image\": \"a.jpg\", \"text\": \"What?%s\"}"
                        .formatted(id, PROMPT))
            .collect(Collectors.joining("\n")));
    write(
        "v2_mscoco_val2014_annotations.json",
        "{\"annotations\": [",
        String.join(
            ",\n",
            annotation("1", 10),
            annotation("3", 10),
            annotation("2", 10),
            annotation("[]", 10),
            "7",
            annotation("4", 9),
            annotation("5", 10),
            annotation("6", 9)),
        "]}");

    assertThat(sides("vqav2"))
        .containsExactly(side("v2_mscoco_val2014_annotations.json", 8, 2, 3, 0, 3));
  }

  @Test
  void whatOnlyAJudgeNeeds() throws IOException {
    write(
        "questions.jsonl",
        "{\"question_id\": 1, \"image\": \"a.jpg\", \"text\": \"What?\", \"category\": \"conv\"}");
    write(
        "context.jsonl",
        "{\"image\": \"a.jpg\", \"caption\": \"first\"}",
        "{\"image\": \"b.jpg\", \"caption\": \"another\"}",
        "{\"image\": \"a.jpg\", \"caption\": \"last\"}",
        "{\"image\": \"c.jpg\"}");
    write("answers_gpt4.jsonl", "{\"question_id\": 1, \"text\": \"a\"}");

    assertThat(sides("llava-bench"))
        .containsExactly(
            side("context.jsonl", 4, 1, 1, 1, 1), side("answers_gpt4.jsonl", 1, 1, 0, 0, 0));
  }

  @Test
  void annotationsByAKey() throws IOException {
    write(
        "llava_gqa_testdev_balanced.jsonl",
        "{\"question_id\": \"1\", \"image\": \"a.jpg\", \"text\": \"What?" + PROMPT + "\"}");
    write(
        "testdev_balanced_questions.json",
        "{\"1\": {\"answer\": \"a\"}, \"2\": {\"answer\": \"b\"}, \"3\": {\"answer\": \"c\", \"types\":"
            + " {}}}");

    assertThat(sides("gqa"))
        .containsExactly(side("testdev_balanced_questions.json", 3, 1, 2, 0, 0));
  }
}
