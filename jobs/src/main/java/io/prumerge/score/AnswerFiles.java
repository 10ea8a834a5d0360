package io.prumerge.score;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads answers from files in a benchmark's own formats; all files are one set of answers. Answers
 * and questions are matched by the benchmark's key. If several questions have the same key, the
 * n-th answer belongs to the n-th question. The driver holds the answers and the questions: such
 * files are written by one process, too.
 */
final class AnswerFiles {

  private static final int SHOWN = 200;

  /** An answer and its question. */
  record Matched(BenchmarkQuestion question, GivenAnswer answer) {}

  /**
   * A file or folder.
   *
   * @param name as it was given, for messages
   */
  record Place(String name, Path path) {

    /** Replaces the file's name at the start of a message by the path as it was given. */
    String named(String text) {
      return text.startsWith(path.getName())
          ? name + text.substring(path.getName().length())
          : text;
    }
  }

  private final Benchmark benchmark;
  private final Map<String, List<BenchmarkQuestion>> questions = new HashMap<>();
  private final Map<String, List<String>> places = new HashMap<>();
  private final List<Matched> matched = new ArrayList<>();
  private final Set<Boolean> judged = new HashSet<>();

  /**
   * @param asked the benchmark's questions, in the order of its files
   */
  AnswerFiles(Benchmark benchmark, Iterator<BenchmarkQuestion> asked) {
    this.benchmark = benchmark;
    asked.forEachRemaining(
        question ->
            questions
                .computeIfAbsent(benchmark.key(question), key -> new ArrayList<>(1))
                .add(question));
  }

  /**
   * Reads files and folders. A folder is read file by file, unless its benchmark has a format for
   * folders.
   *
   * @throws DataException with the place of an answer that belongs to no question, is a duplicate,
   *     or has another prompt or right answer than the source
   */
  List<Matched> read(List<Place> given, Configuration hadoop) throws IOException {
    for (Place place : given) {
      Optional<AnswerFormat> format = format(place.path(), hadoop);
      if (format.isPresent()) {
        read(place, format.get(), hadoop);
      } else {
        for (Place file : files(place, hadoop)) {
          read(file, format(file.path(), hadoop).orElseThrow(() -> unknown(file)), hadoop);
        }
      }
    }
    if (judged.size() > 1) {
      throw new DataException(
          Wording.of(
              "%s takes answers or a judge's words about them, not both together",
              Setting.ANSWERS));
    }
    return List.copyOf(matched);
  }

  /** Returns whether the files hold a judge's words about answers. */
  boolean judged() {
    return judged.contains(true);
  }

  private void read(Place place, AnswerFormat format, Configuration hadoop) throws IOException {
    judged.add(format.judged());
    try {
      format.read(place.path(), hadoop, answer -> match(answer, place.named(answer.where())));
    } catch (DataException e) {
      throw new DataException(
          new Wording(place.named(e.wording().inCode()), place.named(e.wording().onCommandLine())),
          e);
    }
  }

  /** Returns the files of a folder, without hidden ones. */
  private List<Place> files(Place place, Configuration hadoop) throws IOException {
    FileSystem fs = place.path().getFileSystem(hadoop);
    if (!fs.getFileStatus(place.path()).isDirectory()) {
      throw unknown(place);
    }
    List<Place> files =
        Arrays.stream(fs.listStatus(place.path()))
            .filter(FileStatus::isFile)
            .map(FileStatus::getPath)
            .filter(file -> !file.getName().startsWith(".") && !file.getName().startsWith("_"))
            .sorted(Comparator.comparing(Path::getName))
            .map(file -> new Place(place.name() + "/" + file.getName(), file))
            .toList();
    if (files.isEmpty()) {
      throw unknown(place);
    }
    return files;
  }

  private Optional<AnswerFormat> format(Path path, Configuration hadoop) throws IOException {
    for (AnswerFormat format : benchmark.answerFormats()) {
      if (format.recognises(path, hadoop)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  private DataException unknown(Place place) {
    return new DataException(
        String.format(
            Locale.ROOT,
            "%s is neither a run or table of predictions nor answers to %s in a known format;"
                + " LLaVA's format is lines of JSON with question_id and text",
            place.name(),
            benchmark.name()));
  }

  private void match(GivenAnswer answer, String where) {
    List<BenchmarkQuestion> same = questions.get(answer.key());
    if (same == null) {
      throw new DataException(
          Wording.of(
              "%s: '%s' is no question of the %s files that %s names",
              where, answer.key(), benchmark.name(), Setting.SOURCE));
    }
    List<String> before = places.computeIfAbsent(answer.key(), key -> new ArrayList<>(1));
    if (before.size() == same.size()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: question '%s' is answered in %s already",
              where,
              answer.key(),
              before.get(before.size() - 1)));
    }
    BenchmarkQuestion question = same.get(before.size());
    requireSame(question, answer, where);
    matched.add(new Matched(question, answer));
    before.add(where);
  }

  /** Refuses answers to another benchmark or release whose ids happen to be the same. */
  private void requireSame(BenchmarkQuestion question, GivenAnswer answer, String where) {
    if (answer.prompt().isPresent() && !benchmark.asks(answer.prompt().get(), question)) {
      throw new DataException(
          Wording.of(
              "%s: its prompt is '%s', but question '%s' of the %s files that %s names is '%s'; are"
                  + " these answers to other questions?",
              where,
              shortened(answer.prompt().get()),
              answer.key(),
              benchmark.name(),
              Setting.SOURCE,
              shortened(question.question())));
    }
    Optional<String> truth = question.answers().stream().findFirst();
    if (answer.truth().isPresent()
        && truth.isPresent()
        && !answer.truth().get().strip().equalsIgnoreCase(truth.get().strip())) {
      throw new DataException(
          Wording.of(
              "%s: the right answer to '%s' is '%s' here, but '%s' in the files that %s names; are"
                  + " they of one release?",
              where, answer.key(), answer.truth().get(), truth.get(), Setting.SOURCE));
    }
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
