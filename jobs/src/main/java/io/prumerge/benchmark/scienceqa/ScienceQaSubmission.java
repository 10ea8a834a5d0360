package io.prumerge.benchmark.scienceqa;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.FileIds;
import io.prumerge.benchmark.Submission;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The result file that LLaVA's {@code eval_science_qa.py} writes and the official {@code
 * evaluate_acc.py} reads, see {@link ScienceQaResults}. The answers are held in memory, because
 * {@code acc} precedes them in the file; ScienceQA is small enough for that.
 */
final class ScienceQaSubmission implements Submission {

  static final String FILE = "scienceqa_result.json";

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Override
  public void write(Iterator<Answered> answers, Path folder, Configuration hadoop)
      throws IOException {
    Map<String, Integer> results = new LinkedHashMap<>();
    Map<String, String> outputs = new LinkedHashMap<>();
    int correct = 0;
    while (answers.hasNext()) {
      Answered answered = answers.next();
      BenchmarkQuestion question = answered.question();
      String pid = FileIds.text(question);
      if (pid.startsWith(ScienceQaProblems.ROW)) {
        throw new DataException(
            Wording.of(
                "Cannot write ScienceQA's results by pid: Hugging Face's files, which question %s is from, have none; give the official problems.json and pid_splits.json as %s",
                pid, Setting.SOURCE));
      }
      OptionalInt parsed = ScienceQaParser.official(answered.answer());
      int index =
          parsed.isPresent() && parsed.getAsInt() < question.options().size()
              ? parsed.getAsInt()
              : -1;
      results.put(pid, index);
      outputs.put(pid, answered.answer());
      if (index == ScienceQaProblem.LETTERS.indexOf(question.answers().get(0))) {
        correct++;
      }
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("acc", results.isEmpty() ? 0.0 : 100.0 * correct / results.size());
    document.put("correct", correct);
    document.put("count", results.size());
    document.put("results", results);
    document.put("outputs", outputs);
    Path file = new Path(folder, FILE);
    try (OutputStream out = file.getFileSystem(hadoop).create(file, false)) {
      MAPPER.writeValue(out, document);
    }
  }
}
