package io.prumerge.benchmark.mme;

import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.TextLines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * {@code MME_Benchmark_release_version}: a folder per task, with a text file of two questions for
 * every image, {@code question TAB Yes|No}. Five tasks have separate folders for images and texts.
 */
final class MmeRelease {

  private static final String IMAGES = "images";
  private static final String TEXTS = "questions_answers_YN";
  private static final int PAIR = 2;

  private final Path folder;
  private final SourceFiles source;

  MmeRelease(Path folder, SourceFiles source) {
    this.folder = folder;
    this.source = source;
  }

  /** All questions, tasks in the official order, images by name. */
  void read(Consumer<MmeLabel> sink) throws IOException {
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
          pair(task, images + "/" + image, text, sink);
        }
      }
    }
  }

  private String below(String task, String subfolder) throws IOException {
    Path path = new Path(new Path(folder, task), subfolder);
    FileSystem fs = path.getFileSystem(source.hadoop());
    return fs.exists(path) ? task + "/" + subfolder : task;
  }

  private void pair(String task, String image, Path text, Consumer<MmeLabel> sink)
      throws IOException {
    List<TextLines.Line> lines = new ArrayList<>();
    TextLines.read(text, source.hadoop(), lines::add);
    if (lines.size() != PAIR) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s/%s: expected two questions about an image, found %d",
              task,
              text.getName(),
              lines.size()));
    }
    for (TextLines.Line line : lines) {
      String[] cells = line.text().split("\t", -1);
      String where = task + "/" + line.where();
      if (cells.length != PAIR) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s: expected question, tab, Yes or No; found %d columns",
                where,
                cells.length));
      }
      sink.accept(
          MmeLabel.of(
              MmeKey.of(task, image, cells[0]),
              new ImagePlace.InFolder(image),
              cells[0],
              cells[1],
              where));
    }
  }

  /** Whether a file is hidden, such as {@code .DS_Store} and {@code ._} files. */
  private static boolean hidden(Path file) {
    return file.getName().startsWith(".");
  }

  private static String stem(Path file) {
    String name = file.getName();
    int ending = name.lastIndexOf('.');
    return ending < 0 ? name : name.substring(0, ending);
  }
}
