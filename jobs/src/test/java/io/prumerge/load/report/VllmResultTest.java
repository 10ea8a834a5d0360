package io.prumerge.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.load.figure.GoodputLimits;
import io.prumerge.load.figure.LoadDefinitionsTest;
import io.prumerge.load.figure.LoadPhase;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.load.figure.LoadRows;
import io.prumerge.load.figure.LoadRows.Request;
import io.prumerge.load.figure.LoadSeries;
import io.prumerge.load.generate.LoadPattern;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** On the four requests of {@link LoadDefinitionsTest}, which vLLM would measure all. */
class VllmResultTest {

  private static final LocalDateTime DATE = LocalDateTime.of(2026, 11, 29, 13, 5, 9);

  private static final List<LoadRow> ROWS = LoadDefinitionsTest.rows(0);

  private static JsonNode json(List<LoadRow> rows, String... limits) throws Exception {
    return new ObjectMapper()
        .readTree(
            new VllmResult(rows, DATE)
                .json(
                    limits.length == 0
                        ? Optional.empty()
                        : Optional.of(GoodputLimits.parse(List.of(limits)))));
  }

  @Test
  void theFiguresAreVllms() throws Exception {
    JsonNode json = json(ROWS, "ttft:900", "tpot:100");

    assertThat(json.path("date").asText()).isEqualTo("20261129-130509");
    assertThat(json.path("request_rate").asText()).isEqualTo("inf");
    assertThat(json.path("max_concurrency").asInt()).isEqualTo(2);
    assertThat(json.path("duration").asDouble()).isEqualTo(4);
    assertThat(json.path("completed").asInt()).isEqualTo(4);
    assertThat(json.path("request_throughput").asDouble()).isEqualTo(1);
    assertThat(json.path("output_throughput").asDouble()).isEqualTo(39 / 4.);
    assertThat(json.path("request_goodput").asDouble())
        .as("the first, and the one of one token")
        .isEqualTo(0.5);
    assertThat(json.path("mean_ttft_ms").asDouble()).isEqualTo(700);
    assertThat(json.path("median_ttft_ms").asDouble()).isEqualTo(700);
    assertThat(json.path("std_ttft_ms").asDouble()).isEqualTo(Math.sqrt(65000));
    assertThat(json.path("p99_ttft_ms").asDouble()).isEqualTo(997);
    assertThat(json.path("mean_tpot_ms").asDouble()).isEqualTo(400 / 3.);
    assertThat(json.path("mean_itl_ms").asDouble()).isEqualTo(800);
    assertThat(json.path("mean_e2el_ms").asDouble()).isEqualTo(1700);
    assertThat(json.path("max_concurrent_requests").asInt()).isEqualTo(3);
    assertThat(json.path("latencies").toString()).isEqualTo("[1.5,0.9,1.4,3.0]");
  }

  /**
   * The role alone is its first chunk, the reason of the end its last; a thought is as any text.
   */
  @Test
  void everyChunkWithAChoiceCounts() throws Exception {
    Request request =
        new Request(ROWS.get(0).series(), 0)
            .sent(0, 0)
            .answered(360, 100., 120., 140.)
            .tokens(576, 0, 4)
            .thinks(2, 10., 340.);

    JsonNode json = json(List.of(request.row()), "ttft:10", "tpot:110", "e2el:340");

    assertThat(json.path("mean_ttft_ms").asDouble()).isEqualTo(10);
    assertThat(json.path("mean_e2el_ms").asDouble()).isEqualTo(340);
    assertThat(json.path("latencies").toString()).isEqualTo("[0.34]");
    assertThat(json.path("mean_tpot_ms").asDouble()).isEqualTo(330 / 3.);
    assertThat(json.path("mean_itl_ms").asDouble()).isEqualTo((90 + 20 + 20 + 200) / 4.);
    assertThat(json.path("request_goodput").asDouble()).isPositive();
    JsonNode earlier = json(List.of(request.ofEarlierVersion().row()));
    assertThat(earlier.path("mean_ttft_ms").isNull()).isTrue();
    assertThat(earlier.path("mean_tpot_ms").isNull()).isTrue();
  }

  @Test
  void whatIsNotKnownIsNull() throws Exception {
    LoadSeries series =
        LoadRows.series("s", LoadPattern.open(2.5, 1, OptionalInt.empty()), 1, "1/1");
    List<LoadRow> rows =
        List.of(
            new Request(series, 0).sent(0, 0).answered(500).row(),
            new Request(series, 1).sent(400, 400).failed(410).row());

    JsonNode json = json(rows);

    assertThat(json.path("request_rate").asDouble()).isEqualTo(2.5);
    assertThat(json.path("failed").asInt()).isEqualTo(1);
    assertThat(json.path("mean_e2el_ms").asDouble()).isEqualTo(500);
    for (String name :
        List.of("total_output_tokens", "output_throughput", "mean_ttft_ms", "request_goodput")) {
      assertThat(json.path(name).isNull()).as(name).isTrue();
    }
  }

  @Test
  void warmUpIsCountedToo() throws Exception {
    List<LoadRow> rows = new ArrayList<>(ROWS);
    rows.set(
        0,
        new Request(ROWS.get(0).series(), 0)
            .phase(LoadPhase.WARM_UP)
            .sent(0, 0)
            .answered(1500, 500., 1000., 1500.)
            .tokens(576, 0, 11)
            .row());

    assertThat(json(rows)).isEqualTo(json(ROWS));
  }

  @Test
  void theFileIsNamedAsVllmNamesIt() {
    assertThat(new VllmResult(ROWS, DATE).fileName())
        .isEqualTo("s-infqps-concurrency2-model-20261129-130509.json");
  }

  /** All repeats of a test have its date. */
  @Test
  void aRepeatHasAFileOfItsOwn() {
    LoadSeries series = LoadRows.series("s", LoadPattern.closed(2), 3, "1/1");

    assertThat(new VllmResult(List.of(new Request(series, 0).row()), DATE).fileName())
        .isEqualTo("s-infqps-concurrency2-model-repeat3-20261129-130509.json");
  }
}
