package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The result file that MM-Vet's evaluator takes: one object of answers by id. */
enum MmVetResults implements AnswerFormat, Submission {
  FORMAT;

  static final String FILE = "mm-vet.json";

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return path.getName().endsWith(".json")
        && JsonBeginning.of(path, hadoop)
            .filter(beginning -> beginning.value() == JsonToken.VALUE_STRING)
            .isPresent();
  }

  @Override
  public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException {
    JsonLine document = JsonDocument.read(path, hadoop);
    Iterator<Map.Entry<String, JsonNode>> fields = document.object().fields();
    while (fields.hasNext()) {
      String id = fields.next().getKey();
      sink.accept(
          new GivenAnswer(
              MmVetBenchmark.vetId(id),
              document.text(id),
              Optional.empty(),
              document.file() + ": " + id));
    }
  }

  @Override
  public void write(Iterator<Answered> answers, Path folder, Configuration hadoop)
      throws IOException {
    Map<String, String> document = new LinkedHashMap<>();
    while (answers.hasNext()) {
      Answered answered = answers.next();
      document.put(FileIds.text(answered.question()), answered.answer());
    }
    Path file = new Path(folder, FILE);
    try (OutputStream out = file.getFileSystem(hadoop).create(file, false)) {
      MAPPER.writeValue(out, document);
    }
  }
}
