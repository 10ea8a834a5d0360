package io.prumerge.source;

import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.location.HubName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The source files and folders of a benchmark, on any Hadoop file system. Below a folder no {@link
 * LinkedFolder} is looked into.
 */
public final class SourceFiles {

  /** Depth of the search below a source folder. */
  private static final int FOLDER_DEPTH = 3;

  /** Characters of a file's name in messages, which may be no name. */
  private static final int LONGEST_NAME = 100;

  private final List<Path> files = new ArrayList<>();
  private final List<Path> folders = new ArrayList<>();
  private final Configuration hadoop;
  private final Optional<String> split;
  private final Optional<StagedTable> table;
  private final Set<String> splitsRead = new TreeSet<>();
  private final Set<Path> links = new TreeSet<>();
  private final Set<Path> ofPictures = new TreeSet<>();
  private final LeftOutRows leftOut = new LeftOutRows();
  private final List<String> notes = new ArrayList<>();

  /**
   * @param sources files and folders that exist, with their file system
   */
  public SourceFiles(List<Path> sources, Configuration hadoop) throws IOException {
    this(sources, hadoop, Optional.empty());
  }

  /**
   * @param sources files and folders that exist, with their file system
   * @param split selects a split if the files have several; empty = the benchmark's default
   */
  public SourceFiles(List<Path> sources, Configuration hadoop, Optional<String> split)
      throws IOException {
    this.hadoop = hadoop;
    this.split = split;
    this.table = Optional.empty();
    for (Path source : sources) {
      boolean folder = source.getFileSystem(hadoop).getFileStatus(source).isDirectory();
      (folder ? folders : files).add(new Path(source.toString())); // without a slash at its end
    }
  }

  private SourceFiles(SourceFiles same, Optional<StagedTable> table) {
    files.addAll(same.files);
    folders.addAll(same.folders);
    ofPictures.addAll(same.ofPictures);
    hadoop = same.hadoop;
    split = same.split;
    this.table = table;
  }

  /** Returns the same files, of which nothing was read or left out. */
  public SourceFiles unread() {
    return new SourceFiles(this, table);
  }

  /**
   * Returns the same folders, unread, beside a table, which alone has the questions.
   *
   * @throws DataException if files are named, too, of which it was not made
   */
  public SourceFiles with(StagedTable questions) {
    SourceFiles others = new SourceFiles(this, Optional.of(questions));
    others.files.removeAll(questions.read());
    if (!others.files.isEmpty()) {
      throw new DataException(
          Text.format(
              "Cannot read %s beside %s: a table is read alone, but for folders of pictures",
              others.files.get(0), questions.name()));
    }
    return others;
  }

  /** Returns the table that alone has the questions, if one was given. */
  public Optional<StagedTable> table() {
    return table;
  }

  public Configuration hadoop() {
    return hadoop;
  }

  /** Returns the split to read if the files have several. */
  public Optional<String> split() {
    return split;
  }

  /** Notes that a benchmark reads this split, by the name that the files have for it. */
  public void reads(String name) {
    splitsRead.add(name);
  }

  /** Returns the splits that were read; none if the benchmark's files are of one split only. */
  public Set<String> splitsRead() {
    return Set.copyOf(splitsRead);
  }

  /** Returns the rows that are left out because they cannot be read. */
  public LeftOutRows leftOut() {
    return leftOut;
  }

  /** Notes what a reader decided or missed, for whoever reads the questions. */
  public void note(String sentence) {
    if (!notes.contains(sentence)) {
      notes.add(sentence);
    }
  }

  /** Returns what readers noted so far. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** Returns the folders that were given. */
  public List<Path> folders() {
    return List.copyOf(folders);
  }

  /**
   * Notes that folders, if they are among the given ones, are those of pictures that a table names:
   * no table is looked for in them.
   *
   * @param data places of tables, which may be the same
   */
  public void picturesIn(Collection<Path> pictures, Collection<Path> data) throws IOException {
    for (Path folder : pictures) {
      if (!data.contains(folder)) {
        ofPictures.add(qualified(folder));
      }
    }
  }

  /** Returns the folders in which tables are looked for: all, if all are those of pictures. */
  public List<Path> tableFolders() throws IOException {
    List<Path> others = new ArrayList<>();
    for (Path folder : folders) {
      if (!ofPictures.contains(qualified(folder))) {
        others.add(folder);
      }
    }
    return others.isEmpty() ? folders() : others;
  }

