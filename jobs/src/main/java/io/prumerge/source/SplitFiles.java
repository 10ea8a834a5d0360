package io.prumerge.source;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * Files of one kind, one per split, named by it.
 *
 * @param prefix beginning of the names, before the split
 * @param splits regular expression of the splits
 * @param suffix end of the names, after the split
 * @param subfolder of a source folder that is searched too
 */
public record SplitFiles(String prefix, String splits, String suffix, String subfolder) {

  /** The {@link #splits} of files that are read together. */
  public static final String ALL = ".*";

  /** Returns whether all files are read together, whatever stands for the split in their names. */
  public boolean areTogether() {
    return splits.equals(ALL);
  }

  /** Returns the name of a split's file. */
  public String name(String split) {
    return prefix + split + suffix;
  }

  /** Finds a split's file. */
  public Optional<Path> find(String split, SourceFiles source) throws IOException {
    return source.find(name(split), subfolder);
  }

  /** Finds all files of this kind among the source files and in the source folders, by split. */
  public Map<String, Path> in(SourceFiles source) throws IOException {
    return bySplit(source.matching(prefix, suffix, subfolder));
  }

  /** Selects the files of this kind, by split. */
  Map<String, Path> bySplit(List<Path> files) {
    Pattern names =
        Pattern.compile(Pattern.quote(prefix) + "(" + splits + ")" + Pattern.quote(suffix));
    Map<String, Path> found = new TreeMap<>();
    for (Path file : files) {
      Matcher name = names.matcher(file.getName());
      if (name.matches()) {
        found.putIfAbsent(name.group(1), file);
      }
    }
    return found;
  }
}
