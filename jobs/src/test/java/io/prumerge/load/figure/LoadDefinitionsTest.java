package io.prumerge.load.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.load.figure.LoadRows.Request;
import io.prumerge.load.report.LoadReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * The definitions of vLLM's {@code bench serve} and of guidellm on four requests whose figures were
 * worked out by hand: sent at 0, 0, 1 and 1 s, first tokens at 0.5, 0.9, 1.4 and 2 s, last ones at
 * 1.5, 0.9, 2.4 and 4 s, of 11, 1, 6 and 21 tokens.
 */
public class LoadDefinitionsTest {

  private static final Offset<Double> EXACT = within(1e-9);

  private static final List<LoadRow> ROWS = rows(0);

  /**
   * @param wait milliseconds that each was due before it was sent
   */
  public static List<LoadRow> rows(double wait) {
    return List.of(
        request(0, wait, 0, 1500, 11, 500., 1000., 1500.),
        request(1, wait, 0, 900, 1, 900.),
        request(2, wait, 1000, 2400, 6, 1400., 2400.),
        request(3, wait, 1000, 4000, 21, 2000., 2500., 4000.));
  }

  private static LoadRow request(
      int number, double wait, double sent, double end, int tokens, Double... texts) {
    return new Request(LoadRows.closed("s", 2), number)
        .sent(sent - wait, sent)
        .answered(end, texts)
        .tokens(576, 0, tokens)
        .row();
  }

  private static LoadPointRow point(double wait) {
    return LoadPoints.of(rows(wait), Optional.of(GoodputLimits.parse(List.of("ttft:1000"))), "s")
        .get(0);
  }

  private static List<Double> each(Function<RequestTimes, OptionalDouble> time) {
    return ROWS.stream().map(row -> time.apply(new RequestTimes(row)).orElse(-1)).toList();
  }

  @Test
  void requestsHaveTheTimesOfBothTools() {
    assertThat(each(RequestTimes::ttft)).containsExactly(500., 900., 400., 1000.);
    assertThat(each(RequestTimes::e2el)).containsExactly(1500., 900., 1400., 3000.);
    assertThat(each(RequestTimes::tpot)).containsExactly(100., -1., 200., 100.);
    assertThat(each(RequestTimes::guidellmTimePerOutputToken))
        .containsExactly(1500. / 11, 900., 1400. / 6, 3000. / 21);
    assertThat(each(RequestTimes::guidellmInterTokenLatency))
        .containsExactly(100., -1., 200., 100.);
  }

  @Test
  void thePointHasTheirMeans() {
    PointTimes times = point(0).times();

    assertThat(times.ttft().mean()).hasValueCloseTo(700., EXACT);
    assertThat(times.e2el().mean()).hasValueCloseTo(1700., EXACT);
    assertThat(times.tpot().mean()).hasValueCloseTo(400. / 3, EXACT);
    assertThat(times.itl().mean())
        .as("gaps of 500, 500, 1000, 500 and 1500")
        .hasValueCloseTo(800., EXACT);
    assertThat(times.guidellmTimePerOutputToken().mean())
        .as("weighted by tokens")
        .hasValueCloseTo((1500. + 900 + 1400 + 3000) / (11 + 1 + 6 + 21), EXACT);
    assertThat(times.guidellmInterTokenLatency().mean())
        .as("weighted by tokens but the first")
        .hasValueCloseTo((1000. + 1000 + 2000) / (10 + 5 + 20), EXACT);
    assertThat(times.ttft().median()).as("of four requests").isEmpty();
  }

