package io.prumerge.score.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.QuestionIds;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Logs that the tools' own writers made of made-up questions, and what a reader has to find. */
final class LogVectors {

  static final Path FOLDER = Path.of("src/test/resources/logs").toAbsolutePath();

  static final Path LMMS_EVAL = FOLDER.resolve("lmms-eval");
  static final Path VLMEVALKIT = FOLDER.resolve("vlmevalkit");

  /** The benchmarks of lmms-eval's tasks, by the tasks' folders. */
  static final Map<String, String> BENCHMARKS =
      Map.of(
          "pope", "pope",
          "gqa", "gqa",
          "mme", "mme",
          "mmbench", "mmbench",
          "scienceqa", "scienceqa",
          "docvqa", "docvqa",
          "mmmu", "mmmu",
          "videomme", "video-mme");

  private static final ObjectMapper JSON = new ObjectMapper();

  private LogVectors() {}

  /** The answers of a place, by their questions' ids. */
  record Result(Map<String, GivenAnswer> answers, LogReading reading) {

    GivenAnswer answer(String id) {
      return answers.get(id);
    }
  }

  static JsonNode json(Path file) throws IOException {
    return JSON.readTree(file.toFile());
  }

  /** Returns the questions of a task's source, under ids that differ. */
  static List<BenchmarkQuestion> questions(String task) throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    QuestionIds ids = new QuestionIds();
    for (BenchmarkQuestion question :
        Reading.questions(
            Benchmarks.KNOWN.named(BENCHMARKS.get(task)),
            LMMS_EVAL.resolve(task).resolve("source"))) {
      questions.add(question.withId(ids.next(question.id())));
    }
    return questions;
  }

  static QuestionIndex index(String task) throws IOException {
    return QuestionIndex.of(questions(task).iterator());
  }

  static Result read(QuestionIndex index, Path... places) throws IOException {
    List<AnswerPlace> sources = new ArrayList<>();
    for (Path place : places) {
      sources.add(new AnswerPlace(place.getFileName().toString(), Reading.path(place)));
    }
    Map<String, GivenAnswer> answers = new LinkedHashMap<>();
    LogReading reading =
        LogFiles.of(sources, Optional.empty(), Reading.HADOOP)
            .orElseThrow(() -> new DataException("no log"))
            .read(
                index,
                answer -> {
                  if (answers.put(answer.key(), answer) != null) {
                    throw new AssertionError("two answers to " + answer.key());
                  }
                });
    return new Result(answers, reading);
  }

  /** Returns the only file below a folder whose name ends so. */
  static Path only(Path folder, String ending) throws IOException {
    try (var files = Files.walk(folder)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(ending)).toList();
      if (found.size() != 1) {
        throw new AssertionError(found);
      }
      return found.get(0);
    }
  }
}
