package io.prumerge.source;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * Finds the question file by its name.
 *
 * @param kind the layout
 */
public record QuestionFile(String split, SplitFiles kind, Path path) {

  /**
   * Finds the file of the requested split, or of the only split with question files. Files given by
   * name take precedence over files in folders. If there is none, finds the first of those that are
   * read together.
   *
   * @param kinds kinds of question files; the first kind of a split is used
   * @param asides splits that are read only if there is no other one
   * @return empty if there is no question file
   * @throws DataException if there are files of several splits
   */
  public static Optional<QuestionFile> in(
      SourceFiles source, List<SplitFiles> kinds, Set<String> asides) throws IOException {
    Map<String, QuestionFile> named = new TreeMap<>();
    Map<String, QuestionFile> found = new TreeMap<>();
    Map<String, QuestionFile> together = new LinkedHashMap<>();
    for (SplitFiles kind : kinds) {
      add(kind, kind.bySplit(source.files()), kind.areTogether() ? together : named);
      add(kind, kind.in(source), kind.areTogether() ? together : found);
    }
    Map<String, QuestionFile> splits = named.isEmpty() ? found : named;
    if (splits.size() > 1) {
      splits.keySet().removeAll(asides);
    }
    Optional<QuestionFile> wanted = source.split().map(splits::get);
    if (wanted.isEmpty() && splits.size() > 1) {
      throw new DataException(
          Wording.of(
              "Question files of several splits (%s) in %s; name one of them with %s, or its file"
                  + " as a %s of its own, in addition to the folder",
              String.join(", ", splits.keySet()),
              source.described(),
              Setting.SPLIT,
              Setting.SOURCE));
    }
    Optional<QuestionFile> file = wanted.or(() -> splits.values().stream().findFirst());
    file.ifPresent(one -> source.reads(one.split()));
    return file.or(() -> together.values().stream().findFirst());
  }

  /** Returns the file, or all that are read together with it. */
  public List<Path> files(SourceFiles source) throws IOException {
    return kind.areTogether() ? List.copyOf(kind.in(source).values()) : List.of(path);
  }

  /**
   * Finds the table to read if there is no question file.
   *
   * @param split selects one of several tables
   * @param columns columns that the benchmark's tables have
   * @throws DataException if there is no table, or several
   */
  public static HuggingFaceTable table(
      SourceFiles source, List<SplitFiles> kinds, String split, String... columns)
      throws IOException {
    List<HuggingFaceTable> tables = HuggingFaceTable.having(source, columns);
    if (tables.isEmpty()) {
      throw new DataException(
          Text.format(
              "No question file (%s) and no Parquet with the columns %s in %s",
              names(kinds), String.join(", ", columns), source.described()));
    }
    HuggingFaceTable table = HuggingFaceTable.one(tables, source.split().orElse(split));
    source.reads(table.split());
    return table;
  }

  /** Returns the error that a source has no file of any of the kinds. */
  public static DataException absent(List<SplitFiles> kinds, SourceFiles source) {
    return new DataException(
        Text.format("No question file (%s) in %s", names(kinds), source.described()));
  }

  private static String names(List<SplitFiles> kinds) {
    return kinds.stream().map(kind -> kind.name("SPLIT")).collect(Collectors.joining(", "));
  }

  private static void add(
      SplitFiles kind, Map<String, Path> files, Map<String, QuestionFile> splits) {
    files.forEach((split, path) -> splits.putIfAbsent(split, new QuestionFile(split, kind, path)));
  }
}
