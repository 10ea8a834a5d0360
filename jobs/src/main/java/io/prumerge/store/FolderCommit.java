package io.prumerge.store;

import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Gives a new folder its name, whole and once, even if two drivers try.
 *
 * <p>It is made next to its place, each attempt in a folder of its own, and a marker names the
 * attempt that counts and its files, as {@link TableCommit} does it. The other attempts are then
 * deleted, and the marked one is renamed. On a disk and on HDFS that is one step, so readers see
 * the whole folder or none. A store of objects copies them one by one: a driver that comes after
 * one that was killed meanwhile finds the marker, and moves the rest.
 *
 * <p>All of Hadoop's stores move a folder <em>into</em> another one that has its new name. So a
 * folder that somebody else made between the look for it and the rename is seen after it: the
 * attempt lies in it, is taken out again, and nothing else in it is touched.
 *
 * <p>Files whose names begin with the attempt's are written by tasks into its folder. Those that
 * are not required do not count: a task that was given up has begun them. They may come along with
 * the folder, and are then deleted.
 */
public final class FolderCommit {

  /**
   * The attempt that counts.
   *
   * @param attempt its name
   * @param source digest of everything that it was made from
   * @param files size in bytes by path
   */
  private record Decision(String attempt, String source, SortedMap<String, Long> files) {

    Decision {
      files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }
  }

  private final Path output;
  private final Path unfinished;
  private final FileSystem fs;
  private final CommitGuard guard;
  private final Attempts attempts;

  /**
   * Prepares the commit of a folder.
   *
   * @param output its place
   * @param unfinished folder next to it that holds the attempts
   */
  public FolderCommit(Path output, Path unfinished, FileSystem fs, CommitGuard guard) {
    this.output = output;
    this.unfinished = unfinished;
    this.fs = fs;
    this.guard = guard;
    this.attempts = new Attempts(unfinished, fs, guard);
  }

  /** Returns whether an attempt counts already, and may be moved in part. */
  public boolean isDecided() throws IOException {
    return attempts.isMarked();
  }

  /** Returns whether this attempt counts. */
  public boolean isDecided(String attempt) throws IOException {
    return attempts
        .marked(Decision.class)
        .filter(there -> there.attempt().equals(attempt))
        .isPresent();
  }

  /**
   * Makes the attempt visible that counts already, if one does, whatever it was made from: its
   * driver may come back at any time, and move it.
   *
   * @param source digest of everything that this driver would make its attempt from
   * @return whether the folder is whole now; otherwise its place is free
   * @throws UsageException if the folder is there, made from something else
   */
  public boolean finish(String source) throws IOException {
    Optional<Decision> decided = attempts.marked(Decision.class);
    boolean whole = decided.isPresent() && isWhole(decided.get());
    if (whole) {
      show(decided.get());
      if (decided.get().source().equals(source)) {
        return true;
      }
    } else if (!fs.exists(output)) {
      return false;
    } else if (decided.isPresent() && isPart(decided.get())) {
      throw new Failure(
          Wording.of(
              "%s %s exists already, but not all of its files do; delete it and %s, and start"
                  + " again",
              Setting.OUTPUT, output, unfinished));
    }
    attempts.unmark(); // nothing is left to do for any driver
    throw new UsageException(
        Wording.of(
            "%s %s exists already; name a new folder, results are never overwritten",
            Setting.OUTPUT, output));
  }

  /**
   * Makes an attempt visible. Of several from one source, the first one counts.
   *
   * @param attempt its folder's name
   * @param source digest of everything that it was made from
   * @param required paths of files that it must have
   * @throws Failure if somebody else has made the folder meanwhile, or another driver has taken
   *     over
   */
  public void commit(String attempt, String source, Set<String> required) throws IOException {
    Optional<Decision> before = marked(source);
    Decision decided = before.isPresent() ? before.get() : decide(attempt, source, required);
    guard.check(); // by now the marker is certain: a driver that takes over from here on reads it
    attempts.deleteOthers(decided.attempt());
    show(decided);
  }

