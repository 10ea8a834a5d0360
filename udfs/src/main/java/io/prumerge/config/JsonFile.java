package io.prumerge.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.location.CauseText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the JSON files of a checkpoint folder: one object, no key twice, nothing after it. */
public final class JsonFile {
  private static final long MAX_BYTES = 100_000_000;
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFile() {}

  public static Settings read(Path file) {
    String name = file.getFileName().toString();
    try {
      long bytes = Files.size(file);
      if (bytes > MAX_BYTES) {
        throw new CheckpointException(
            name + " has " + bytes + " bytes; no such file needs more than " + MAX_BYTES);
      }
      JsonNode node = MAPPER.readTree(Files.readAllBytes(file));
      if (!(node instanceof ObjectNode object)) {
        throw new CheckpointException(name + " must hold a JSON object");
      }
      return new Settings(name, object);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          name + " is not valid JSON: " + CauseText.ofSyntax(e) + at(e), e);
    } catch (IOException e) {
      throw new CheckpointException("Cannot read " + name + ": " + CauseText.of(e), e);
    }
  }

  private static String at(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : " at line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
  }
}
