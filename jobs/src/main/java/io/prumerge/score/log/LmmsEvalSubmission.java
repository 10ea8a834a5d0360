package io.prumerge.score.log;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Submission;
import io.prumerge.store.OutputFile;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Answers as samples of lmms-eval 0.7 ({@code evaluation_tracker.py}): a line of JSON a question,
 * without scores. Token counts are {@code [null]}, as of models that give none. A question without
 * an answer has {@code ""} and {@code [{}]}, as after a failed request; so has an empty answer,
 * which {@link AnsweredQuestion} does not tell from none.
 *
 * @param date as in the file's name, {@code 20260806_101112}
 * @param task name of the task in the file's name
 */
public record LmmsEvalSubmission(String date, String task) implements Submission {

  /** The SHA-256 of "null", which the tool gives for every question. */
  private static final String DOC_HASH =
      "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b";

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public void write(Iterator<AnsweredQuestion> answers, Path folder, Configuration hadoop)
      throws IOException {
    Path file = new Path(folder, date + "_samples_" + task + ".jsonl");
    try (JsonGenerator json =
        JSON.createGenerator(OutputFile.create(file.getFileSystem(hadoop), file, false))) {
      json.setRootValueSeparator(null);
      for (long position = 0; answers.hasNext(); position++) {
        json.writeTree(row(position, answers.next()));
        json.writeRaw('\n');
      }
    }
  }

  private static ObjectNode row(long position, AnsweredQuestion answered) throws IOException {
    BenchmarkQuestion question = answered.question();
    ObjectNode row =
        JSON.createObjectNode()
            .put(LmmsEvalRow.DOC_ID, position)
            .put(LmmsEvalRow.TARGET, target(question.answers()))
            .put(LmmsEvalRow.FILTERED, answered.answer());
    if (answered.answer().isEmpty()) {
      row.putArray(LmmsEvalRow.COUNTS).addObject();
    } else {
      row.putArray(LmmsEvalRow.COUNTS).addNull();
    }
    row.put("doc_hash", DOC_HASH);
    row.putObject(LmmsEvalRow.SUBMISSION)
        .put(BenchmarkQuestion.FILE_ID, question.id())
        .put("answer", answered.answer());
    return row.put(LmmsEvalRow.INPUT, question.prompt());
  }

  /** Returns the right answer, or the list of all. */
  private static String target(List<String> answers) throws IOException {
    return switch (answers.size()) {
      case 0 -> "";
      case 1 -> answers.get(0);
      default -> JSON.writeValueAsString(answers);
    };
  }
}
