package io.prumerge.score.log;

import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.score.log.LogFolder.LogFile;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.XlsxWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
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

  private final List<Found> found;
  private final Configuration hadoop;

  private LogFiles(List<Found> found, Configuration hadoop) {
    this.found = found;
    this.hadoop = hadoop;
  }

  /** The logs at a place: itself, or those in a folder. */
  private record Found(AnswerPlace place, List<LogFile> logs, List<String> notes) {}

  /**
   * Looks for the logs at places; empty if these are not all such.
   *
   * @param places files, and folders of a tool's output
   * @param asked the form that they have, whatever their rows look like; empty: by their rows
   * @throws DataException if a place is a pickle by its name, or has not the form of a log that is
   *     asked for
   */
  public static Optional<LogFiles> of(
      List<AnswerPlace> places, Optional<AnswerForm> asked, Configuration hadoop)
      throws IOException {
    List<Found> all = new ArrayList<>();
    for (AnswerPlace place : places) {
      Found found = at(place, asked, hadoop);
      if (found.logs().isEmpty() && asked.isPresent() && asked.get().isLog()) {
        throw unlike(place, asked.get());
      }
      if (found.logs().isEmpty()) {
        return Optional.empty();
      }
      all.add(found);
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(new LogFiles(all, hadoop));
  }

  private static Found at(AnswerPlace place, Optional<AnswerForm> asked, Configuration hadoop)
      throws IOException {
    Path path = place.path();
    if (LogFolder.isPickle(path)) {
      throw new DataException(
          place.name()
              + " is a pickle, which runs code when it is opened, so it is not read; give the"
              + " .xlsx, .tsv or .json that VLMEvalKit writes when a run has ended");
    }
    if (path.getFileSystem(hadoop).getFileStatus(path).isDirectory()) {
      LogFolder folder = LogFolder.of(path, asked, hadoop);
      return new Found(place, folder.logs(), folder.notes());
    }
    return new Found(
        place,
        LogForm.of(path, asked, hadoop).stream().map(form -> new LogFile(path, form)).toList(),
        List.of());
  }

  /**
   * Streams one answer to each question that the logs answer; of several logs in a folder those
   * about these questions.
   *
   * @param sink takes answers whose key is their question's {@link
   *     io.prumerge.benchmark.BenchmarkQuestion#id own id}, whose prompt is the one that was asked,
   *     and whose question and right answer have been compared with the benchmark's
   * @throws DataException naming what is wrong: rows that contradict the benchmark's files or each
   *     other, or several files of a folder that are about the same questions
   */
  public LogReading read(QuestionIndex index, Consumer<GivenAnswer> sink) throws IOException {
    Rows rows = new Rows(index);
    LogTally tally = new LogTally(index, sink);
    for (Found one : found) {
      rows.notes.addAll(one.notes());
      for (LogFile log : one.logs().size() == 1 ? one.logs() : rows.fitting(one)) {
        rows.read(one.place(), log, tally);
      }
    }
    return rows.reading(tally);
  }

  private static DataException unlike(AnswerPlace place, AnswerForm asked) {
    return new DataException(
        Wording.of(
            "%s is not of the form of %s %s: lmms-eval's samples are lines of JSON with doc_id and"
                + " filtered_resps or resps, VLMEvalKit's table is .xlsx, .tsv or .json with index,"
                + " question and prediction",
            place.name(), Setting.ANSWERS_FORM, asked));
  }

  /** Returns a log's name, as a user finds it from the place that was given. */
  private static String below(AnswerPlace place, LogFile log) {
    String whole = log.path().toUri().getPath();
    String folder = new Path(place.path().toString()).toUri().getPath(); // without a slash behind
    return whole.startsWith(folder) ? place.name() + whole.substring(folder.length()) : whole;
  }

  /** What is read of the rows, and said of them. */
  private final class Rows {

    private final QuestionIndex index;
    private final LeftOutRows unread = new LeftOutRows();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, String> settings = new TreeMap<>();
    private Optional<String> model = Optional.empty();

    Rows(QuestionIndex index) {
      this.index = index;
    }

    LogReading reading(LogTally tally) {
      notes.addAll(tally.notes());
      return new LogReading(
          tally.counts(unread.account().counts()), notes, model, settings, unread);
    }

    /**
     * Returns those of several logs that are about the questions: one, or several that are about
     * different ones.
     */
    List<LogFile> fitting(Found found) throws IOException {
      AnswerPlace place = found.place();
      List<LogFile> logs = found.logs();
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
            Text.format(
                "of %d logs in %s, %s about these questions: %s",
                logs.size(),
                place.name(),
                names.size() == 1 ? "one is" : names.size() + " are",
                String.join(", ", names)));
        return fitting;
      }
      throw new DataException(
          fitting.isEmpty()
              ? Text.format(
                  "None of the %d logs in %s is about these questions: %s",
                  logs.size(), place.name(), LogText.first(reasons, reasons.size()))
              : Text.format(
                  "%d logs in %s are about these questions, and each is a set of answers: name one"
                      + " of %s",
                  fitting.size(), place.name(), String.join(", ", names)));
    }

    /**
     * Returns why a log is not about the questions; empty if it is.
     *
     * @param questions takes those that it is about
     */
    private Optional<String> misfit(AnswerPlace place, LogFile log, BitSet questions)
        throws IOException {
      Rows trial = new Rows(index);
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

    void read(AnswerPlace place, LogFile log, LogTally tally) throws IOException {
      AnswerPlace file = new AnswerPlace(below(place, log), log.path());
      LogSettings said = log.form().settings(log.path(), hadoop);
      LeftOutRows own = new LeftOutRows();
      try {
        Positions positions =
            Positions.of(
                index, sink -> log.form().read(log.path(), hadoop, new LeftOutRows(), sink));
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
  }
}
