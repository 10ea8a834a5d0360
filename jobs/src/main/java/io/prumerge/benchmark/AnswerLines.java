package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonLines;
import io.prumerge.source.LeftOutRows;
import io.prumerge.store.OutputFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * JSON Lines of answers, an object with an id and an answer for each question that was asked.
 *
 * @param fileName name of the written file
 * @param idField name of the id's field
 * @param id gives a question's id, with its JSON type
 * @param key gets the {@link Benchmark#key} from an id
 * @param answerField name of the answer's field, by which a file is recognised
 * @param processor converts an answer to the submitted text
 */
public record AnswerLines(
    String fileName,
    String idField,
    Function<BenchmarkQuestion, JsonNode> id,
    UnaryOperator<String> key,
    String answerField,
    UnaryOperator<String> processor)
    implements AnswerFormat, Submission {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return JsonBeginning.hasField(path, hadoop, answerField);
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    JsonLines.read(
        path,
        hadoop,
        leftOut,
        line ->
            sink.accept(
                GivenAnswer.of(
                    key.apply(line.id(idField).asText()), line.answer(answerField), line.where())));
  }

  @Override
  public void write(Iterator<AnsweredQuestion> answers, Path folder, Configuration hadoop)
      throws IOException {
    Path file = new Path(folder, fileName);
    try (Writer out =
        new BufferedWriter(
            new OutputStreamWriter(
                OutputFile.create(file.getFileSystem(hadoop), file, false),
                StandardCharsets.UTF_8))) {
      while (answers.hasNext()) {
        AnsweredQuestion answered = answers.next();
        ObjectNode line = MAPPER.createObjectNode();
        line.set(idField, id.apply(answered.question()));
        line.put(answerField, processor.apply(answered.answer()));
        out.write(MAPPER.writeValueAsString(line));
        out.write('\n');
      }
    }
  }
}
