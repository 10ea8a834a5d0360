package io.prumerge.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A task that answered questions, from Spark's event log.
 *
 * @param executor its executor
 * @param launched milliseconds since 1970
 * @param finished milliseconds since 1970
 * @param answers number of answers, by the counter of the progress display
 */
record AnsweringTask(String executor, long launched, long finished, long answers) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads the tasks of the only application in a folder of event logs. */
  static List<AnsweringTask> in(Path folder) throws IOException {
    List<Path> logs;
    try (Stream<Path> files = Files.list(folder)) {
      logs = files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
    }
    if (logs.size() != 1) {
      throw new IOException("One event log is expected: " + logs);
    }
    List<AnsweringTask> tasks = new ArrayList<>();
    for (String line : Files.readAllLines(logs.get(0))) {
      JsonNode event = JSON.readTree(line);
      if (event.path("Event").asText().equals("SparkListenerTaskEnd")) {
        AnsweringTask task = of(event.path("Task Info"));
        if (task.answers > 0) {
          tasks.add(task);
        }
      }
    }
    return tasks;
  }

  private static AnsweringTask of(JsonNode info) {
    long answers = 0;
    for (JsonNode counter : info.path("Accumulables")) {
      if (counter.path("Name").asText().equals("answers")) {
        answers = counter.path("Update").asLong();
      }
    }
    return new AnsweringTask(
        info.path("Executor ID").asText(),
        info.path("Launch Time").asLong(),
        info.path("Finish Time").asLong(),
        answers);
  }

  /** Returns the answers within a period, if each task answered at a constant rate. */
  double answersBetween(long from, long to) {
    long inside = Math.min(to, finished) - Math.max(from, launched);
    return inside <= 0 ? 0 : answers * (double) inside / (finished - launched);
  }
}
