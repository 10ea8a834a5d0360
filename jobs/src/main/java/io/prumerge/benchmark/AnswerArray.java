package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.store.OutputFile;
import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Streams a JSON array of ids with answers into a file, the form that evaluation servers accept.
 */
public final class AnswerArray implements Closeable {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonGenerator json;
  private final String idField;
  private final String answerField;

  /**
   * @param file a file that does not exist yet
   */
  public AnswerArray(Path file, Configuration hadoop, String idField, String answerField)
      throws IOException {
    this.idField = idField;
    this.answerField = answerField;
    // An interrupted file must remain invalid JSON.
    json =
        MAPPER
            .createGenerator(OutputFile.create(file.getFileSystem(hadoop), file, false))
            .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
    json.writeStartArray();
  }

  /**
   * @param id keeps its JSON type
   */
  public void add(JsonNode id, String answer) throws IOException {
    json.writeStartObject();
    json.writeFieldName(idField);
    json.writeTree(id);
    json.writeStringField(answerField, answer);
    json.writeEndObject();
  }

  /** Ends the array after the last answer. */
  public void end() throws IOException {
    json.writeEndArray();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
