package io.prumerge.score.log;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.lang.Text;
import io.prumerge.source.JsonDocument;
import io.prumerge.source.PackedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * lmms-eval's {@code <date>_results.json} beside its samples. The version of each task in it is
 * "Yaml", and {@code task_hashes} tell the number of rows alone: neither is kept.
 */
final class LmmsEvalResults {

  /** The model's name. */
  static final String MODEL = "model_name";

  private static final Pattern SAMPLES = Pattern.compile("(.*)_samples_(.*)\\.jsonl");
  private static final String RESULTS = "results.json";

  /** Settings of the whole run, in its object {@code config} or at the top. */
  private static final List<String> OF_RUN =
      List.of("model", "model_args", "gen_kwargs", "limit", "offset", "batch_size");

  private static final List<String> OF_DOCUMENT =
      List.of(MODEL, "date", "git_hash", "lmms_eval_version");

  private static final String GENERATION = "generation_kwargs";
  static final String REPEATS = "repeats";

  private static final List<String> OF_TASK =
      List.of(
          "dataset_path",
          "dataset_name",
          "test_split",
          GENERATION,
          REPEATS,
          "lmms_eval_specific_kwargs");

  private final JsonNode document;
  private final String task;
  private final JsonNode config;

  private LmmsEvalResults(JsonNode document, String task) {
    this.document = document;
    this.task = task;
    this.config = document.path("configs").path(task);
  }

  /** Returns the name of a run's file of results. */
  static String name(String date) {
    return date + "_" + RESULTS;
  }

  /** Returns the name of a run's file of samples. */
  static String samples(String date, String task) {
    return Text.format("%s_samples_%s.jsonl", date, task);
  }

  /** Returns what is said beside a file of samples; of one without, what its folder is called. */
  static LogSettings beside(Path samples, Configuration hadoop) throws IOException {
    Optional<String> folder = Optional.of(samples.getParent().getName());
    Matcher name = SAMPLES.matcher(PackedFile.name(samples));
    Optional<Path> file = file(samples, name.matches() ? name.group(1) + "_" : "", hadoop);
    if (file.isEmpty()) {
      return LogSettings.of(folder);
    }
    JsonNode document = JsonDocument.read(file.get(), hadoop).object();
    String task = name.matches() ? name.group(2) : stem(PackedFile.name(samples));
    LogSettings said = new LmmsEvalResults(document, task).settings();
    return said.model().isPresent()
        ? said
        : new LogSettings(folder, said.values(), said.filters(), said.notes());
  }

  private static String stem(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static Optional<Path> file(Path samples, String date, Configuration hadoop)
      throws IOException {
    FileSystem fs = samples.getFileSystem(hadoop);
    List<Path> all = new ArrayList<>();
    for (FileStatus status : fs.listStatus(samples.getParent())) {
      String name = status.getPath().getName();
      if (name.equals(date + RESULTS)) {
        return Optional.of(status.getPath());
      }
      if (date.isEmpty() && name.endsWith("_" + RESULTS)) {
        all.add(status.getPath());
      }
    }
    return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
  }

  private LogSettings settings() {
    Map<String, String> values = new TreeMap<>();
    values.put("task", task);
    OF_RUN.forEach(name -> put(values, name, document.path("config").path(name)));
    OF_DOCUMENT.forEach(name -> put(values, name, document.path(name)));
    OF_TASK.forEach(name -> put(values, name, config.path(name)));
    List<String> filters = filters();
    if (filters.size() > 1) {
      values.put("filters", String.join(", ", filters));
    }
    return new LogSettings(
        Optional.ofNullable(document.path(MODEL).textValue()), values, filters, notes(filters));
  }

  private static void put(Map<String, String> values, String name, JsonNode value) {
    if (!value.isMissingNode() && !value.isNull()) {
      values.put(name, value.isContainerNode() ? value.toString() : value.asText());
    }
  }

  /** Returns the filters in the order of their rows. */
  private List<String> filters() {
    Set<String> names = new LinkedHashSet<>();
    config.path("filter_list").forEach(filter -> names.add(filter.path("name").asText()));
    if (names.isEmpty()) {
      for (Map.Entry<String, JsonNode> figure : document.path("results").path(task).properties()) {
        int comma = figure.getKey().lastIndexOf(',');
        if (comma >= 0) {
          names.add(figure.getKey().substring(comma + 1));
        }
      }
    }
    return List.copyOf(names);
  }

  private List<String> notes(List<String> filters) {
    JsonNode asked = config.path(GENERATION);
    return Stream.of(
            note(
                filters.size() > 1,
                "%d filters (%s) have a row for each question: those of the first are used",
                filters.size(),
                String.join(", ", filters)),
            note(
                config.path(REPEATS).asInt(1) > 1,
                "each question was asked %d times: the first answer is used",
                config.path(REPEATS).asInt()),
            note(
                asked.path("do_sample").asBoolean() || asked.path("temperature").asDouble() > 0,
                "answers are drawn at random (%s), and how far another run differs is not known",
                asked),
            note(
                !List.of("", "1").contains(document.path("config").path("batch_size").asText()),
                "answers are of batches of %s, and may be others in other batches",
                document.path("config").path("batch_size").asText()),
            note(
                document.path("config").path("limit").isNumber(),
                "the run has a limit of %s questions",
                document.path("config").path("limit").asText()))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<String> note(boolean holds, String text, Object... values) {
    return holds ? Optional.of(Text.format(text, values)) : Optional.empty();
  }
}
