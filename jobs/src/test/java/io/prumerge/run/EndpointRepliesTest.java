package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.Failure;
import io.prumerge.metric.Rows;
import io.prumerge.store.Json;
import io.prumerge.store.ReplyCounts;
import io.prumerge.store.SentRequests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the sums of replies on answers that a test has spoilt. */
@Tag("spark")
class EndpointRepliesTest {

  /** Answers of seven questions: one in three tries, one not counted, one from a cache; errors. */
  private static final List<Row> REPLIES =
      List.of(
          reply(1, null, 1, 40),
          reply(2, null, 3, 40),
          reply(3, null, 1, null),
          reply(4, null, 0, 40),
          reply(5, "endpoint_failed: status 500: no", 3, null),
          reply(6, "image_missing: a: b", 0, null),
          reply(7, "image_corrupt", 0, null));

  private static final ErrorRate HELD = new ErrorRate(3, 7);

  private static Row reply(int question, String error, Integer tries, Integer prompt) {
    return Rows.prediction(
        "question_id",
        "q" + question,
        "answer",
        error == null ? "yes" : null,
        "error",
        error,
        "tries",
        tries,
        "prompt_tokens",
        prompt,
        "generated_tokens",
        error == null ? 1 : null);
  }

  private static ReplyCounts closed(List<Row> rows) {
    List<Row> all = new ArrayList<>(rows);
    all.add(Rows.prediction("run_id", "other", "question_id", "q8"));
    return EndpointReplies.of(Rows.predictions(all), "run").closed(REPLIES.size(), HELD);
  }

  /** Returns the replies with another row in place of one of them. */
  private static List<Row> with(int place, Row other) {
    List<Row> rows = new ArrayList<>(REPLIES);
    rows.set(place - 1, other);
    return rows;
  }

  private static void isAFault(List<Row> rows, String... words) {
    assertThatThrownBy(() -> closed(rows))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith("The counts of replies do not add up, which is a fault of this")
        .hasMessageContainingAll(words);
  }

  @Test
  void eachQuestionIsCountedOnce() {
    ReplyCounts counts = closed(REPLIES);

    assertThat(counts)
        .isEqualTo(
            new ReplyCounts(
                7,
                4,
                new TreeMap<>(
                    Map.of("endpoint_failed", 1L, "image_corrupt", 1L, "image_missing", 1L)),
                3,
                1,
                List.of(new SentRequests(4, 8, 1))));
    assertThat(counts.sentence("theirs"))
        .isEqualTo(
            "7 questions to theirs: 4 answered, 1 endpoint_failed, 1 image_corrupt, 1 image_missing;"
                + " 4 requests in 8 tries, 1 answered from a cache; 4 answers: 3 with token"
                + " counts, 1 without");
    assertThat(counts.answersAllAtOnce()).isFalse();
    assertThat(Json.read(Json.write(counts), ReplyCounts.class)).isEqualTo(counts);
  }

  @Test
  void aReplyThatIsDroppedIsAFault() {
    isAFault(REPLIES.subList(0, 6), "6 rows to 6 different questions", "the chunks hold 7");
    isAFault(REPLIES.subList(1, 7), "6 rows to 6 different questions", "7 questions to run run");
  }

  @Test
  void aReplyThatIsCountedTwiceIsAFaultWhateverElseIsDropped() {
    isAFault(
        Stream.concat(REPLIES.stream(), REPLIES.stream().limit(1)).toList(),
        "8 rows to 7 different questions");
    isAFault(with(1, REPLIES.get(1)), "7 rows to 6 different questions");
    isAFault(with(6, REPLIES.get(6)), "7 rows to 6 different questions");
  }

  @Test
  void anErrorInPlaceOfAnotherIsAFault() {
    isAFault(
        with(5, reply(5, "image_missing: a: b", 3, null)),
        "1 of 7 rows has an error that does not go with");
    isAFault(
        with(6, reply(6, "endpoint_failed: no", 0, null)),
        "1 of 7 rows has an error that does not go with");
    List<Row> swapped = with(5, reply(5, "image_missing: a: b", 3, null));
    swapped.set(5, reply(6, "endpoint_failed: no", 0, null));
    isAFault(swapped, "2 of 7 rows have an error that does not go with");
    isAFault(with(1, reply(1, "endpoint_failed: no", 1, null)), "3 of them without an error");
    isAFault(
        with(6, reply(6, null, 0, 40)), "5 of them without an error; the chunks hold 7, 4 of them");
    Row counted =
        Rows.prediction("question_id", "q7", "answer", null, "error", "image_corrupt", "tries", 0);
    isAFault(with(7, counted), "7 questions to run run: 4 answered");
  }

  @Test
  void ofAnswersOfEarlierVersionsNobodyKnowsWhatWasSent() {
    ReplyCounts counts = closed(with(2, reply(2, null, null, 40)));

    assertThat(counts.sent()).isEmpty();
    assertThat(counts.sentence("theirs"))
        .endsWith(
            "1 image_missing; requests not counted; 4 answers: 3 with token counts, 1 without");
    String written = Json.write(counts).replaceFirst("(?s),\\s*\"sent\".*]", "");
    assertThat(Json.read(written, ReplyCounts.class)).isEqualTo(counts);
  }

  @Test
  void nothingIsSaidWhereEachIsAnsweredAtOnce() {
    SortedMap<String, Long> none = new TreeMap<>();
    List<SentRequests> once = List.of(new SentRequests(2, 2, 0));
    assertThat(new ReplyCounts(2, 2, none, 2, 0, once).answersAllAtOnce()).isTrue();
    assertThat(new ReplyCounts(2, 2, none, 2, 0, List.of()).answersAllAtOnce()).isTrue();
    assertThat(
            List.of(
                new ReplyCounts(2, 2, none, 1, 1, once),
                new ReplyCounts(2, 2, none, 2, 0, List.of(new SentRequests(2, 3, 0))),
                new ReplyCounts(2, 2, none, 2, 0, List.of(new SentRequests(1, 1, 1))),
                new ReplyCounts(2, 1, new TreeMap<>(Map.of("prompt_empty", 1L)), 1, 0, List.of())))
        .allMatch(ReplyCounts::closes)
        .noneMatch(ReplyCounts::answersAllAtOnce);
  }
}
