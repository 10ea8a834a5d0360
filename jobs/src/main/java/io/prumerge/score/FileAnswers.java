package io.prumerge.score;

import io.prumerge.console.Texts;
import io.prumerge.score.log.AnswerSource;
import io.prumerge.score.log.LogFiles;
import io.prumerge.score.log.LogReading;
import io.prumerge.score.log.QuestionIndex;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.RowAccount;
import io.prumerge.store.SparkData;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Reads sets of answers that are in files: in LLaVA's form or a benchmark's own, in data that Spark
 * reads, or in the logs of other tools.
 */
final class FileAnswers {

  private final SparkSession spark;
  private final ScoreOptions options;
  private final QuestionSet asked;
  private final Configuration hadoop;
  private final Optional<Path> beside;
  private final LeftOutAnswers leftOut;
  private final AnswerFiles files;
  private final LeftOutRows unread = new LeftOutRows();
  private final SortedMap<String, LogReading> logs = new TreeMap<>();
  private Optional<QuestionIndex> index = Optional.empty();
  private int sets;

  /**
   * @param beside where what executors read lies; empty = on this host
   * @param leftOut takes answers to questions that were left out
   */
  FileAnswers(
      SparkSession spark,
      ScoreOptions options,
      QuestionSet asked,
      Configuration hadoop,
      Optional<Path> beside,
      LeftOutAnswers leftOut) {
    this.spark = spark;
    this.options = options;
    this.asked = asked;
    this.hadoop = hadoop;
    this.beside = beside;
    this.leftOut = leftOut;
    this.files =
        new AnswerFiles(options.benchmark(), options.judging().isPresent(), options.form());
  }

  /**
   * Reads a set.
   *
   * @throws DataException if it holds no answer, or as {@link MatchedAnswers#read} and {@link
   *     LogFiles#read}
   */
  MatchedAnswers read(AnswerInput input) throws IOException {
    MatchedAnswers answers = isLog(input) ? ofLogs(input) : ofFiles(input);
    sets++;
    if (answers.count() == 0) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "There are no answers to %s in %s",
              options.benchmark().name(),
              String.join(", ", input.set().places())));
    }
    return answers;
  }

  /** Returns whether a set is of logs alone. */
  private boolean isLog(AnswerInput input) throws IOException {
    if (!input.data().isEmpty()) {
      return false;
    }
    for (AnswerSource place : input.files()) {
      if (!LogFiles.isLog(place, options.form(), hadoop)) {
        return false;
      }
    }
    return !input.files().isEmpty();
  }

  private MatchedAnswers ofFiles(AnswerInput input) throws IOException {
    return MatchedAnswers.read(
        spark,
        asked,
        QuestionKey.OF_FILES,
        sets,
        sink -> {
          for (SparkData one : input.data()) {
            files.read(one, new SparkAnswers(spark, beside), sink);
          }
          files.read(input.files(), hadoop, sink);
          return files.leftOut();
        },
        leftOut);
  }

  private MatchedAnswers ofLogs(AnswerInput input) throws IOException {
    if (index.isEmpty()) {
      index = Optional.of(QuestionIndex.of(asked.inOrder()));
    }
    AtomicReference<LogReading> read = new AtomicReference<>();
    MatchedAnswers answers =
        MatchedAnswers.read(
            spark,
            asked,
            QuestionKey.OWN_ID,
            sets,
            sink -> {
              read.set(LogFiles.read(input.files(), options.form(), index.get(), hadoop, sink));
              return read.get().unread();
            },
            leftOut);
    unread.addAll(read.get().unread(), UnaryOperator.identity());
    logs.put(input.set().label(), read.get());
    return answers.of(read.get().model());
  }

  /** Returns what was read of logs, by the labels of their sets. */
  SortedMap<String, LogReading> logs() {
    return Collections.unmodifiableSortedMap(logs);
  }

  /** Returns what has to be said of answers in logs, each with the label of its set. */
  List<String> notes() {
    return logs.entrySet().stream()
        .flatMap(one -> one.getValue().notes().stream().map(note -> one.getKey() + ": " + note))
        .toList();
  }

  /** Returns the account of the rows of all files. */
  RowAccount account() {
    return all().account();
  }

  private LeftOutRows all() {
    LeftOutRows all = new LeftOutRows();
    all.addAll(files.leftOut(), UnaryOperator.identity());
    all.addAll(unread, UnaryOperator.identity());
    return all;
  }

  /** Returns whether the files hold a judge's words about answers. */
  boolean judged() {
    return files.judged();
  }

  /** Returns a warning about rows that cannot be read; empty if there are none. */
  Optional<String> unread() {
    LeftOutRows answers = all();
    return answers.count() == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s of the answer files cannot be read, and a question without another answer"
                    + " counts as missing: %s",
                Texts.count(answers.count(), "row"),
                answers.reasons()));
  }
}
