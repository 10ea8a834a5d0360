package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A JSON array of answers, one object per question.
 *
 * @param fileName of the file that is written
 * @param idField what the id is called
 * @param id of a question, with its JSON type
 * @param answerField what the answer is called
 * @param processor what becomes of an answer
 */
record AnswerSubmission(
    String fileName,
    String idField,
    Function<BenchmarkQuestion, JsonNode> id,
    String answerField,
    UnaryOperator<String> processor)
    implements Submission {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Override
  public void write(Iterator<Answered> answers, Path folder, Configuration hadoop)
      throws IOException {
    Path file = new Path(folder, fileName);
    try (JsonGenerator json =
        MAPPER
            .createGenerator((OutputStream) file.getFileSystem(hadoop).create(file, false))
            .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT)) {
      json.writeStartArray();
      while (answers.hasNext()) {
        Answered answered = answers.next();
        json.writeStartObject();
        json.writeFieldName(idField);
        json.writeTree(id.apply(answered.question()));
        json.writeStringField(answerField, processor.apply(answered.answer()));
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }
}
