package io.prumerge.run;

import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The runs near a folder that holds none, for the error that refuses the folder: those below it, or
 * the one that it is a part of.
 */
final class NearbyRuns {

  /** Levels above and below the folder: runs of {@code demo} lie on the second one below. */
  private static final int DEEPEST = 2;

  /** Folders that are looked at, since each costs requests to an object store. */
  private static final int MOST_FOLDERS = 100;

  private static final int MOST_NAMED = 5;

  private final RunDirectory given;
  private int left = MOST_FOLDERS;

  private NearbyRuns(RunDirectory given) {
    this.given = given;
  }

  /**
   * Returns the end of a message that refuses a folder; empty if no run is near.
   *
   * @param name the folder as it was given
   */
  static Wording advice(String name, RunDirectory folder) {
    NearbyRuns near = new NearbyRuns(folder);
    return Wording.plain(
        near.above()
            .map(run -> "; it is a part of the run " + shown(run) + ": name that")
            .orElseGet(() -> near.below(name)));
  }

  /** Returns the run that the folder is a part of. */
  private Optional<Path> above() {
    Path above = given.root().getParent();
    for (int level = 1; level <= DEEPEST && above != null; level++) {
      if (isRun(above)) {
        return Optional.of(above);
      }
      above = above.getParent();
    }
    return Optional.empty();
  }

  private static String shown(Path path) {
    return path.toUri().getScheme().equals("file") ? path.toUri().getPath() : path.toString();
  }

  private String below(String name) {
    Path root = given.root();
    List<Path> level = folders(root);
    boolean all = !level.isEmpty() && level.stream().allMatch(this::isRun);
    List<Path> runs = new ArrayList<>();
    for (int depth = 1; depth <= DEEPEST && !level.isEmpty(); depth++) {
      List<Path> next = new ArrayList<>();
      for (Path folder : level) {
        if (isRun(folder)) {
          runs.add(folder);
        } else if (depth < DEEPEST) {
          next.addAll(folders(folder));
        }
      }
      level = next;
    }
    if (runs.isEmpty()) {
      return "";
    }
    String start = name.replaceFirst("(?<=[^/])/+$", "");
    String named =
        runs.stream()
            .limit(MOST_NAMED)
            .map(run -> start + run.toString().substring(root.toString().length()))
            .collect(Collectors.joining(", "));
    return Text.format(
        "; it holds runs: %s%s; name those to read%s",
        named,
        runs.size() > MOST_NAMED ? ", ..." : "",
        all ? Text.format(", in a shell all of them by %s/*", start) : "");
  }

  private boolean isRun(Path folder) {
    try {
      return new RunDirectory(folder, given.fileSystem()).state().isBegun();
    } catch (IOException e) { // what may not be read is not advised
      return false;
    }
  }

  /** Returns the folders in one, by name, without those that programs keep for themselves. */
  private List<Path> folders(Path folder) {
    try {
      List<Path> folders =
          Arrays.stream(given.fileSystem().listStatus(folder))
              .filter(FileStatus::isDirectory)
              .map(FileStatus::getPath)
              .filter(path -> !path.getName().matches("[._].*"))
              .sorted(Comparator.comparing(Path::getName))
              .limit(left)
              .toList();
      left -= folders.size();
      return folders;
    } catch (IOException e) { // what may not be read is not advised
      return List.of();
    }
  }
}
