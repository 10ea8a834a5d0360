package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
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
  public void write(Iterator<AnsweredQuestion> answers, Path folder, Configuration hadoop)
      throws IOException {
    try (AnswerArray array =
        new AnswerArray(new Path(folder, fileName), hadoop, idField, answerField)) {
      while (answers.hasNext()) {
        AnsweredQuestion answered = answers.next();
        array.add(id.apply(answered.question()), processor.apply(answered.answer()));
      }
      array.end();
    }
  }
}
