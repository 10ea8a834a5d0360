package io.prumerge.benchmark.equivalence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Made-up files of a benchmark in one of its layouts, always the same.
 *
 * @param benchmark its name
 * @param name in words, unique among the benchmark's
 * @param splits that are asked for; empty is the benchmark's default
 * @param pictures their names, below the folder
 */
public record Layout(
    String benchmark,
    String name,
    List<String> splits,
    List<MadeFile> files,
    List<String> pictures) {

  public Layout {
    splits = List.copyOf(splits);
    files = List.copyOf(files);
    pictures = List.copyOf(pictures);
  }

  /** Returns all layouts of a benchmark. */
  public static List<Layout> of(String benchmark) {
    return switch (benchmark) {
      case "gqa" -> GqaLayouts.all();
      case "pope" -> PopeLayouts.all();
      case "vizwiz" -> VizWizLayouts.all();
      default -> throw new IllegalArgumentException(benchmark);
    };
  }

  /** Writes all files below an empty folder. */
  public void write(Path folder) throws IOException {
    for (MadeFile file : files) {
      file.write(folder);
    }
    for (String picture : pictures) {
      MadePictures.write(folder, picture);
    }
  }

  @Override
  public String toString() {
    return benchmark + ", " + name;
  }
}
