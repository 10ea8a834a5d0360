package io.prumerge.score;

import io.prumerge.lang.Text;
import io.prumerge.score.log.AnswerForm;
import io.prumerge.score.log.LogFiles;
import io.prumerge.score.log.LogReading;
import io.prumerge.score.log.QuestionIndex;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.store.SparkData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
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
  private final List<ReadSet> sets = new ArrayList<>();
  private Optional<QuestionIndex> index = Optional.empty();

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
  }

  /**
   * Reads a set.
   *
   * @throws DataException if it holds no answer, or a judge's words where another has answers, or
   *     as {@link MatchedAnswers#read}, {@link LogFiles#of} and {@link LogFiles#read}
   */
  MatchedAnswers read(AnswerInput input) throws IOException {
    Optional<LogFiles> logs =
        input.data().isEmpty()
            ? LogFiles.of(input.files(), options.form(), hadoop)
            : Optional.empty();
    MatchedAnswers answers = logs.isPresent() ? ofLogs(input.set(), logs.get()) : ofFiles(input);
    if (answers.count() == 0) {
      throw new DataException(
          Text.format(
              "There are no answers to %s in %s",
              options.benchmark().name(), String.join(", ", input.set().places())));
    }
    if (sets.stream().map(ReadSet::judged).distinct().count() > 1) {
      throw AnswerFiles.ofBothKinds();
    }
    return answers;
  }

  private MatchedAnswers ofFiles(AnswerInput input) throws IOException {
    AnswerFiles files =
        new AnswerFiles(options.benchmark(), options.judging().isPresent(), options.form());
    long before = leftOut.count();
    MatchedAnswers answers =
        matched(
            QuestionKey.OF_FILES,
            sink -> {
              for (SparkData one : input.data()) {
                files.read(one, new SparkAnswers(spark, beside), sink);
              }
              files.read(input.files(), hadoop, sink);
              return files.leftOut();
            });
    add(
        input.set(),
        files.leftOut(),
        before,
        answers,
        files.forms(),
        files.judged(),
        Optional.empty());
    return answers;
  }

  private MatchedAnswers ofLogs(LabelledAnswers set, LogFiles logs) throws IOException {
    if (index.isEmpty()) {
      index = Optional.of(QuestionIndex.of(asked.inOrder()));
    }
    AtomicReference<LogReading> read = new AtomicReference<>();
    long before = leftOut.count();
    MatchedAnswers answers =
        matched(
            QuestionKey.OWN_ID,
            sink -> {
              read.set(logs.read(index.get(), sink));
              return read.get().unread();
            });
    add(set, read.get().unread(), before, answers, Set.of(), false, Optional.of(read.get()));
    return answers.of(read.get().model());
  }

  private MatchedAnswers matched(QuestionKey key, MatchedAnswers.Reading reading)
      throws IOException {
    return MatchedAnswers.read(spark, asked, key, sets.size(), reading, leftOut);
  }

  private void add(
      LabelledAnswers set,
      LeftOutRows rows,
      long leftOutBefore,
      MatchedAnswers answers,
      Set<AnswerForm> forms,
      boolean judged,
      Optional<LogReading> log) {
    long toLeftOut = leftOut.count() - leftOutBefore;
    sets.add(new ReadSet(set, rows, toLeftOut, answers.count(), forms, judged, log).closed());
  }

  /** Returns what was read so far, in the order of the sets. */
  List<ReadSet> sets() {
    return List.copyOf(sets);
  }
}
