package io.prumerge.store;

import io.prumerge.console.Failure;
import io.prumerge.lang.Text;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Makes the tables and pages of a folder visible, whole and once, even if two drivers try.
 *
 * <p>Every attempt writes its own folder below {@code _tables/} and counts its rows there. A marker
 * then names the attempt that counts: <b>the first marker wins</b>, as with chunks, and a driver
 * that comes later continues the marked attempt instead of its own. The files of all other attempts
 * are deleted, those of the marked one are renamed to where readers look, one by one, and {@code
 * _COMPLETE} is written last.
 *
 * <p>Where readers look, other files may stand, such as a user's notes. Each attempt lists its
 * files before its marker is written, and of the files there only those that a list names are
 * deleted.
 *
 * <p>A driver checks its lease before each of these steps, but may be suspended right after the
 * check, and go on when another driver has long finished. No step of it does harm then: a late
 * marker is not read any more; a late rename brings the very file that is there, or finds its
 * source gone; a late deletion names files that were wrong when the lease was held, and no name of
 * a table's file is used twice. A {@code _COMPLETE} of another attempt, of tables that are replaced
 * or by a driver that was suspended right before it wrote the file, is deleted before the first
 * file is exchanged, and looked for again after the last one. A driver that is suspended right
 * before it deletes a page or {@code _COMPLETE} may delete the new one: a page is then missing, or
 * the folder is not complete until the next driver; no row is lost or doubled. This needs neither
 * an atomic rename of folders, nor a rename that refuses to replace a file.
 *
 * <p>Where a rename replaces a file, as on object stores, one thing is left: a driver is silent
 * between its look for {@code _COMPLETE} and the rename that writes it, and comes back when another
 * one has made other tables, because a marker came as late. It deletes what it wrote as soon as it
 * sees that; if it is killed right there, {@code _COMPLETE} counts files that are not there, so
 * every reader refuses the folder, and says that deleting {@code _COMPLETE} and resuming makes the
 * tables again from the chunks.
 */
public final class TableCommit {

  /** Name of the folder of all attempts. */
  static final String FOLDER = "_tables";

  private static final String LIST = "files-%s.json";

  /** Writes tables and pages. */
  public interface Writer {
    /**
     * Writes everything that readers shall see.
     *
     * @param attempt folder in place of the final one; does not exist yet
     */
    WrittenRows write(Path attempt) throws IOException;
  }

  /** Counts the rows of a written table. */
  public interface RowCounter {
    long count(Path table) throws IOException;
  }

  private final Path root;
  private final FileSystem fs;
  private final Attempts attempts;
  private final String source;
  private final CommitGuard guard;
  private final RowCounter counter;
  private final Predicate<String> unlisted;

  /**
   * Prepares the commit of a folder's tables.
   *
   * @param source digest of everything that the tables are made from: an attempt that was made from
   *     something else is not continued
   * @param unlisted tells the paths of files that an earlier version wrote without a list
   */
  public TableCommit(
      Path root,
      FileSystem fs,
      String source,
      CommitGuard guard,
      RowCounter counter,
      Predicate<String> unlisted) {
    this.root = root;
    this.fs = fs;
    this.attempts = new Attempts(new Path(root, FOLDER), fs, guard);
    this.source = source;
    this.guard = guard;
    this.counter = counter;
    this.unlisted = unlisted;
  }

  /**
   * Makes the tables visible, and marks the folder as complete.
   *
   * @param writer is not asked if an earlier driver has written the tables already
   * @throws Failure if a table does not hold its rows, files that nobody lists are in the way, or
   *     another driver has taken over
   */
  public CompleteTables commit(Writer writer) throws IOException {
    Path complete = new Path(root, CompleteTables.NAME);
    guard.check();
    listFormer(complete);
    Optional<CompleteTables> before = marked();
    CompleteTables tables = before.isPresent() ? before.get() : decided(writer);
    guard.check(); // by now the marker is certain: a driver that takes over from here on reads it
    Set<String> former = former(tables);
    requireListed(wrong(tables, former), former);
    attempts.deleteOthers(tables.attempt());
    deleteUnlessOf(tables, complete); // while the files are exchanged
    show(tables, former);
    guard.check();
    if (!WholeFile.wroteFirst(fs, complete, Json.write(tables))) {
      deleteUnlessOf(tables, complete);
      WholeFile.wroteFirst(fs, complete, Json.write(tables));
    }
    requireShown(tables, former, complete);
    deleteOtherLists(tables);
    // The marker stays, for a driver that looked before _COMPLETE was there.
    fs.delete(attempts.attempt(tables.attempt()), true);
    return tables;
  }