  private Path qualified(Path path) throws IOException {
    return path.getFileSystem(hadoop).makeQualified(new Path(path.toString()));
  }

  /** Returns the files that were given by name. */
  public List<Path> files() {
    return List.copyOf(files);
  }

  /**
   * Returns folders and files as given, for messages, and what was found below them and not looked
   * into.
   */
  public String described() {
    String given =
        Stream.of(
                table.stream().map(StagedTable::name),
                folders.stream().map(Path::toString),
                files.stream().map(Path::toString))
            .flatMap(each -> each)
            .collect(Collectors.joining(", "));
    return links.isEmpty()
        ? given
        : Text.format(
            "%s (links to folders are not followed, such as %s: give the folder itself)",
            given, links.iterator().next());
  }

  /**
   * Finds the file {@code name}: given by name, in a source folder, or in its {@code subfolder}.
   */
  public Optional<Path> find(String name, String subfolder) throws IOException {
    for (Path file : files) {
      if (file.getName().equals(name)) {
        return Optional.of(file);
      }
    }
    for (Path folder : folders) {
      for (Path candidate : List.of(new Path(folder, name), below(folder, subfolder, name))) {
        if (candidate.getFileSystem(hadoop).exists(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Finds files by the beginning and end of their names: given by name, in a source folder or its
   * subfolder, but for what is {@link HiddenName hidden}.
   */
  public List<Path> matching(String prefix, String suffix, String subfolder) throws IOException {
    List<Path> found = new ArrayList<>(files);
    for (Path folder : folders) {
      found.addAll(shown(filesIn(folder)));
      found.addAll(shown(filesIn(new Path(folder, subfolder))));
    }
    return found.stream()
        .filter(file -> file.getName().startsWith(prefix) && file.getName().endsWith(suffix))
        .distinct()
        .sorted(Comparator.comparing(Path::getName))
        .toList();
  }

  /**
   * Finds files by the end of their names: given by name, in a {@link #tableFolders folder of
   * tables}, or at most {@code depth} levels below one, but for what is {@link HiddenName hidden}.
   * Sorted by path.
   */
  public List<Path> within(String suffix, int depth) throws IOException {
    List<Path> found = new ArrayList<>(files);
    List<Path> level = tableFolders();
    for (int i = 0; i <= depth; i++) {
      List<Path> next = new ArrayList<>();
      for (Path folder : level) {
        found.addAll(shown(filesIn(folder)));
        next.addAll(foldersIn(folder));
      }
      level = next;
    }
    return found.stream()
        .filter(file -> file.getName().endsWith(suffix))
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Finds the folder that the image names are relative to: the first of the source folders and
   * their subfolders, breadth first, that has one of {@code names}.
   *
   * @param names some images, relative to the folder sought
   * @throws DataException if there is none
   */
  public ImageFolder imageFolder(Collection<String> names) throws IOException {
    Optional<Path> found = folderWith(names, ImageFolder::places);
    String remark =
        found.isPresent()
            ? ""
            : UnicodeForms.remark(
                folders.stream().map(Path::toString).toList(), names.iterator().next(), hadoop);
    return found
        .map(
            folder ->
                new ImageFolder(
                    folder.toString(),
                    folders.stream()
                        .map(Path::toString)
                        .flatMap(
                            given -> Stream.concat(Stream.of(given), HubName.blobs(given).stream()))
                        .toList(),
                    Setting.SOURCE))
        .orElseThrow(
            () ->
                new DataException(
                    Wording.of(
                        "None of the first %d images (%s, ...) lies in or below %s; give the image"
                            + " folder as one more %s%s",
                        names.size(),
                        Texts.inLine(names.iterator().next(), LONGEST_NAME),
                        described(),
                        Setting.SOURCE,
                        remark)));
  }

  /**
   * Finds the first of the source folders and their subfolders, breadth first, that has one of the
   * names.
   */
  public Optional<Path> folderWith(Collection<String> names) throws IOException {
    return folderWith(names, (folder, name) -> List.of(new Path(folder + "/" + name)));
  }

  /** Returns whether a path is below a source folder or one of the folders in it. */
  public boolean hasFolder(String path) throws IOException {
    List<Path> bases = new ArrayList<>(folders);
    for (Path folder : folders) {
      bases.addAll(foldersIn(folder));
    }
    for (Path base : bases) {
      for (Path place : ImageFolder.places(base.toString(), path)) {
        if (place.getFileSystem(hadoop).exists(place)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * @param places where a folder may have a name
   */
  private Optional<Path> folderWith(
      Collection<String> names, BiFunction<String, String, List<Path>> places) throws IOException {
    List<Path> level = List.copyOf(folders);
    for (int depth = 0; depth <= FOLDER_DEPTH && !level.isEmpty(); depth++) {
      for (Path folder : level) {
        for (String name : names) {
          for (Path path : places.apply(folder.toString(), name)) {
            if (path.getFileSystem(hadoop).exists(path)) {
              return Optional.of(folder);
            }
          }
        }
      }
      List<Path> next = new ArrayList<>();
      for (Path folder : level) {
        next.addAll(foldersIn(folder));
      }
      level = next;
    }
    return Optional.empty();
  }

  private static Path below(Path folder, String subfolder, String name) {
    return new Path(new Path(folder, subfolder), name);
  }

  /**
   * Returns what tells each file that was given or lies below a given folder from another at its
   * place, none of them read yet.
   *
   * @param left tells which files to leave out
   */
  public FileStates states(Predicate<Path> left) throws IOException {
    FileStates states = new FileStates(hadoop);
    for (Path source : Stream.concat(folders.stream(), files.stream()).toList()) {
      each(
          source,
          file -> {
            if (!left.test(file.getPath())) {
              states.add(file);
            }
          });
    }
    return states;
  }

  /**
   * Returns the files that were given or lie below a given folder and were changed after a time,
   * the latest first.
   *
   * @param millis in milliseconds
   */
  public List<FileStatus> changedAfter(long millis) throws IOException {
    List<FileStatus> changed = new ArrayList<>();
    for (Path source : Stream.concat(folders.stream(), files.stream()).toList()) {
      each(
          source,
          file -> {
            if (file.getModificationTime() > millis) {
              changed.add(file);
            }
          });
    }
    changed.sort(Comparator.comparing(FileStatus::getModificationTime).reversed());
    return changed;
  }

  /** Returns whether a file is a link to a folder, which is not looked into and is named. */
  public boolean isLink(FileStatus file) throws IOException {
    boolean link = LinkedFolder.is(file);
    if (link) {
      links.add(file.getPath());
    }
    return link;
  }

  /** Returns the names of links in a folder to what is not there, which no listing has. */
  public List<String> brokenLinks(Path folder) throws IOException {
    return LinkedFolder.broken(qualified(folder));
  }

  /** Hands out the files below a folder, or the file that it is. */
  private void each(Path source, Consumer<FileStatus> sink) throws IOException {
    FileSystem fs = source.getFileSystem(hadoop);
    Deque<Path> open = new ArrayDeque<>(List.of(source));
    while (!open.isEmpty()) {
      Path folder = open.pop();
      // Object stores list all that is below at once, and have no links.
      boolean all = !LinkedFolder.mayBeBelow(fs.makeQualified(folder));
      RemoteIterator<? extends FileStatus> statuses =
          all ? fs.listFiles(folder, true) : fs.listStatusIterator(folder);
      while (statuses.hasNext()) {
        FileStatus status = statuses.next();
        if (isLink(status)) {
          continue;
        }
        if (status.isDirectory()) {
          open.push(status.getPath());
        } else {
          sink.accept(status);
        }
      }
    }
  }

  /** Returns the files in a folder, by name; empty if the folder does not exist. */
  public List<Path> filesIn(Path folder) throws IOException {
    return children(folder, false);
  }

  /** Returns the folders in a folder, by name, but for hidden ones. */
  private List<Path> foldersIn(Path folder) throws IOException {
    return shown(children(folder, true));
  }

  private static List<Path> shown(List<Path> paths) {
    return paths.stream().filter(path -> !HiddenName.is(path.getName())).toList();
  }

  private List<Path> children(Path folder, boolean directories) throws IOException {
    List<Path> children = new ArrayList<>();
    FileSystem fs = folder.getFileSystem(hadoop);
    if (!fs.exists(folder)) {
      return children;
    }
    // Streamed: an image folder may hold hundreds of thousands of files.
    RemoteIterator<FileStatus> statuses = fs.listStatusIterator(folder);
    while (statuses.hasNext()) {
      FileStatus status = statuses.next();
      if (isLink(status)) {
        continue;
      }
      if (status.isDirectory() == directories) {
        children.add(status.getPath());
      }
    }
    children.sort(Comparator.comparing(Path::getName));
    return children;
  }
}
