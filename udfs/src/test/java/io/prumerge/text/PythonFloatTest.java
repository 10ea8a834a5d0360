package io.prumerge.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

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
}