  /** Returns the marked attempt; empty if none is, or not all of its files are left. */
  private Optional<CompleteTables> marked() throws IOException {
    Optional<CompleteTables> tables =
        attempts.marked(CompleteTables.class).filter(there -> there.source().equals(source));
    return tables.isPresent() && isWhole(tables.get()) ? tables : Optional.empty();
  }

  private boolean isWhole(CompleteTables tables) throws IOException {
    return attempts.isWhole(tables.attempt(), tables.files(), () -> visible(tables, Set.of()));
  }

  private CompleteTables decided(Writer writer) throws IOException {
    attempts.unmark();
    String attempt = UUID.randomUUID().toString();
    Path folder = attempts.attempt(attempt);
    WrittenRows written = writer.write(folder);
    for (Map.Entry<String, Long> table : written.rows().entrySet()) {
      long rows = counter.count(new Path(folder, table.getKey()));
      if (rows != table.getValue()) {
        throw new Failure(
            Text.format(
                "Cannot finish %s: its %s was written with %,d rows instead of %,d; resume it, and"
                    + " start in a new folder if it says so again",
                root, table.getKey(), rows, table.getValue()));
      }
    }
    CompleteTables mine =
        new CompleteTables(
            RunFormat.CURRENT,
            attempt,
            source,
            written.answers(),
            written.errors(),
            new TreeMap<>(written.rows()),
            CompleteTables.sizes(folder, "", fs),
            written.replies());
    guard.check();
    list(mine);
    attempts.mark(mine);
    return marked()
        .orElseThrow(
            () ->
                new Failure(
                    Text.format(
                        "Cannot finish %s: the files of its tables have changed meanwhile; resume"
                            + " it",
                        root)));
  }

  /** Lists the files of tables of an earlier version, which wrote no lists. */
  private void listFormer(Path complete) throws IOException {
    for (Path file : List.of(attempts.marker(), complete)) {
      Optional<CompleteTables> former = read(file);
      if (former.isPresent()) {
        list(former.get());
      }
    }
  }

  private void list(CompleteTables tables) throws IOException {
    Path list = attempts.attempt(listName(tables.attempt()));
    if (!fs.exists(list)) {
      WholeFile.wroteFirst(fs, list, Json.write(tables));
    }
  }

  private static String listName(String attempt) {
    return Text.format(LIST, attempt);
  }

  private static boolean isList(Path file) {
    return file.getName().matches(Text.format(LIST, ".*"));
  }

