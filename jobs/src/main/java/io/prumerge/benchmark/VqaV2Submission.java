package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * VQAv2's result file: answers as LLaVA's {@code convert_vqav2_for_submission.py} hands them in.
 * The server refuses a file without all ids of test2015, so what was not asked gets an empty
 * answer.
 *
 * @param all the question file with all the ids; empty where those that were asked are all
 */
record VqaV2Submission(Optional<QuestionFile> all) implements Submission {

  private static final String FILE = "vqav2_results.json";
  private static final String ID = "question_id";
  private static final String ANSWER = "answer";

  @Override
  public Submission of(SourceFiles source) throws IOException {
    return new VqaV2Submission(VqaFiles.handedIn(source));
  }

  @Override
  public void write(Iterator<Answered> answers, Path folder, Configuration hadoop)
      throws IOException {
    if (all.isEmpty()) {
      new AnswerSubmission(FILE, ID, FileIds::json, ANSWER, EvalAiProcessor::processed)
          .write(answers, folder, hadoop);
      return;
    }
    Map<String, String> processed = new HashMap<>();
    answers.forEachRemaining(
        answered ->
            processed.put(
                FileIds.text(answered.question()), EvalAiProcessor.processed(answered.answer())));
    try (AnswerArray array = new AnswerArray(new Path(folder, FILE), hadoop, ID, ANSWER)) {
      for (JsonNode id : ids(all.get(), hadoop)) {
        String answer = processed.remove(id.asText());
        array.add(id, answer == null ? "" : answer);
      }
      if (!processed.isEmpty()) {
        throw new DataException(
            "question_id %s was asked and is none of %s; the server takes exactly those"
                .formatted(processed.keySet().iterator().next(), all.get().path()));
      }
      array.end();
    }
  }

  private static List<JsonNode> ids(QuestionFile file, Configuration hadoop) throws IOException {
    List<JsonNode> ids = new ArrayList<>();
    Consumer<JsonLine> sink = line -> ids.add(line.id(ID));
    if (VqaFiles.official(file)) {
      JsonItems.arrayIn(file.path(), "questions", hadoop, sink);
    } else {
      JsonLines.read(file.path(), hadoop, sink);
    }
    return ids;
  }
}