  @Test
  void thePointHasItsRates() {
    LoadPointRow point = point(0);

    assertThat(point.rates().window()).hasValueCloseTo(4000., EXACT);
    assertThat(point.rates().requestsPerSecond()).hasValueCloseTo(1., EXACT);
    assertThat(point.rates().tokensPerSecond()).hasValueCloseTo(39 / 4., EXACT);
    assertThat(point.rates().interval()).isEmpty();
    assertThat(point.counts()).isEqualTo(new PointCounts(4, 4, 4, 0, 0, 0, 1, List.of()));
    assertThat(point.goodput().orElseThrow().percent()).hasValueCloseTo(100., EXACT);
    assertThat(point.marks().notes())
        .contains("tpot leaves out 1 answer of one token")
        .contains("No p50, p90, p95, p99 of tpot: these take 20, 100, 200, 1,000 answers, not 3");
  }

  /**
   * Ten thoughts 20 ms apart after a role, an answer of one token, the end: a model's tokens come
   * as fast, whoever sees the first ones.
   */
  private static Request thinking(Double... texts) {
    return new Request(LoadRows.closed("s", 2), 0)
        .sent(0, 0)
        .answered(340, texts)
        .tokens(576, 0, 11);
  }

  private static final Double[] THOUGHT_AND_ANSWER = {
    100., 120., 140., 160., 180., 200., 220., 240., 260., 280., 300.
  };

  @Test
  void thoughtsAreText() {
    RequestTimes times = new RequestTimes(thinking(THOUGHT_AND_ANSWER).thinks(10, 10., 340.).row());

    assertThat(times.ttft()).hasValue(100);
    assertThat(times.guidellmTimeToFirstOutputToken()).hasValue(300);
    assertThat(times.tpot()).hasValue(24);
    assertThat(times.gaps()).hasSize(10).containsOnly(20);
    assertThat(times.guidellmInterTokenLatency()).hasValue(20);
    assertThat(times.guidellmTimePerOutputToken()).hasValue(300. / 11);
    assertThat(times.vllmTtft()).as("of the role").hasValue(10);
    assertThat(times.vllmE2el()).hasValue(340);
    assertThat(times.vllmTpot()).hasValue(33);
    assertThat(times.vllmGaps()).hasSize(12).startsWith(90, 20).endsWith(20, 40);
  }

  /** Its tokens are no divisor of a time that it is not in. */
  @Test
  void aThoughtThatIsNotSentIsInNoTimeByTokens() {
    RequestTimes one = new RequestTimes(thinking(300.).shows(1).row());
    assertThat(one.ttft()).hasValue(300);
    assertThat(one.tpot()).isEmpty();
    assertThat(one.guidellmInterTokenLatency()).isEmpty();
    assertThat(one.guidellmTimePerOutputToken()).as("from the sending").hasValue(300. / 11);

    LoadRow three = thinking(300., 320., 340.).shows(3).row();
    assertThat(new RequestTimes(three).tpot()).hasValue(20);
    assertThat(new RequestTimes(three).guidellmInterTokenLatency()).hasValue(20);
    assertThat(GoodputLimits.parse(List.of("tpot:10")).areMetBy(three)).hasValue(false);
    assertThat(GoodputLimits.parse(List.of("tpot:10")).areMetInVllm(three)).hasValue(true);
    assertThat(notes(three))
        .contains(
            "ttft, tpot and itl are of what came as text: the server thinks in 1 answer, counts"
                + " these tokens, and does not send them");
  }

  private static List<String> notes(LoadRow row) {
    return LoadPoints.of(List.of(row), Optional.empty(), "s").get(0).marks().notes();
  }

  @Test
  void countsThatTheChunksContradictAreSaid() {
    assertThat(notes(thinking(100., 120., 140.).tokens(576, 0, 30).row()))
        .contains(
            "The server states 30 tokens of answers that came as 3 chunks with text: it sends many"
                + " at once, or counts some that it does not send, so tokens/s and tpot may be of"
                + " other tokens than came");
    assertThat(
            LoadReport.of(
                    List.of(thinking(100., 120., 140.).tokens(576, 0, 30).row()),
                    Optional.empty(),
                    "s")
                .sentences()
                .tokens())
        .singleElement()
        .asString()
        .contains(
            " in flight s states 30 tokens of answers that came as 3 chunks with text: it sends");
    assertThat(notes(thinking(THOUGHT_AND_ANSWER).tokens(576, 0, 1).row()))
        .anyMatch(
            note -> note.contains("11 chunks with text: it does not count all that it sends"));
    for (int tokens : new int[] {2, 3, 12}) {
      assertThat(notes(thinking(100., 120., 140.).tokens(576, 0, tokens).row()))
          .noneMatch(note -> note.contains("with text"));
    }
  }