  /** Reads what an attempt wrote; empty if the file is gone or damaged. */
  private Optional<CompleteTables> read(Path file) throws IOException {
    try {
      return Optional.of(Json.read(CompleteTables.text(file, fs), CompleteTables.class));
    } catch (FileNotFoundException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the files that other attempts list: some may be visible. */
  private Set<String> former(CompleteTables tables) throws IOException {
    Set<String> files = new TreeSet<>();
    for (Path list : otherLists(tables)) {
      read(list).ifPresent(other -> files.addAll(other.files().keySet()));
    }
    return files;
  }

  private List<Path> otherLists(CompleteTables tables) throws IOException {
    return Arrays.stream(fs.listStatus(attempts.folder()))
        .map(FileStatus::getPath)
        .filter(TableCommit::isList)
        .filter(file -> !file.getName().equals(listName(tables.attempt())))
        .toList();
  }

  /** Deletes the lists of attempts whose files are all deleted. */
  private void deleteOtherLists(CompleteTables tables) throws IOException {
    List<Path> others = otherLists(tables);
    guard.check();
    for (Path other : others) {
      fs.delete(other, false);
    }
  }

  /** Checks that of files in the way, an attempt lists each: others may be a user's. */
  private void requireListed(Set<String> wrong, Set<String> former) {
    List<String> foreign =
        wrong.stream().filter(file -> !former.contains(file) && !unlisted.test(file)).toList();
    if (!foreign.isEmpty()) {
      throw new Failure(
          Text.format(
              "Cannot finish %s: it holds %s, which this run did not write, where its own tables"
                  + " and pages belong; move %s elsewhere and resume it",
              root,
              foreign.size() == 1
                  ? foreign.get(0)
                  : Text.format("%s and %d more files", foreign.get(0), foreign.size() - 1),
              foreign.size() == 1 ? "it" : "them"));
    }
  }

  /** Returns whether readers would take a file for a part of a table. */
  private static boolean isRead(String file, CompleteTables tables) {
    return Attempts.isKnownByName(file)
        && tables.rows().keySet().stream()
            .anyMatch(table -> file.startsWith(table + Path.SEPARATOR));
  }

  /** Deletes a {@code _COMPLETE} that counts other tables. */
  private void deleteUnlessOf(CompleteTables tables, Path complete) throws IOException {
    if (fs.exists(complete) && !isOf(tables)) {
      guard.check();
      fs.delete(complete, false);
    }
  }

  /** Returns whether the folder says that it is complete with these tables. */
  private boolean isOf(CompleteTables tables) throws IOException {
    return CompleteTables.read(root, fs)
        .filter(there -> there.attempt().equals(tables.attempt()))
        .isPresent();
  }

  /**
   * Checks that the files are still those that {@code _COMPLETE} counts: between the last check and
   * its rename, this driver may have been suspended, and another one finished with other tables.
   */
  private void requireShown(CompleteTables tables, Set<String> former, Path complete)
      throws IOException {
    if (!visible(tables, former).equals(tables.files()) && isOf(tables)) {
      fs.delete(complete, false); // written too late
    }
    guard.check();
  }

  /** Moves the files of an attempt to where readers look, in place of all others. */
  private void show(CompleteTables tables, Set<String> former) throws IOException {
    Path folder = attempts.attempt(tables.attempt());
    Set<String> made = CompleteTables.sizes(folder, "", fs).keySet();
    Set<String> wrong = wrong(tables, former);
    requireListed(wrong, former);
    guard.check();
    for (String file : wrong) {
      fs.delete(new Path(root, file), false);
    }
    for (String file : made) {
      attempts.move(new Path(folder, file), new Path(root, file));
    }
    SortedMap<String, Long> shown = visible(tables, former);
    if (!shown.equals(tables.files())) {
      throw new Failure(
          Text.format(
              "Cannot finish %s: its tables have %d files instead of %d, because something else has"
                  + " changed them; resume it",
              root, shown.size(), tables.files().size()));
    }
  }

  /** Returns the visible files that are not those of an attempt. */
  private Set<String> wrong(CompleteTables tables, Set<String> former) throws IOException {
    Path folder = attempts.attempt(tables.attempt());
    SortedMap<String, Long> made = CompleteTables.sizes(folder, "", fs);
    Set<String> wrong = new TreeSet<>();
    for (Map.Entry<String, Long> file : visible(tables, former).entrySet()) {
      String name = file.getKey();
      boolean right =
          file.getValue().equals(tables.files().get(name))
              && (!made.containsKey(name)
                  || attempts.isEqual(new Path(root, name), new Path(folder, name)));
      if (!right) {
        wrong.add(name);
      }
    }
    return wrong;
  }

  /**
   * Returns the sizes of the files that an attempt shows, that a former one has shown, or that
   * readers take for parts of a table.
   */
  private SortedMap<String, Long> visible(CompleteTables tables, Set<String> former)
      throws IOException {
    SortedMap<String, Long> sizes = new TreeMap<>();
    for (String folder :
        tables.files().keySet().stream()
            .map(file -> file.substring(0, file.indexOf(Path.SEPARATOR_CHAR)))
            .collect(Collectors.toSet())) {
      sizes.putAll(CompleteTables.sizes(new Path(root, folder), folder + Path.SEPARATOR, fs));
    }
    sizes
        .keySet()
        .removeIf(
            file ->
                !tables.files().containsKey(file)
                    && !former.contains(file)
                    && !unlisted.test(file)
                    && !isRead(file, tables));
    return sizes;
  }
}
