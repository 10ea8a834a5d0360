package io.prumerge.benchmark.mme;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SideRows;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.TextLine;
import io.prumerge.source.TextLines;
import io.prumerge.source.table.DataRow;
import io.prumerge.source.table.DataTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * MME's questions with their labels, read from the release and from the result files without
 * responses, whichever exist. If both exist, they must agree. If neither exists, they are read from
 * Hugging Face Parquet, or from VLMEvalKit's TSV.
 */
final class MmeLabels {

  private static final String TEMPLATE = "Your_Results";
  private static final String IMAGE = "image";
  private static final Set<String> COLUMNS =
      Set.of("question_id", "question", "answer", "category", IMAGE);

  /** Columns of VLMEvalKit's TSV, which may also have the pictures. */
  private static final Set<String> OF_TSV =
      Set.of("index", "image_path", "question", "answer", "category");

  /** How deep below a source folder a TSV is searched. */
  private static final int DEPTH = 1;

  private final SideRows<MmeKey, MmeLabel> labels;
  private boolean ofTable;

  private MmeLabels(SourceFiles source) {
    labels = new SideRows<>(source.leftOut());
  }

  /**
   * @param rows of the table of questions, whose labels they are, if there are no other files
   */
  static MmeLabels read(SourceFiles source, LeftOutRows rows) throws IOException {
    MmeLabels labels = new MmeLabels(source);
    Optional<Path> release = source.folderWith(MmeTasks.ALL);
    if (release.isPresent()) {
      Release texts = new Release(release.get(), source);
      source
          .leftOut()
          .beside(release.get().getName())
          .read(texts::read, pair -> texts.labels(pair).forEach(labels::add));
    }
    Optional<Path> results = results(source);
    if (results.isPresent()) {
      Map<MmeKey, MmeLabel> filled = new HashMap<>();
      source
          .leftOut()
          .beside(results.get().getName())
          .<MmeTaskLine>read(
              lines -> MmeResults.lines(results.get(), source.hadoop(), lines),
              line -> labels.fill(line.result().label(), filled));
    }
    if (labels.labels.keys().isEmpty()) {
      labels.hub(source, rows);
    }
    if (labels.labels.keys().isEmpty()) {
      labels.tsv(source, rows);
    }
    return labels;
  }

  private void hub(SourceFiles source, LeftOutRows leftOut) throws IOException {
    List<HuggingFaceTable> tables = HuggingFaceTable.having(source, COLUMNS.toArray(String[]::new));
    if (!tables.isEmpty()) {
      HuggingFaceTable table = HuggingFaceTable.one(tables, "test");
      ofTable = true;
      leftOut.<HuggingFaceRow>read(
          rows -> table.read(COLUMNS, Set.of(), rows), row -> add(label(row)));
    }
  }

  /**
   * Returns the label in a row of the hub's table, whose {@code question_id} is the image's path.
   */
  private static MmeLabel label(HuggingFaceRow row) {
    String image = row.text("question_id");
    String text = row.text("question");
    return MmeLabel.of(
        MmeKey.of(MmeTasks.checked(row.text("category"), row.where()), image, text),
        row.place(IMAGE, image, 0).orElseThrow(() -> row.error("'image' is null")),
        text,
        row.text("answer"),
        row.where());
  }

  private void tsv(SourceFiles source, LeftOutRows leftOut) throws IOException {
    List<DataTable> tables = new ArrayList<>();
    for (Path file : source.within(".tsv", DEPTH)) {
      DataTable table =
          DataTable.open(file, "test", source, leftOut, StandardCharsets.UTF_8, new HashMap<>());
      if (table.fields().containsAll(OF_TSV)) {
        tables.add(table);
      }
    }
    if (tables.size() > 1) {
      throw new DataException(
          Wording.of(
              "%s could all be MME; give one of them as %s",
              tables.stream().map(DataTable::name).collect(Collectors.joining(", ")),
              Setting.SOURCE));
    }
    for (DataTable table : tables) {
      ofTable = true;
      boolean pictured = table.fields().contains(IMAGE);
      table.read(OF_TSV, row -> add(label(row, pictured)));
    }
  }

  /**
   * Returns the label in a row of VLMEvalKit's table.
   *
   * @param pictured whether the rows have their pictures, which are else files of the release
   */
  private static MmeLabel label(DataRow row, boolean pictured) {
    String path = text(row, "image_path");
    String text = text(row, "question");
    ImagePlace image =
        pictured
            ? row.images(IMAGE, false, text(row, "index")).stream()
                .flatMap(Optional::stream)
                .findFirst()
                .map(place -> place.called(path))
                .orElseThrow(() -> row.error(IMAGE, "is empty"))
            : new ImagePlace.InFolder(path);
    return MmeLabel.of(
        MmeKey.of(MmeTasks.checked(text(row, "category"), row.where()), path, text),
        image,
        text,
        text(row, "answer"),
        row.where());
  }

  private static String text(DataRow row, String column) {
    return row.text(column).orElseThrow(() -> row.error(column, "is empty"));
  }

