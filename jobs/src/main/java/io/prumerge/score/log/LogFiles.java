package io.prumerge.score.log;

import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.score.log.LogFolder.LogFile;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.XlsxWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Reads the logs of other tools, of which all that are given are one set of answers. */
public final class LogFiles {

  /** Names the form of a log among the settings of its answers. */
  public static final String FORM = "form";

  private final Optional<AnswerForm> asked;
  private final QuestionIndex index;
  private final Configuration hadoop;
  private final LeftOutRows unread = new LeftOutRows();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, String> settings = new TreeMap<>();
  private Optional<String> model = Optional.empty();

  private LogFiles(Optional<AnswerForm> asked, QuestionIndex index, Configuration hadoop) {
    this.asked = asked;
    this.index = index;
    this.hadoop = hadoop;
  }

  /**
   * Returns whether a place is read as a tool's log: it is one, or has one in it, or is asked to be
   * one. A file that is a pickle by its name is one.
   *
   * @param asked the form of the answers, if one is asked for
   */
  public static boolean isLog(AnswerSource place, Optional<AnswerForm> asked, Configuration hadoop)
      throws IOException {
    if (LogFolder.isPickle(place.path())) {
      return true;
    }
    if (asked.isPresent()) {
      return asked.get().isLog();
    }
    return isFolder(place.path(), hadoop)
        ? !LogFolder.of(place.path(), asked, hadoop).logs().isEmpty()
        : LogForm.of(place.path(), asked, hadoop).isPresent();
  }

  /**
   * Streams one answer to each question that the logs answer.
   *
   * @param places files, and folders of a tool's output in which one file is about these questions
   * @param asked the form that they have, whatever their rows look like; empty: by their rows
   * @param sink takes answers whose key is their question's {@link
   *     io.prumerge.benchmark.BenchmarkQuestion#id own id}, whose prompt is the one that was asked,
   *     and whose question and right answer have been compared with the benchmark's
   * @throws DataException naming what is wrong: a file of no known form, rows that contradict the
   *     benchmark's files or each other, or several files of a folder that are about the questions
   */
  public static LogReading read(
      List<AnswerSource> places,
      Optional<AnswerForm> asked,
      QuestionIndex index,
      Configuration hadoop,
      Consumer<GivenAnswer> sink)
      throws IOException {
    LogFiles files = new LogFiles(asked, index, hadoop);
    LogTally tally = new LogTally(index, sink);
    for (AnswerSource place : places) {
      for (LogFile log : files.chosen(place)) {
        files.read(place, log, tally);
      }
    }
    files.notes.addAll(tally.notes());
    return new LogReading(
        tally.counts(files.unread.account().counts()),
        files.notes,
        files.model,
        files.settings,
        files.unread);
  }

  private static boolean isFolder(Path path, Configuration hadoop) throws IOException {
    return path.getFileSystem(hadoop).getFileStatus(path).isDirectory();
  }

  /** Returns the log that a place is, or the one in a folder that is about the questions. */
  private List<LogFile> chosen(AnswerSource place) throws IOException {
    if (LogFolder.isPickle(place.path())) {
      throw new DataException(
          place.name()
              + " is a pickle, which runs code when it is opened, so it is not read; give the"
              + " .xlsx, .tsv or .json that VLMEvalKit writes when a run has ended");
    }
    if (!isFolder(place.path(), hadoop)) {
      LogForm form =
          LogForm.of(place.path(), asked, hadoop).orElseThrow(() -> unknown(place, asked));
      return List.of(new LogFile(place.path(), form));
    }
    LogFolder folder = LogFolder.of(place.path(), asked, hadoop);
    notes.addAll(folder.notes());
    List<LogFile> logs = folder.logs();
    if (logs.isEmpty()) {
      throw unknown(place, asked);
    }
    return logs.size() == 1 ? logs : fitting(place, logs);
  }

