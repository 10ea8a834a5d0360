package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The files' own question ids. Answer files and submissions keep their JSON type. */
public final class FileIds {

  private static final ObjectMapper JSON = new ObjectMapper();

  private FileIds() {}

  /** The id as a JSON integer or string, from {@link BenchmarkQuestion#FILE_ID}. */
  public static JsonNode json(BenchmarkQuestion question) {
    String id = question.extra().get(BenchmarkQuestion.FILE_ID);
    try {
      return JSON.readTree(id);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("No JSON id of question " + question.id() + ": " + id, e);
    }
  }

  /** The id as plain text. */
  public static String text(BenchmarkQuestion question) {
    return json(question).asText();
  }
}
