package io.prumerge.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonFloatTest {

  @Test
  void writesTwoThousandNumbersAsPython() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    int compared = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(getClass().getResourceAsStream("/goldens/floats.jsonl.gz")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode golden = mapper.readTree(line);
        double value = Double.longBitsToDouble(Long.parseLong(golden.get(0).textValue()));
        assertThat(PythonFloat.repr(value)).as("%a", value).isEqualTo(golden.get(1).textValue());
        compared++;
      }
    }
    assertThat(compared).isEqualTo(2_009);
  }

  /** The digits are those of numpy's {@code str(np.float32(...))}. */
  @ParameterizedTest
  @CsvSource({
    "0x1.99999ap-4, 0.1",
    "0x1.666666p-1, 0.7",
    "0x1.4p1, 2.5",
    "-0x1.99999ap-4, -0.1",
    "0x1.0p24, 16777216.0",
    "0x1.d6f346p26, 123456790.0",
    "0x1.1c37938p53, 1e+16",
    "0x1.0p-149, 1e-45",
    "0x1.fffffep127, 3.4028235e+38",
    "0x1.0p-126, 1.1754944e-38",
    "-0x0p0, -0.0",
    "Infinity, inf",
    "NaN, nan",
  })
  void writesFloatsOf32BitsByTheirOwnDigits(float value, String text) {
    assertThat(PythonFloat.repr(PythonFloat.asWritten(value))).isEqualTo(text);
  }

  @Test
  void floatsOf32BitsReadBack() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      double written = PythonFloat.asWritten(value);
      assertThat((Float) (float) written).isEqualTo((Float) value);
      if (Float.isFinite(value)) {
        assertThat(new BigDecimal(PythonFloat.repr(written)).stripTrailingZeros().precision())
            .as("%a", value)
            .isLessThanOrEqualTo(9);
      }
    }
  }
}
