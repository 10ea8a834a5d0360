package io.prumerge.source;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * The question file to read, found by its name.
 *
 * @param kind tells the layout
 */
public record QuestionFile(String split, SplitFiles kind, Path path) {

  /**
   * Looks for the wanted split, or the one split that there are question files of. Files that were
   * named themselves go before those in folders.
   *
   * @param kinds of question files; of one split's the first kind is taken
   * @param asides splits that lie beside others, read only where they are alone
   * @return nothing where there is no question file
   * @throws DataException when there are several splits'
   */
  public static Optional<QuestionFile> in(
      SourceFiles source, List<SplitFiles> kinds, Set<String> asides) throws IOException {
    Map<String, QuestionFile> named = new TreeMap<>();
    Map<String, QuestionFile> found = new TreeMap<>();
    for (SplitFiles kind : kinds) {
      add(kind, kind.bySplit(source.files()), named);
      add(kind, kind.in(source), found);
    }
    Map<String, QuestionFile> splits = named.isEmpty() ? found : named;
    if (splits.size() > 1) {
      splits.keySet().removeAll(asides);
    }
    Optional<QuestionFile> wanted = source.split().map(splits::get);
    if (wanted.isEmpty() && splits.size() > 1) {
      throw new DataException(
          Wording.of(
              "Question files of several splits (%s) in %s; name one of them with %s, or its file as a %s of its own, beside the folder",
              String.join(", ", splits.keySet()),
              source.described(),
              Setting.SPLIT,
              Setting.SOURCE));
    }
    Optional<QuestionFile> file = wanted.or(() -> splits.values().stream().findFirst());
    file.ifPresent(one -> source.reads(one.split()));
    return file;
  }

  /**
   * The table to read where there is no question file.
   *
   * @param split the one to take of several
   * @param columns by which the benchmark's tables are known
   * @throws DataException when there is none either, or several
   */
  public static HuggingFaceTable table(
      SourceFiles source, List<SplitFiles> kinds, String split, String... columns)
      throws IOException {
    List<HuggingFaceTable> tables = HuggingFaceTable.having(source, columns);
    if (tables.isEmpty()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "No question file (%s) and no Parquet with the columns %s in %s",
              kinds.stream().map(kind -> kind.name("SPLIT")).collect(Collectors.joining(", ")),
              String.join(", ", columns),
              source.described()));
    }
    HuggingFaceTable table = HuggingFaceTable.one(tables, source.split().orElse(split));
    source.reads(table.split());
    return table;
  }

  private static void add(
      SplitFiles kind, Map<String, Path> files, Map<String, QuestionFile> splits) {
    files.forEach((split, path) -> splits.putIfAbsent(split, new QuestionFile(split, kind, path)));
  }
}
