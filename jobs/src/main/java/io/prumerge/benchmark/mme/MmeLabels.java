package io.prumerge.benchmark.mme;

import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.JsonLine;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * MME's questions with their labels, read from the release and from the result files without
 * responses, whichever exist. If both exist, they must agree. If neither exists, they are read from
 * Hugging Face Parquet.
 */
final class MmeLabels {

  private static final String TEMPLATE = "Your_Results";
  private static final Set<String> COLUMNS =
      Set.of("question_id", "question", "answer", "category", "image");

  private final Map<MmeKey, MmeLabel> labels = new LinkedHashMap<>();

  private MmeLabels() {}

  static MmeLabels read(SourceFiles source) throws IOException {
    MmeLabels labels = new MmeLabels();
    Optional<Path> release = source.folderWith(MmeTasks.ALL);
    if (release.isPresent()) {
      new MmeRelease(release.get(), source).read(labels::add);
    }
    Map<MmeKey, MmeLabel> released = Map.copyOf(labels.labels);
    Optional<Path> results = results(source);
    if (results.isPresent()) {
      MmeLabels template = new MmeLabels();
      MmeResults.results(results.get(), source.hadoop(), result -> template.add(result.label()));
      template.labels.values().forEach(label -> labels.fill(label, released));
    }
    if (labels.labels.isEmpty()) {
      labels.hub(source);
    }
    return labels;
  }

  private void hub(SourceFiles source) throws IOException {
    List<HuggingFaceTable> tables = HuggingFaceTable.having(source, COLUMNS.toArray(String[]::new));
    if (!tables.isEmpty()) {
      HuggingFaceTable.one(tables, "test").read(COLUMNS, Set.of(), row -> add(label(row)));
    }
  }

  /** A row of the hub's table, whose {@code question_id} is the image's path. */
  private static MmeLabel label(HuggingFaceRow row) {
    String image = row.text("question_id");
    String text = row.text("question");
    return MmeLabel.of(
        MmeKey.of(MmeTasks.checked(row.text("category"), row.where()), image, text),
        row.place("image", image, 0).orElseThrow(() -> row.error("'image' is null")),
        text,
        row.text("answer"),
        row.where());
  }

  /** The folder of the result files: the official template, or else the first with such files. */
  private static Optional<Path> results(SourceFiles source) throws IOException {
    List<String> names = MmeTasks.ALL.stream().map(task -> task + MmeResults.ENDING).toList();
    Optional<Path> tool =
        source.folderWith(names.stream().map(name -> TEMPLATE + "/" + name).toList());
    return tool.isPresent()
        ? tool.map(folder -> new Path(folder, TEMPLATE))
        : source.folderWith(names);
  }

  private void add(MmeLabel label) {
    MmeLabel before = labels.putIfAbsent(label.key(), label);
    if (before != null) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: '%s' about %s stands in %s already",
              label.where(),
              label.text(),
              label.key().pair(),
              before.where()));
    }
  }

  private void fill(MmeLabel label, Map<MmeKey, MmeLabel> released) {
    MmeLabel before = released.get(label.key());
    if (before == null) {
      labels.put(label.key(), label);
    } else if (!before.label().equals(label.label())) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: labelled %s, but %s in %s for the same image and question",
              label.where(),
              label.label(),
              before.label(),
              before.where()));
    }
  }

  /** All of them, in the order of the files. */
  Collection<MmeLabel> all() {
    return Collections.unmodifiableCollection(labels.values());
  }

  /** The label of the question in {@code line}. */
  MmeLabel of(MmeKey key, JsonLine line) {
    MmeLabel label = labels.get(key);
    if (label == null) {
      throw line.error(
          String.format(
              Locale.ROOT,
              "no label for image %s, question '%s' in MME_Benchmark_release_version or eval_tool/Your_Results",
              key.pair(),
              key.question()));
    }
    return label;
  }
}
