package io.prumerge.bench;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The least that reading VQAv2's official files takes: each item of both parsed by Jackson, and
 * what a question needs looked up in it. It has no checks, and expects both files in one order.
 */
final class PlainVqa implements Closeable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonParser questions;
  private final JsonParser annotations;

  private PlainVqa(JsonParser questions, JsonParser annotations) {
    this.questions = questions;
    this.annotations = annotations;
  }

  /** What is read of each question. */
  interface Sink {
    void accept(String id, String question, List<String> answers);
  }

  /** Reads the files of a split in a folder. */
  static void read(Path folder, String split, Sink sink) throws IOException {
    try (PlainVqa both =
        new PlainVqa(
            JSON.createParser(
                folder.resolve("v2_OpenEnded_mscoco_" + split + "_questions.json").toFile()),
            JSON.createParser(
                folder.resolve("v2_mscoco_" + split + "_annotations.json").toFile()))) {
      both.read(sink);
    }
  }

  private void read(Sink sink) throws IOException {
    enter(questions, "questions");
    enter(annotations, "annotations");
    while (questions.nextToken() == JsonToken.START_OBJECT) {
      annotations.nextToken();
      JsonNode question = JSON.readTree(questions);
      JsonNode annotation = JSON.readTree(annotations);
      if (!annotation.get("question_id").equals(question.get("question_id"))) {
        throw new IOException("There is no annotation of " + question);
      }
      List<String> answers = new ArrayList<>();
      annotation.get("answers").forEach(one -> answers.add(one.get("answer").textValue()));
      sink.accept(
          question.get("question_id").asText(), question.get("question").textValue(), answers);
    }
  }

  private static void enter(JsonParser file, String field) throws IOException {
    file.nextToken();
    while (!field.equals(file.nextFieldName())) {
      file.nextToken();
      file.skipChildren();
    }
    file.nextToken();
  }

  @Override
  public void close() throws IOException {
    questions.close();
    annotations.close();
  }
}
