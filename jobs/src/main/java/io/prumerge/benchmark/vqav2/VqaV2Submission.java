package io.prumerge.benchmark.vqav2;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.AnswerSubmission;
import io.prumerge.benchmark.FileIds;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.vqa.VqaNormaliser;
import io.prumerge.source.DataException;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.QuestionFile;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * VQAv2's result file, with answers processed as in LLaVA's {@code
 * convert_vqav2_for_submission.py}. The server refuses a file without all ids of test2015, so
 * questions that were not asked get an empty answer.
 *
 * @param all the question file with all ids; empty if all questions were asked
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
      new AnswerSubmission(FILE, ID, FileIds::json, ANSWER, VqaNormaliser::evalAi)
          .write(answers, folder, hadoop);
      return;
    }
    Map<String, String> processed = new HashMap<>();
    answers.forEachRemaining(
        answered ->
            processed.put(
                FileIds.text(answered.question()), VqaNormaliser.evalAi(answered.answer())));
    try (AnswerSubmission.Array array =
        new AnswerSubmission.Array(new Path(folder, FILE), hadoop, ID, ANSWER)) {
      for (JsonNode id : ids(all.get(), hadoop)) {
        String answer = processed.remove(id.asText());
        array.add(id, answer == null ? "" : answer);
      }
      if (!processed.isEmpty()) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "question_id %s was asked and is none of %s; the server takes exactly those",
                processed.keySet().iterator().next(),
                all.get().path()));
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
