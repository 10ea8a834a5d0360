package io.prumerge.benchmark.llavabench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.FileIds;
import io.prumerge.benchmark.Submission;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * LLaVA's answer file, the input of its {@code eval_gpt_review_bench.py}: one line per question, in
 * the order of the questions. {@code answer_id} is the question's id.
 */
final class LlavaBenchSubmission implements Submission {

  static final String FILE = "llava-bench-in-the-wild.jsonl";

  private static final String MODEL = "prumerge-spark";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Override
  public void write(Iterator<Answered> answers, Path folder, Configuration hadoop)
      throws IOException {
    Path file = new Path(folder, FILE);
    try (OutputStream out = file.getFileSystem(hadoop).create(file, false)) {
      while (answers.hasNext()) {
        Answered answered = answers.next();
        BenchmarkQuestion question = answered.question();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("question_id", FileIds.json(question));
        line.put("prompt", question.prompt());
        line.put("text", answered.answer());
        line.put("answer_id", FileIds.text(question));
        line.put("model_id", MODEL);
        line.put("metadata", Map.of());
        out.write((MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
