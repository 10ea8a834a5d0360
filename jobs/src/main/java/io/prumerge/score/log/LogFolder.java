package io.prumerge.score.log;

import io.prumerge.source.HiddenName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The logs in a folder of a tool's output: those of the first level that has any. lmms-eval has
 * them in one folder for each model; VLMEvalKit in one for each run of a model, with links to them
 * above.
 */
final class LogFolder {

  /** Levels below the folder that is given. */
  private static final int DEPTH = 4;

  private static final String PICKLE = ".pkl";

  private final Optional<AnswerForm> asked;
  private final Configuration hadoop;
  private final List<LogFile> logs = new ArrayList<>();
  private final TreeSet<String> made = new TreeSet<>();
  private final TreeSet<String> pickles = new TreeSet<>();

  private LogFolder(Optional<AnswerForm> asked, Configuration hadoop) {
    this.asked = asked;
    this.hadoop = hadoop;
  }

  /**
   * Looks for the logs in a folder.
   *
   * @param asked their only form, if one is asked for
   */
  static LogFolder of(Path folder, Optional<AnswerForm> asked, Configuration hadoop)
      throws IOException {
    LogFolder found = new LogFolder(asked, hadoop);
    List<Path> level = List.of(folder);
    for (int depth = 0; depth <= DEPTH && found.logs.isEmpty(); depth++) {
      List<Path> below = new ArrayList<>();
      for (Path one : level) {
        below.addAll(found.look(one));
      }
      level = below;
    }
    found.logs.sort(Comparator.comparing(log -> log.path().toString()));
    return found;
  }

  /** Returns whether a file is a pickle by its name. */
  static boolean isPickle(Path file) {
    return file.getName().toLowerCase(Locale.ROOT).endsWith(PICKLE);
  }

  /** Notes the logs of one folder, and returns the folders in it. */
  private List<Path> look(Path folder) throws IOException {
    List<Path> folders = new ArrayList<>();
    FileSystem fs = folder.getFileSystem(hadoop);
    for (FileStatus status : fs.listStatus(folder)) {
      Path path = status.getPath();
      if (HiddenName.is(path.getName())) {
        continue;
      }
      if (status.isDirectory()) {
        folders.add(path);
      } else if (isPickle(path)) {
        pickles.add(path.getName());
      } else {
        Optional<LogForm> form = LogForm.of(path, asked, hadoop);
        if (form.isPresent() && form.get().isPlain(path, hadoop)) {
          logs.add(new LogFile(path, form.get()));
        } else if (form.isPresent()) {
          made.add(path.getName());
        }
      }
    }
    return folders;
  }

  /** Returns the files of answers. */
  List<LogFile> logs() {
    return List.copyOf(logs);
  }

  /** Returns what of the folder is not read, and why. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!made.isEmpty()) {
      notes.add(
          "not read, as made from another file's answers: "
              + LogText.first(List.copyOf(made), made.size()));
    }
    if (!pickles.isEmpty()) {
      notes.add(
          "pickles are not opened, as they run code, and the tool leaves them behind where a run"
              + " did not end: "
              + LogText.first(List.copyOf(pickles), pickles.size()));
    }
    return notes;
  }

  /** A file of answers, and its form. */
  record LogFile(Path path, LogForm form) {}
}
