package io.prumerge.score.log;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.benchmark.AnswerFacts;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Submission;
import io.prumerge.store.OutputFile;
import io.prumerge.text.PythonText;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Answers as samples of lmms-eval 0.7 ({@code evaluation_tracker.py}): {@code
 * DATE_samples_TASK.jsonl}, a line of JSON a question, and {@code DATE_results.json} with the
 * model's name and no figure. What is not known is left out:
 *
 * <ul>
 *   <li>a question that was not answered has no line, one with an error {@code ""} and the token
 *       counts {@code [{}]} of a failed request, and an empty answer {@code ""} with other counts;
 *   <li>an answer whose tokens were not counted has {@code [null]};
 *   <li>without the prompt that was asked, the question alone stands in {@code doc}, as before 0.4;
 *   <li>{@code score} is another tool's own, of an answer that came with one.
 * </ul>
 *
 * @param task name of the task in the file's name
 * @param model its name
 * @param made when the files are written, which their names say in UTC
 */
public record LmmsEvalSubmission(String task, String model, Instant made) implements Submission {

  /** The SHA-256 of "null", which the tool gives for every question. */
  private static final String DOC_HASH =
      "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b";

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public void write(Iterator<AnsweredQuestion> answers, Path folder, Configuration hadoop)
      throws IOException {
    String date = DATE.format(made);
    try (JsonGenerator json = create(new Path(folder, LmmsEvalResults.name(date)), hadoop)) {
      json.writeTree(JSON.createObjectNode().put(LmmsEvalResults.MODEL, model).put("date", date));
    }
    try (JsonGenerator json =
        create(new Path(folder, LmmsEvalResults.samples(date, task)), hadoop)) {
      json.setRootValueSeparator(null);
      for (long position = 0; answers.hasNext(); position++) {
        AnsweredQuestion answered = answers.next();
        if (answered.said().isPresent() || answered.facts().failure().isPresent()) {
          json.writeTree(row(position, answered));
          json.writeRaw('\n');
        }
      }
    }
  }

  private static JsonGenerator create(Path file, Configuration hadoop) throws IOException {
    return JSON.createGenerator(OutputFile.create(file.getFileSystem(hadoop), file, false));
  }

  private static ObjectNode row(long position, AnsweredQuestion answered) {
    BenchmarkQuestion question = answered.question();
    AnswerFacts facts = answered.facts();
    String answer = facts.failure().isPresent() ? "" : answered.answer();
    ObjectNode row = JSON.createObjectNode().put(LmmsEvalRow.DOC_ID, position);
    if (answered.prompt().isEmpty()) {
      row.putObject(LmmsEvalRow.DOC).put(LmmsEvalRow.QUESTION, question.question());
    }
    row.put(LmmsEvalRow.TARGET, target(question.answers())).put(LmmsEvalRow.FILTERED, answer);
    ArrayNode counts = row.putArray(LmmsEvalRow.COUNTS);
    if (facts.failure().isPresent()) {
      counts.addObject();
    } else if (facts.generated().isPresent()) {
      counts.addObject().put(LmmsEvalRow.GENERATED, facts.generated().getAsInt());
    } else {
      counts.addNull();
    }
    row.put("doc_hash", DOC_HASH);
    facts.score().ifPresent(score -> row.put(LmmsEvalRow.SCORE, score));
    row.putObject(LmmsEvalRow.SUBMISSION)
        .put(BenchmarkQuestion.FILE_ID, question.id())
        .put("answer", answer);
    answered.prompt().ifPresent(prompt -> row.put(LmmsEvalRow.INPUT, prompt));
    return row;
  }

  /** Returns the right answer, or of several the list as Python spells it. */
  private static String target(List<String> answers) {
    return switch (answers.size()) {
      case 0 -> "";
      case 1 -> answers.get(0);
      default -> PythonText.repr(answers);
    };
  }
}