  private Decision decide(String attempt, String source, Set<String> required) throws IOException {
    SortedMap<String, Long> files = CompleteTables.sizes(attempts.attempt(attempt), "", fs);
    files.keySet().removeIf(file -> file.startsWith(attempt) && !required.contains(file));
    if (!files.keySet().containsAll(required)) {
      throw changed(attempt);
    }
    attempts.unmark();
    attempts.mark(new Decision(attempt, source, files));
    return marked(source).orElseThrow(() -> changed(attempt));
  }

  private Optional<Decision> marked(String source) throws IOException {
    Optional<Decision> decided =
        attempts.marked(Decision.class).filter(there -> there.source().equals(source));
    return decided.isPresent() && isWhole(decided.get()) ? decided : Optional.empty();
  }

  /**
   * Returns whether all files of an attempt are left. If they have all been moved, one of them must
   * be known by its name: another driver's model has the same names, and sizes, too.
   */
  private boolean isWhole(Decision decided) throws IOException {
    boolean known =
        decided.files().keySet().stream().anyMatch(Attempts::isKnownByName)
            || !CompleteTables.sizes(attempts.attempt(decided.attempt()), "", fs).isEmpty();
    return known && attempts.isWhole(decided.attempt(), decided.files(), this::visible);
  }

  /** Returns whether some files of an attempt are visible, and nothing else. */
  private boolean isPart(Decision decided) throws IOException {
    Map<String, Long> visible = visible();
    return visible.size() < decided.files().size()
        && decided.files().entrySet().containsAll(visible.entrySet());
  }

  private SortedMap<String, Long> visible() throws IOException {
    return CompleteTables.sizes(output, "", fs);
  }

  /** Renames the attempt, or moves what a former driver has not moved. */
  private void show(Decision decided) throws IOException {
    Path made = attempts.attempt(decided.attempt());
    guard.check();
    if (!fs.exists(output)) {
      rename(made);
    }
    for (String file : visible().keySet()) {
      if (!decided.files().containsKey(file) && file.startsWith(decided.attempt())) {
        fs.delete(new Path(output, file), false);
      }
    }
    requireOwn(decided, made);
    for (String file : CompleteTables.sizes(made, "", fs).keySet()) {
      if (decided.files().containsKey(file)) {
        guard.check();
        attempts.move(new Path(made, file), new Path(output, file));
      }
    }
    guard.check();
    if (!visible().equals(decided.files())) {
      throw changed(decided.attempt());
    }
  }

  private void rename(Path made) throws IOException {
    try {
      fs.rename(made, output);
    } catch (FileNotFoundException e) { // another driver has done it; show() looks at the result
      return;
    }
    Path inside = new Path(output, made.getName());
    if (fs.exists(inside)) {
      fs.rename(inside, made);
      throw occupied(made.getName());
    }
  }

  /** Checks that what is visible is a part of the attempt. */
  private void requireOwn(Decision decided, Path made) throws IOException {
    Map<String, Long> left = CompleteTables.sizes(made, "", fs);
    for (Map.Entry<String, Long> file : visible().entrySet()) {
      String name = file.getKey();
      boolean own =
          file.getValue().equals(decided.files().get(name))
              && (!left.containsKey(name)
                  || attempts.isEqual(new Path(output, name), new Path(made, name)));
      if (!own) {
        throw occupied(decided.attempt());
      }
    }
  }

  private Failure occupied(String attempt) {
    return new Failure(
        Wording.of(
            "Cannot rename %s to %s: the folder exists by now; move it away, then the same command"
                + " goes on",
            attempts.attempt(attempt), output));
  }

  private Failure changed(String attempt) {
    return new Failure(
        Wording.of(
            "Cannot finish %s: the files of %s have changed meanwhile; start again",
            output, attempts.attempt(attempt)));
  }
}
