package io.prumerge.load.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.load.figure.LoadRows.Request;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoodputLimitsTest {

  private static Request request() {
    return new Request(LoadRows.closed("s", 1), 0).sent(0, 100);
  }

  @Test
  void limitsAreReadInAnyOrder() {
    assertThat(GoodputLimits.parse(List.of("e2el:2000", "tpot:50.5", "ttft:500")))
        .hasToString("ttft:500 tpot:50.5 e2el:2000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ttft      | A limit is a time and its milliseconds, as ttft:500, not 'ttft'",
        "e2e:500   | Unknown time 'e2e'; known: ttft, tpot, e2el; did you mean e2el?",
        "ttft:fast | A limit is a number of milliseconds from 0, not 'fast' in 'ttft:fast'",
        "ttft:-1   | A limit is a number of milliseconds from 0, not '-1' in 'ttft:-1'",
        "ttft:NaN  | A limit is a number of milliseconds from 0, not 'NaN' in 'ttft:NaN'",
        "tpot:     | A limit is a number of milliseconds from 0, not '' in 'tpot:'",
      })
  void aWrongLimitIsRefused(String pair, String message) {
    assertThatThrownBy(() -> GoodputLimits.parse(List.of(pair)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void aTimeHasOneLimit() {
    assertThatThrownBy(() -> GoodputLimits.parse(List.of("ttft:1", "ttft:2")))
        .hasMessage("ttft has two limits");
  }

  /** The times count from when a request was due, a tenth of a second before it was sent. */
  @Test
  void allLimitsAreToBeMet() {
    LoadRow row = request().answered(1100, 600.).tokens(0, 0, 11).row();

    assertThat(GoodputLimits.parse(List.of("ttft:600", "tpot:50", "e2el:1100")).areMetBy(row))
        .contains(true);
    assertThat(GoodputLimits.parse(List.of("ttft:599", "e2el:1100")).areMetBy(row)).contains(false);
    assertThat(GoodputLimits.parse(List.of("tpot:49")).areMetBy(row)).contains(false);
  }

  @Test
  void anAnswerOfOneTokenHasNoTimePerToken() {
    LoadRow row = request().answered(1100, 600.).tokens(0, 0, 1).row();

    assertThat(GoodputLimits.parse(List.of("tpot:0")).areMetBy(row)).contains(true);
  }

  @Test
  void anErrorIsNeverGoodAndAnUnknownTimeNeverDecided() {
    GoodputLimits limits = GoodputLimits.parse(List.of("ttft:600"));

    assertThat(limits.areMetBy(request().failed(1).row())).contains(false);
    assertThat(limits.areMetBy(request().row())).contains(false);
    assertThat(limits.areMetBy(request().answered(300).row())).as("not streamed").isEmpty();
  }
}
