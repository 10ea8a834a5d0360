package io.prumerge.benchmark.mmvet;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.FileIds;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Submission;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonDocument;
import io.prumerge.source.JsonLine;
import io.prumerge.source.PackedFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The result file for MM-Vet's evaluator: one object of answers by id. */
enum MmVetResults implements AnswerFormat, Submission {
  FORMAT;

  static final String FILE = "mm-vet.json";

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return PackedFile.name(path).endsWith(".json")
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
          GivenAnswer.of(MmVetBenchmark.vetId(id), document.text(id), document.file() + ": " + id));
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
