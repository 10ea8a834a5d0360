package io.prumerge.benchmark.seed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.benchmark.FileIds;
import io.prumerge.benchmark.Submission;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Writes {@link SeedAnswers}, in the order of the questions. */
final class SeedSubmission implements Submission {

  static final String FILE = "seed" + SeedAnswers.ENDING;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Override
  public void write(Iterator<Answered> answers, Path folder, Configuration hadoop)
      throws IOException {
    Path file = new Path(folder, FILE);
    try (Writer out =
        new BufferedWriter(
            new OutputStreamWriter(
                file.getFileSystem(hadoop).create(file, false), StandardCharsets.UTF_8))) {
      while (answers.hasNext()) {
        Answered answered = answers.next();
        ObjectNode line = MAPPER.createObjectNode();
        line.set(SeedAnswers.ID, FileIds.json(answered.question()));
        line.put(SeedAnswers.PREDICTION, answered.answer());
        out.write(MAPPER.writeValueAsString(line));
        out.write('\n');
      }
    }
  }
}
