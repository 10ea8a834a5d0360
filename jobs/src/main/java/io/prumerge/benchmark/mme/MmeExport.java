package io.prumerge.benchmark.mme;

import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Submission;
import io.prumerge.lang.Text;
import io.prumerge.store.OutputFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The result files that the official {@code calculation.py --results_dir} reads. It pairs lines by
 * position, so a question waits here for the other question about its image.
 */
final class MmeExport implements Submission {

  @Override
  public void write(Iterator<AnsweredQuestion> answers, Path folder, Configuration hadoop)
      throws IOException {
    Map<String, BufferedWriter> files = new HashMap<>();
    Map<String, String> waiting = new HashMap<>();
    try {
      while (answers.hasNext()) {
        AnsweredQuestion answered = answers.next();
        BenchmarkQuestion question = answered.question();
        String pair = question.extra().get(BenchmarkQuestion.UNIT);
        String first = waiting.remove(pair);
        if (first == null) {
          waiting.put(pair, line(answered));
        } else {
          String task = question.category();
          if (!files.containsKey(task)) {
            files.put(task, create(new Path(folder, task + MmeResults.ENDING), hadoop));
          }
          files.get(task).write(first + line(answered));
        }
      }
    } finally {
      for (BufferedWriter file : files.values()) {
        file.close();
      }
    }
  }

  private static BufferedWriter create(Path file, Configuration hadoop) throws IOException {
    return new BufferedWriter(
        new OutputStreamWriter(
            OutputFile.create(file.getFileSystem(hadoop), file, false), StandardCharsets.UTF_8));
  }

  private static String line(AnsweredQuestion answered) {
    BenchmarkQuestion question = answered.question();
    String label = question.answers().get(0);
    return Text.format(
        "%s\t%s\t%s\t%s\n",
        question.extra().get(MmeBenchmark.IMAGE_NAME),
        question.extra().get(MmeBenchmark.OFFICIAL_TEXT),
        label.equals(MmeAnswer.YES.label()) ? "Yes" : "No",
        // The tool splits lines at tabs and treats every line as an answer.
        answered.answer().replaceAll("[\\t\\r\\n]", " "));
  }
}