  /**
   * Returns the folder of the result files: the official template, or else the first with such
   * files.
   */
  private static Optional<Path> results(SourceFiles source) throws IOException {
    List<String> names = MmeTasks.ALL.stream().map(task -> task + MmeResults.ENDING).toList();
    Optional<Path> tool =
        source.folderWith(names.stream().map(name -> TEMPLATE + "/" + name).toList());
    return tool.isPresent()
        ? tool.map(folder -> new Path(folder, TEMPLATE))
        : source.folderWith(names);
  }

  private void add(MmeLabel label) {
    requireFirst(label, labels.putIfAbsent(label.key(), label));
  }

  private static void requireFirst(MmeLabel label, MmeLabel before) {
    if (before != null) {
      throw new DataException(
              Text.format(
                  "%s: '%s' about %s stands in %s already",
                  label.where(), label.text(), label.key().pair(), before.where()))
          .ofFile();
    }
  }

  private void fill(MmeLabel label, Map<MmeKey, MmeLabel> filled) {
    requireFirst(label, filled.put(label.key(), label));
    MmeLabel before = labels.putIfAbsent(label.key(), label);
    if (before != null && !before.label().equals(label.label())) {
      throw new DataException(
              Text.format(
                  "%s: labelled %s, but %s in %s for the same image and question",
                  label.where(), label.label(), before.label(), before.where()))
          .ofFile();
    }
  }

  /** Returns whether each is a row of the table of questions. */
  boolean areOfTable() {
    return ofTable;
  }

  /** Returns all of them, in the order of the files. */
  Collection<MmeLabel> labels() {
    return labels.keys().stream().map(labels::get).toList();
  }

  /** Returns the label of the question in {@code line}. */
  MmeLabel of(MmeKey key, JsonLine line) {
    MmeLabel label = labels.get(key);
    if (label == null) {
      throw line.error(
          Text.format(
              "no label for image %s, question '%s' in MME_Benchmark_release_version or"
                  + " eval_tool/Your_Results",
              key.pair(), key.question()));
    }
    return label;
  }

  /**
   * {@code MME_Benchmark_release_version}: a folder per task, with a text file of two questions for
   * every image, {@code question TAB Yes|No}. Five tasks have separate folders for images and
   * texts.
   */
  private static final class Release {

    private static final String IMAGES = "images";
    private static final String TEXTS = "questions_answers_YN";
    private static final int PAIR = 2;

    /**
     * The text with the questions about an image.
     *
     * @param image its path
     */
    record PairText(String task, String image, Path text) {}

    private final Path folder;
    private final SourceFiles source;

    Release(Path folder, SourceFiles source) {
      this.folder = folder;
      this.source = source;
    }

    /** Lists all texts: tasks in the official order, images by name. */
    void read(Consumer<PairText> sink) throws IOException {
      for (String task : MmeTasks.ALL) {
        String texts = below(task, TEXTS);
        String images = below(task, IMAGES);
        Map<String, String> names = new HashMap<>();
        for (Path image : source.filesIn(new Path(folder, images))) {
          if (!hidden(image) && !image.getName().endsWith(MmeResults.ENDING)) {
            names.put(stem(image), image.getName());
          }
        }
        for (Path text : source.filesIn(new Path(folder, texts))) {
          if (!hidden(text) && text.getName().endsWith(MmeResults.ENDING)) {
            // A text without its image keeps its questions, so that they get an error and are not
            // lost.
            String image = names.getOrDefault(stem(text), stem(text) + ".jpg");
            sink.accept(new PairText(task, images + "/" + image, text));
          }
        }
      }
    }

    private String below(String task, String subfolder) throws IOException {
      Path path = new Path(new Path(folder, task), subfolder);
      FileSystem fs = path.getFileSystem(source.hadoop());
      return fs.exists(path) ? task + "/" + subfolder : task;
    }

    /** Returns the questions of a text, which are scored together: both or none. */
    List<MmeLabel> labels(PairText pair) {
      String task = pair.task();
      Path text = pair.text();
      List<TextLine> lines = new ArrayList<>();
      try {
        TextLines.read(text, source.hadoop(), lines::add);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + text, e);
      }
      List<MmeLabel> labels = new ArrayList<>();
      if (lines.size() != PAIR) {
        throw new DataException(
            Text.format(
                "%s/%s: expected two questions about an image, found %d",
                task, text.getName(), lines.size()));
      }
      for (TextLine line : lines) {
        String[] cells = line.text().split("\t", -1);
        String where = task + "/" + line.where();
        if (cells.length != PAIR) {
          throw new DataException(
              Text.format(
                  "%s: expected question, tab, Yes or No; found %d columns", where, cells.length));
        }
        labels.add(
            MmeLabel.of(
                MmeKey.of(task, pair.image(), cells[0]),
                new ImagePlace.InFolder(pair.image()),
                cells[0],
                cells[1],
                where));
      }
      return labels;
    }

    /** Returns whether a file is hidden, such as {@code .DS_Store} and {@code ._} files. */
    private static boolean hidden(Path file) {
      return file.getName().startsWith(".");
    }

    private static String stem(Path file) {
      String name = file.getName();
      int ending = name.lastIndexOf('.');
      return ending < 0 ? name : name.substring(0, ending);
    }
  }
}
