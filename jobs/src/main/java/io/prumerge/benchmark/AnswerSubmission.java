package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.store.OutputFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A JSON array of answers, one object per question that was asked.
 *
 * @param fileName name of the written file
 * @param idField name of the id's field
 * @param id gives a question's id, with its JSON type
 * @param answerField name of the answer's field
 * @param processor converts an answer to the submitted text
 */
public record AnswerSubmission(
    String fileName,
    String idField,
    Function<BenchmarkQuestion, JsonNode> id,
    String answerField,
    UnaryOperator<String> processor)
    implements Submission {

  @Override
  public void write(Iterator<Answered> answers, Path folder, Configuration hadoop)
      throws IOException {
    try (Array array = new Array(new Path(folder, fileName), hadoop, idField, answerField)) {
      while (answers.hasNext()) {
        Answered answered = answers.next();
        array.add(id.apply(answered.question()), processor.apply(answered.answer()));
      }
      array.end();
    }
  }

  /**
   * Streams a JSON array of ids with answers into a file, the form that evaluation servers accept.
   */
  public static final class Array implements Closeable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final JsonGenerator json;
    private final String idField;
    private final String answerField;

    /**
     * @param file a file that does not exist yet
     */
    public Array(Path file, Configuration hadoop, String idField, String answerField)
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
}
