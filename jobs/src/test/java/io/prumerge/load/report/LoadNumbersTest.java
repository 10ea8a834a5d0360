package io.prumerge.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadNumbersTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0        | 0.00",
        "0.25     | 0.25",
        "0.0374   | 0.037",
        "1        | 1.00",
        "1.6180   | 1.62",
        "71.96    | 72.0",
        "140.4    | 140",
        "12345.6  | 12,346",
        "-2.5     | -2.50",
      })
  void threeDigitsAreTold(double value, String text) {
    assertThat(LoadNumbers.number(value)).isEqualTo(text);
  }
}