  /**
   * Returns those of several logs that are about the questions: one, or several that are about
   * different ones.
   */
  private List<LogFile> fitting(AnswerSource place, List<LogFile> logs) throws IOException {
    List<LogFile> fitting = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    BitSet all = new BitSet();
    boolean disjoint = true;
    for (LogFile log : logs) {
      BitSet questions = new BitSet();
      Optional<String> reason = misfit(place, log, questions);
      if (reason.isEmpty()) {
        fitting.add(log);
        disjoint &= !all.intersects(questions);
        all.or(questions);
      } else {
        reasons.add(reason.get());
      }
    }
    List<String> names = fitting.stream().map(log -> below(place, log)).toList();
    if (disjoint && !fitting.isEmpty()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "of %d logs in %s, %s about these questions: %s",
              logs.size(),
              place.name(),
              names.size() == 1 ? "one is" : names.size() + " are",
              String.join(", ", names)));
      return fitting;
    }
    throw new DataException(
        fitting.isEmpty()
            ? String.format(
                Locale.ROOT,
                "None of the %d logs in %s is about these questions: %s",
                logs.size(),
                place.name(),
                LogText.first(reasons, reasons.size()))
            : String.format(
                Locale.ROOT,
                "%d logs in %s are about these questions, and each is a set of answers: name one of"
                    + " %s",
                fitting.size(),
                place.name(),
                String.join(", ", names)));
  }

  /**
   * Returns why a log is not about the questions; empty if it is.
   *
   * @param questions takes those that it is about
   */
  private Optional<String> misfit(AnswerSource place, LogFile log, BitSet questions)
      throws IOException {
    LogFiles trial = new LogFiles(asked, index, hadoop);
    try {
      LogTally tally = new LogTally(index, answer -> {});
      trial.read(place, log, tally);
      questions.or(tally.questions());
      return !questions.isEmpty()
          ? Optional.empty()
          : Optional.of(below(place, log) + ": none of its rows is");
    } catch (DataException e) {
      return Optional.of(e.getMessage());
    }
  }

  private void read(AnswerSource place, LogFile log, LogTally tally) throws IOException {
    AnswerSource file = new AnswerSource(below(place, log), log.path());
    LogSettings said = log.form().settings(log.path(), hadoop);
    LeftOutRows own = new LeftOutRows();
    try {
      Positions positions =
          Positions.of(index, sink -> log.form().read(log.path(), hadoop, new LeftOutRows(), sink));
      LogTally.OfFile rows =
          tally
          .new OfFile(
              positions,
              said.filters().size(),
              PackedFile.hasEnding(log.path(), XlsxWriter.ENDING)
                  ? XlsxWriter.MOST_IN_A_CELL
                  : Integer.MAX_VALUE,
              own.account().counting(tally.sink()));
      log.form().read(log.path(), hadoop, own, row -> rows.add(row.at(file.named(row.where()))));
    } catch (DataException e) {
      throw new DataException(
          new Wording(file.named(e.wording().inCode()), file.named(e.wording().onCommandLine())),
          e);
    }
    unread.addAll(own, file::named);
    model = model.or(said::model);
    said.values().forEach(settings::putIfAbsent);
    settings.put(FORM, log.form().form().toString());
    said.notes().stream().filter(note -> !notes.contains(note)).forEach(notes::add);
  }

  /** Returns a log's name, as a user finds it from the place that was given. */
  private static String below(AnswerSource place, LogFile log) {
    String whole = log.path().toUri().getPath();
    String folder = new Path(place.path().toString()).toUri().getPath(); // without a slash behind
    return whole.startsWith(folder) ? place.name() + whole.substring(folder.length()) : whole;
  }

  private static DataException unknown(AnswerSource place, Optional<AnswerForm> asked) {
    return new DataException(
        Wording.of(
            "%s is %s: lmms-eval's samples are lines of JSON with doc_id and filtered_resps or"
                + " resps, VLMEvalKit's table is .xlsx, .tsv or .json with index and prediction",
            place.name(),
            asked
                .map(form -> Wording.of("not of the form of %s %s", Setting.ANSWERS_FORM, form))
                .orElseGet(() -> Wording.plain("no log that is known"))));
  }
}