  @Test
  void earlierVersionsCountedTheAnswersTextAlone() {
    RequestTimes times = new RequestTimes(ROWS.get(0));
    RequestTimes earlier =
        new RequestTimes(
            new Request(LoadRows.closed("s", 2), 0)
                .sent(0, 0)
                .answered(1500, 500., 1000., 1500.)
                .tokens(576, 0, 11)
                .ofEarlierVersion()
                .row());

    assertThat(earlier.tpot()).isEqualTo(times.tpot());
    assertThat(earlier.vllmTtft()).isEmpty();
    assertThat(earlier.vllmTpot()).isEmpty();
    assertThat(earlier.vllmE2el()).isEqualTo(times.e2el());
    assertThat(earlier.guidellmTimeToFirstOutputToken()).isEmpty();
  }

  /** Requests that wait to be sent are slow for who waits for them. */
  @Test
  void timesFromWhenRequestsWereDueHaveTheWait() {
    LoadPointRow point = point(500);

    assertThat(point.times().ttft()).isEqualTo(point(0).times().ttft());
    assertThat(point.times().plannedTtft().mean()).hasValueCloseTo(1200., EXACT);
    assertThat(point.times().plannedE2el().mean()).hasValueCloseTo(2200., EXACT);
    assertThat(point.rates().window()).hasValueCloseTo(4500., EXACT);
    assertThat(point.goodput().orElseThrow().percent())
        .as("first text within a second: of the first and the third")
        .hasValueCloseTo(50., EXACT);
    assertThat(point.goodput().orElseThrow().perSecond()).hasValueCloseTo(2 / 4.5, EXACT);
  }

  /** Those of {@code numpy.percentile(numpy.arange(1000.0) ** 2, [50, 90, 95, 99])}. */
  @Test
  void percentilesAreNumpysAndComeWithEnoughRequests() {
    double[] squares = IntStream.range(0, 1000).mapToDouble(i -> i * i).toArray();

    LatencyFigures figures = LatencyFigures.of(squares, squares.length);

    assertThat(figures.median()).hasValueCloseTo(249500.5, EXACT);
    assertThat(figures.p90()).hasValueCloseTo(808380.9, EXACT);
    assertThat(figures.p95()).hasValueCloseTo(900695.95, EXACT);
    assertThat(figures.p99()).hasValueCloseTo(978140.79, EXACT);
    assertThat(LatencyFigures.of(squares, 999).p99()).isEmpty();
    assertThat(LatencyFigures.of(squares, 199).p95()).isEmpty();
    assertThat(LatencyFigures.of(squares, 99).p90()).isEmpty();
    assertThat(LatencyFigures.of(squares, 19).median()).isEmpty();
    assertThat(LatencyFigures.of(squares, 20).median()).isPresent();
  }

  /** By {@code DistributionSummary.from_values}: the first value whose weights reach the share. */
  @Test
  void guidellmsPercentilesAreOfWeights() {
    double[] millis = IntStream.range(0, 20).mapToDouble(i -> 20 - i).toArray();
    double[] weights = IntStream.range(0, 20).mapToDouble(i -> i < 2 ? 41 : 1).toArray();

    LatencyFigures figures = LatencyFigures.weighted(millis, weights);

    assertThat(figures.mean()).hasValueCloseTo((20 * 41 + 19 * 41 + 171) / 100., EXACT);
    assertThat(figures.median()).as("18 ms hold 18 %, 19 ms 59 %").hasValue(19);
  }
}
