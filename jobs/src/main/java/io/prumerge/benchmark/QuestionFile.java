package io.prumerge.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * The question file to read, found by its name.
 *
 * @param kind tells the layout
 */
record QuestionFile(String split, SplitFiles kind, Path path) {

  /**
   * Looks for the one split that there are question files of. Files that were named themselves go
   * before those in folders.
   *
   * @param kinds of question files; of one split's the first kind is taken
   * @param asides splits that lie beside others, read only where they are alone
   * @throws DataException when there is no question file, or several splits'
   */
  static QuestionFile in(SourceFiles source, List<SplitFiles> kinds, Set<String> asides)
      throws IOException {
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
    if (splits.isEmpty()) {
      throw new DataException(
          "No question file (%s) in %s"
              .formatted(
                  kinds.stream().map(kind -> kind.name("SPLIT")).collect(Collectors.joining(", ")),
                  source.described()));
    }
    if (splits.size() > 1) {
      throw new DataException(
          "Question files of several splits (%s) in %s; name the one to read as a --source of its own, beside the folder"
              .formatted(String.join(", ", splits.keySet()), source.described()));
    }
    return splits.values().iterator().next();
  }

  private static void add(
      SplitFiles kind, Map<String, Path> files, Map<String, QuestionFile> splits) {
    files.forEach((split, path) -> splits.putIfAbsent(split, new QuestionFile(split, kind, path)));
  }
}
