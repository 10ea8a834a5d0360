package io.prumerge.jobs;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.DataException;
import io.prumerge.benchmark.GivenAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Answers out of files in a benchmark's own forms, all files together one set. They are matched by
 * the benchmark's key; where several questions share one, the n-th answer is the n-th question's.
 */
final class AnswerFiles {

  /** An answer with the question it belongs to. */
  record Matched(BenchmarkQuestion question, GivenAnswer answer) {}

  private final Benchmark benchmark;
  private final Map<String, List<BenchmarkQuestion>> questions = new HashMap<>();
  private final Map<String, List<String>> places = new HashMap<>();
  private final List<Matched> matched = new ArrayList<>();
  private final Set<Boolean> judged = new HashSet<>();

  AnswerFiles(AskedQuestions asked) {
    benchmark = asked.benchmark();
    for (BenchmarkQuestion question : asked.list()) {
      questions.computeIfAbsent(benchmark.key(question), key -> new ArrayList<>(1)).add(question);
    }
  }

  /**
   * Reads files and folders.
   *
   * @throws DataException naming the place of an answer that is no question's, or one too many
   */
  List<Matched> read(List<Path> paths, Configuration hadoop) throws IOException {
    for (Path path : paths) {
      AnswerFormat format = format(path, hadoop);
      judged.add(format.judged());
      format.read(path, hadoop, this::match);
    }
    if (judged.size() > 1) {
      throw new DataException(
          "--answers takes answers or a judge's words about them, not both together");
    }
    return List.copyOf(matched);
  }

  /** Whether what was read are a judge's words about answers. */
  boolean judged() {
    return judged.contains(true);
  }

  private AnswerFormat format(Path path, Configuration hadoop) throws IOException {
    for (AnswerFormat format : benchmark.answerFormats()) {
      if (format.recognises(path, hadoop)) {
        return format;
      }
    }
    throw new DataException(
        "%s is neither a run or table of predictions nor answers to %s in a form that is known: LLaVA's are in a file NAME.jsonl"
            .formatted(path, benchmark.name()));
  }

  private void match(GivenAnswer answer) {
    List<BenchmarkQuestion> same = questions.get(answer.key());
    if (same == null) {
      throw new DataException(
          "%s: '%s' is no question of the %s files that --source names"
              .formatted(answer.where(), answer.key(), benchmark.name()));
    }
    List<String> before = places.computeIfAbsent(answer.key(), key -> new ArrayList<>(1));
    if (before.size() == same.size()) {
      throw new DataException(
          "%s: question '%s' is answered in %s already"
              .formatted(answer.where(), answer.key(), before.get(before.size() - 1)));
    }
    matched.add(new Matched(same.get(before.size()), answer));
    before.add(answer.where());
  }
}
