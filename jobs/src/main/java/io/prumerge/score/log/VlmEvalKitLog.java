package io.prumerge.score.log;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.TableAnswers;
import io.prumerge.source.DataException;
import io.prumerge.source.JsonDocument;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.RecordTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * VLMEvalKit's {@code <model>_<dataset>.xlsx}, and the same as {@code .tsv} or {@code .json}
 * ({@code PRED_FORMAT}): the columns of the data set, and {@code prediction}.
 */
final class VlmEvalKitLog implements LogForm {

  /**
   * What its evaluators append to the name of a file, and its runs to that of an unfinished one.
   */
  private static final Pattern MADE_OF_ANOTHER =
      Pattern.compile(
          ".*(_results?|_auxmatch|_score|_acc|_rating|_supp|_checkpoint|_PREV|_judge)"
              + "\\.(xlsx|tsv|json)");

  /** The table of answers with the options that a judge found in them, by {@code --judge}. */
  private static final Pattern OF_JUDGE =
      Pattern.compile(".*_(exact_matching|[^_]+)_result\\.(xlsx|tsv|json)");

  /** The values of {@code PRED_FORMAT}. */
  private static final List<String> FORMATS = List.of(".xlsx", ".tsv", ".json");

  /** By a table without the questions nobody can tell whose answers they are but by their ids. */
  private static final List<String> COLUMNS =
      List.of(TableAnswers.INDEX, "question", TableAnswers.PREDICTION);

  /** Columns that its evaluators add. */
  private static final List<String> JUDGED =
      List.of("hit", "log", "extracted", "eval_match", "eval_score", "judge", "res");

  /** A folder of one run: T, its date, and since April 2026 its time. */
  private static final Pattern RUN = Pattern.compile("T\\d{8}.*");

  /** What a run since April 2026 says of itself. */
  private static final String STATUS = "status.json";

  private static final List<String> SAID =
      List.of("commit", "argv", "created_at", "pred_format", "model_name");

  @Override
  public AnswerForm form() {
    return AnswerForm.VLMEVALKIT;
  }

  @Override
  public boolean recognises(Path file, Configuration hadoop) throws IOException {
    try {
      return FORMATS.stream().anyMatch(ending -> PackedFile.hasEnding(file, ending))
          && RecordTable.columns(file, hadoop).containsAll(COLUMNS);
    } catch (DataException e) {
      return false; // a damaged file is said to be of no known form
    }
  }

  @Override
  public LogSettings settings(Path file, Configuration hadoop) throws IOException {
    Path folder = file.getParent();
    boolean dated = RUN.matcher(folder.getName()).matches();
    Map<String, String> values = new TreeMap<>();
    if (dated) {
      values.put("run", folder.getName());
    }
    List<String> notes = new ArrayList<>();
    Matcher judged = OF_JUDGE.matcher(PackedFile.name(file));
    if (judged.matches()) {
      values.put(LogReading.JUDGE, judged.group(1));
      if (!judged.group(1).equals(LogReading.NO_JUDGE)) {
        notes.add(
            "the table's scores are those of the judge "
                + judged.group(1)
                + ", which cannot be made again from the answers; here a rule scores these");
      }
    }
    Path status = new Path(folder, STATUS);
    if (file.getFileSystem(hadoop).exists(status)) {
      JsonNode said = JsonDocument.read(status, hadoop).object();
      SAID.stream()
          .filter(said::hasNonNull)
          .forEach(
              name -> {
                JsonNode value = said.path(name);
                values.put(name, value.isContainerNode() ? value.toString() : value.asText());
              });
    }
    return new LogSettings(
        Optional.of((dated ? folder.getParent() : folder).getName()), values, List.of(), notes);
  }

  @Override
  public boolean isPlain(Path file, Configuration hadoop) throws IOException {
    return !MADE_OF_ANOTHER.matcher(PackedFile.name(file)).matches()
        && RecordTable.columns(file, hadoop).stream().noneMatch(JUDGED::contains);
  }

  @Override
  public void read(Path file, Configuration hadoop, LeftOutRows leftOut, Consumer<LogRow> sink)
      throws IOException {
    RecordTable.read(file, hadoop, leftOut, record -> sink.accept(VlmEvalKitRow.of(record)));
  }
}
