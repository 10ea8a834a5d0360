package io.prumerge.benchmark;

import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The answer format of evaluation servers: one JSON array of objects with an id and an answer.
 *
 * @param key gets the {@link Benchmark#key} from an object
 * @param answerField name of the answer's field
 */
public record JsonAnswers(Function<JsonLine, String> key, String answerField)
    implements AnswerFormat {

  /** Objects matched by the id in a field. */
  public static JsonAnswers byId(String idField, String answerField) {
    return new JsonAnswers(line -> line.id(idField).asText(), answerField);
  }

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return PackedFile.hasEnding(path, ".json") && !LlavaAnswers.areIn(path, hadoop);
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    JsonItems.array(
        path,
        hadoop,
        leftOut,
        line ->
            sink.accept(GivenAnswer.of(key.apply(line), line.answer(answerField), line.where())));
  }
}
