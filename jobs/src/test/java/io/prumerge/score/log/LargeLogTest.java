package io.prumerge.score.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.ImagePlace;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As many rows as the largest benchmarks have. */
@Tag("slow")
class LargeLogTest {

  private static final int ROWS = 200_000;

  /** Bytes of a question and what is kept of its answer. */
  private static final long MOST_EACH = 1_000;

  @TempDir private Path folder;

  private static BenchmarkQuestion question(int number) {
    return BenchmarkQuestion.of(
        TextNode.valueOf("question-" + number),
        Optional.of(new ImagePlace.InFolder("COCO_val2014_" + number / 3 + ".jpg")),
        "prompt",
        "Is there one of the things that are called number " + number % 5_000 + " in the picture?",
        "of one kind",
        List.of(number % 2 == 0 ? "yes" : "no"),
        8);
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void holdsLittleOfEachQuestion() throws IOException {
    Path file = folder.resolve("x_samples_x.jsonl");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < ROWS; i++) {
        out.write(
            String.format(
                Locale.ROOT,
                "{\"doc_id\": %d, \"target\": \"%s\", \"filtered_resps\": \"%s\", \"input\": \"%s"
                    + " Answer with one word.\", \"token_counts\": [{\"output_tokens\": 3}]}\n",
                i,
                i % 2 == 0 ? "yes" : "no",
                i % 3 == 0 ? "No" : "Yes",
                question(i).question()));
      }
    }
    long before = used();
    QuestionIndex index =
        QuestionIndex.of(IntStream.range(0, ROWS).mapToObj(LargeLogTest::question).iterator());
    long[] answers = new long[2];
    LogReading reading =
        LogFiles.of(
                List.of(new AnswerPlace("x", Reading.path(file))), Optional.empty(), Reading.HADOOP)
            .orElseThrow()
            .read(
                index,
                answer -> {
                  answers[0]++;
                  if (answers[0] == ROWS) {
                    answers[1] = used(); // all is held here
                  }
                });
    assertThat(reading.counts()).isEqualTo(new LogCounts(ROWS, ROWS, 0, 0, 0, 0, 0, ROWS));
    assertThat((answers[1] - before) / ROWS).isLessThan(MOST_EACH);
  }
}
