package io.prumerge.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** What transformers says about the small checkpoints' tokenizers; see notebooks/goldens. */
final class TokenizerGoldens {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private TokenizerGoldens() {}

  static Path path(String name) {
    URL url = TokenizerGoldens.class.getResource("/goldens/" + name);
    try {
      return Path.of(Objects.requireNonNull(url, name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(String name) throws IOException {
    return MAPPER.readTree(Files.readAllBytes(path(name)));
  }
}
