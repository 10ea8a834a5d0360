package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonDocument;
import io.prumerge.source.JsonLine;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.store.OutputFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * One JSON object of answers by the questions' ids, as evaluators take it.
 *
 * @param fileName name of the written file
 * @param key gets the {@link Benchmark#key} from an id in a file
 */
public record AnswerObject(String fileName, UnaryOperator<String> key)
    implements AnswerFormat, Submission {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return PackedFile.hasEnding(path, ".json")
        && JsonBeginning.of(path, hadoop)
            .filter(beginning -> beginning.value() == JsonToken.VALUE_STRING)
            .isPresent();
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    JsonLine document = JsonDocument.read(path, hadoop);
    leftOut.<String>read(
        document.object().fieldNames()::forEachRemaining,
        id ->
            sink.accept(
                GivenAnswer.of(key.apply(id), document.answer(id), document.file() + ": " + id)));
  }

  @Override
  public void write(Iterator<AnsweredQuestion> answers, Path folder, Configuration hadoop)
      throws IOException {
    Map<String, String> document = new LinkedHashMap<>();
    while (answers.hasNext()) {
      AnsweredQuestion answered = answers.next();
      document.put(answered.question().fileId().asText(), answered.answer());
    }
    Path file = new Path(folder, fileName);
    try (OutputStream out = OutputFile.create(file.getFileSystem(hadoop), file, false)) {
      MAPPER.writeValue(out, document);
    }
  }
}
