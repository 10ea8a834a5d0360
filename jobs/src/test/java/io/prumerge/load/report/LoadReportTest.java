package io.prumerge.load.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.console.Failure;
import io.prumerge.console.TextTable;
import io.prumerge.load.LoadResult;
import io.prumerge.load.figure.GoodputLimits;
import io.prumerge.load.figure.LoadPointRow;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.load.figure.LoadRows;
import io.prumerge.load.generate.LoadPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is printed and said of two servers, of which the pruned one is faster. */
class LoadReportTest {

  private static LoadReport report(List<LoadRow> rows) {
    return LoadReport.of(rows, Optional.of(GoodputLimits.parse(List.of("e2el:300"))), "none");
  }

  private static List<LoadRow> together(List<LoadRow> one, List<LoadRow> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private static List<LoadRow> changed(
      List<LoadRow> rows, int[] which, Consumer<LoadRows.Request> how) {
    List<LoadRow> changed = new ArrayList<>(rows);
    for (int i : which) {
      LoadRow row = rows.get(i);
      LoadRows.Request request =
          new LoadRows.Request(row.series(), i)
              .phase(row.phase())
              .sent(row.planned(), row.planned());
      how.accept(request);
      changed.set(i, request.row());
    }
    return changed;
  }

  @Test
  void aSentenceSaysHowMuchFasterAtWhichRetention() {
    LoadSentences sentences = report(MadeServers.both()).sentences();

    assertThat(sentences.told())
        .singleElement()
        .asString()
        .matches(
            "At 4 in flight pruned answers 1\\.6\\d times as many requests a second as none"
                + " \\(1\\.[45]\\d to 1\\.[67]\\d\\), with 0\\.25 of the visual tokens; retention"
                + " 97 % \\(9\\d to \\d+\\)\\.");
    assertThat(sentences.untold()).isEmpty();
    assertThat(sentences.noise()).isEmpty();
  }

  @Test
  void equalServersAreNotToldApart() {
    assertThat(
            report(together(MadeServers.none(4), MadeServers.server("same", 4, 100, 576, 1)))
                .sentences()
                .told())
        .singleElement()
        .asString()
        .startsWith("At 4 in flight same is not told apart: it answers 1.0");
  }

  @Test
  void whatIsDoubtfulIsNotToldAndWhyNot() {
    List<LoadRow> none = MadeServers.none(4);
    List<LoadRow> pruned = MadeServers.pruned(4);

    assertThat(untold(together(none, MadeServers.pruned(8))))
        .isEqualTo("At 8 in flight pruned is not compared with none: none has no such point.");
    assertThat(
            untold(
                together(
                    none,
                    changed(pruned, new int[] {100}, one -> one.answered(5000).tokens(9, 1, 1)))))
        .isEqualTo(
            "At 4 in flight pruned is not compared with none: pruned answered from a cache.");
    assertThat(
            untold(
                together(
                    changed(none, IntStream.range(100, 130).toArray(), one -> one.failed(5000)),
                    pruned)))
        .isEqualTo(
            "At 4 in flight pruned is not compared with none: none left 30 of 400 requests without"
                + " an answer.");
    assertThat(
            untold(
                together(
                    none,
                    changed(
                        pruned,
                        new int[] {100},
                        one -> one.answered(5000).tokens(9, 0, 1).generator(0, 0.9)))))
        .isEqualTo(
            "At 4 in flight pruned is not compared with none: pruned was asked by a process that"
                + " used 90 % of its processors: close other programs, or use another machine.");
    assertThat(
            untold(
                together(
                    changed(
                        none,
                        new int[] {100},
                        one -> one.answered(2500).tokens(9, 0, 1).generator(38, 0.1)),
                    pruned)))
        .matches(
            "At 4 in flight pruned is not compared with none: none was asked late: 1 in 100"
                + " requests left 38\\.0 ms late, 3\\d\\.\\d % of an answer's time: close other"
                + " programs, or use another machine\\.");
    assertThat(untold(together(none.subList(0, 100), pruned.subList(0, 100))))
        .isEqualTo(
            "At 4 in flight pruned is not compared with none: too few answers for an interval.");
  }

  /** All are sent at the planned rate of five a second, or at four fifths of it. */
  @Test
  void lateRequestsAreNotTooFew() {
    LoadPattern rate = LoadPattern.open(5, 1, OptionalInt.empty());
    List<LoadRow> none = MadeServers.open("none", rate, 100, 576);
    List<LoadRow> pruned = MadeServers.open("pruned", rate, 60, 144);
    Consumer<LoadRows.Request> late =
        one -> one.answered(1e5).tokens(144, 0, 3).says("yes", 1).generator(60, 0.1);

    assertThat(untold(together(none, changed(pruned, new int[] {200}, late))))
        .contains("pruned was asked late: 1 in 100 requests left 60.0 ms late, ");
    List<LoadRow> slow = new ArrayList<>();
    for (LoadRow row : changed(pruned, new int[] {200}, late)) {
      double sent = 1.25 * row.planned();
      slow.add(
          new LoadRows.Request(row.series(), row.request())
              .phase(row.phase())
              .sent(row.planned(), sent)
              .answered(sent + 60)
              .generator(60, 0.1)
              .row());
    }
    assertThat(untold(together(none, slow)))
        .matches(
            ".* pruned was not asked fast enough: [34]\\.\\d+ of 5 requests a second were sent:"
                + " close other programs, or use another machine\\.");
  }

  @Test
  void errorsAreSaidByTheirKindsAndMarkAPointThatIsNotCompared() {
    List<LoadRow> refused =
        changed(
            MadeServers.pruned(4),
            IntStream.range(100, 200).toArray(),
            one ->
                one.failed(5000, "endpoint_failed: status 429: {\"message\": \"queue is full\"}"));
    LoadReport report = report(together(MadeServers.none(4), refused));

    assertThat(report.sentences().errors())
        .containsExactly(
            "At 4 in flight 100 of 400 requests to pruned failed: 100 x status 429: queue is"
                + " full.");
    List<String> lines = TextTable.aligned(report.cells(), 2);
    assertThat(lines.get(0)).contains("marks").doesNotContain("times the base", "retention");
    assertThat(lines.get(2)).startsWith("pruned  c4     errors ");
    assertThat(LoadChart.of(report).quality()).isEqualTo(LoadChart.SCORE);
    assertThat(report(MadeServers.both()).sentences().errors()).isEmpty();
    assertThat(LoadChart.of(report(MadeServers.both())).quality()).isEqualTo(LoadChart.RETENTION);
  }

  @Test
  void eachServerHasOneVerdict() {
    List<LoadRow> rows = new ArrayList<>();
    for (int concurrency : new int[] {1, 16, 4}) {
      rows.addAll(MadeServers.pruned(concurrency));
      rows.addAll(MadeServers.none(concurrency));
    }
    rows.addAll(MadeServers.server("other", 8, 100, 576, 1));

    List<String> verdicts = report(rows).sentences().verdicts();

    assertThat(verdicts).hasSize(3);
    assertThat(verdicts.get(0))
        .matches(
            "At 16 in flight none answers 1\\d\\d requests a second \\(1\\d\\d to 1\\d\\d\\), each"
                + " in \\d+\\.?\\d* ms on average; score [0-9.]+ %\\.");
    assertThat(verdicts.get(1)).startsWith("At 16 in flight pruned answers 1.");
    assertThat(verdicts.get(2))
        .isEqualTo(
            "other is not compared with none at any of its points: at 8 in flight none has no such"
                + " point.");
    assertThat(
            report(
                    changed(
                        MadeServers.none(4),
                        IntStream.range(0, 100).toArray(),
                        one -> one.failed(5000)))
                .sentences()
                .verdicts())
        .containsExactly(
            "No point of none can be relied upon: at 4 in flight none left 100 of 400 requests"
                + " without an answer.");
  }

  @Test
  void aServerThatAnsweredNothingEndsInAnError() {
    new LoadResult(null, report(MadeServers.both())).requireAnswers();
    LoadReport silent =
        report(
            together(
                MadeServers.none(4),
                changed(
                    MadeServers.pruned(4),
                    IntStream.range(0, 400).toArray(),
                    one -> one.failed(5000))));

    assertThatThrownBy(() -> new LoadResult(null, silent).requireAnswers())
        .isInstanceOf(Failure.class)
        .hasMessage("pruned answered none of 320 measured requests: 400 x 429");
  }

  private static String untold(List<LoadRow> rows) {
    LoadSentences sentences = report(rows).sentences();
    assertThat(sentences.told()).isEmpty();
    assertThat(sentences.untold()).hasSize(1);
    return sentences.untold().get(0);
  }

  /** At a rate that both can bear, they answer as many as arrive. */
  @Test
  void atARateTimesAreCompared() {
    LoadPattern rate = LoadPattern.open(5, 1, OptionalInt.empty());

    assertThat(
            report(
                    together(
                        MadeServers.open("none", rate, 100, 576),
                        MadeServers.open("pruned", rate, 60, 144)))
                .sentences()
                .told())
        .singleElement()
        .asString()
        .matches(
            "At 5 requests a second pruned answers in [0-9.]+ ms \\([0-9.]+ to [0-9.]+\\) on"
                + " average from when a request is due, none in \\d+ ms \\([0-9.]+ to [0-9.]+\\),"
                + " with 0\\.25 of the visual tokens; retention 100 % \\(9\\d to 10\\d\\)\\.");
  }

  @Test
  void theNoiseOfAServerIsSaid() {
    assertThat(
            report(
                    together(
                        together(MadeServers.none(1), MadeServers.none(4)),
                        MadeServers.server("none", 8, 100, 576, 0.97)))
                .sentences()
                .noise())
        .containsExactly(
            "Noise of none: the score moves by up to 2.3 points between its points, and 2.3 % of"
                + " the answers change (from c1 to c8).");
  }

  @Test
  void theTableLeavesOutWhatNobodyKnows() {
    List<String> lines = TextTable.aligned(report(MadeServers.both()).cells(), 2);

    assertThat(lines.get(0))
        .isEqualTo(
            "server  point  requests/s  95% interval  times the baseline  visual tokens  score %"
                + "  retention %  E2EL ms  E2EL p95  tokens/s  goodput %  requests");
    assertThat(lines).hasSize(3);
    assertThat(lines.get(2)).startsWith("pruned  c4 ").contains("1.6").contains(" 144 ");
  }

  @Test
  void theDocumentHasTheColumnsNames() throws Exception {
    JsonNode json = new ObjectMapper().readTree(report(MadeServers.both()).json());

    JsonNode point = json.path("points").path(1);
    assertThat(point.path("server").asText()).isEqualTo("pruned");
    assertThat(point.path("requests_per_s_ratio").asDouble()).isBetween(1.5, 1.8);
    assertThat(point.path("ms_ttft_mean").isNull()).isTrue();
    assertThat(point.path("notes").isArray()).isTrue();
    assertThat(json.path("sentences").path(0).asText()).startsWith("At 4 in flight");
    assertThat(point.fieldNames())
        .toIterable()
        .containsExactly(LoadPointRow.TABLE.schema().fieldNames());
  }
}
