package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** Results of reference evaluators: one JSON document, or packed, a JSON value per line. */
public final class Goldens {

  private Goldens() {}

  /** Returns the document in a file. */
  public static JsonNode document(String name) throws IOException {
    try (InputStream in = Goldens.class.getResourceAsStream("/goldens/" + name)) {
      return new ObjectMapper().readTree(in);
    }
  }

  /** Passes every line to {@code sink} and returns their number. */
  public static int read(String name, Consumer<JsonNode> sink) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    int count = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Goldens.class.getResourceAsStream("/goldens/" + name)),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        sink.accept(mapper.readTree(line));
        count++;
      }
    }
    return count;
  }
}
