package io.prumerge.source.table;

import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HiddenName;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.PackedFile;
import io.prumerge.source.SourceFiles;
import io.prumerge.source.StagedTable;
import io.prumerge.source.table.PartsTable.Part;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The one table of the folders of a source. They are one of three: a table with a list of its files
 * and rows, which is refused; files that are named as Hugging Face's hub names splits and their
 * shards, of which one split is read; or files as Spark writes and reads them, all of which are
 * read.
 */
final class DataFolders {

  /** The file in a folder of a video's frames that says how many a second they are. */
  private static final String FRAMES = "frames.json";

  private static final Pattern PICTURES =
      Pattern.compile("(?i).*\\.(jpe?g|png|gif|bmp|webp|tiff?|heic|avif|svg)");

  /** Files besides pictures that lie beside tables and hold no rows, as their names say. */
  private static final Pattern NO_ROWS =
      Pattern.compile("(?i).*\\.(mp4|mkv|avi|mov|webm|wav|mp3|md|pdf|html?|ya?ml|py|ipynb)");

  /** Names of files and folders in messages. */
  private static final int NAMED = 3;

  private final SourceFiles source;
  private final String split;
  private final Optional<String> config;
  private final Charset encoding;
  private final WantedTables fits;
  private final List<PartFile> files = new ArrayList<>();
  private final List<Path> links = new ArrayList<>();
  private final List<String> unread = new ArrayList<>();

  /** As {@link DataTable#open}. */
  DataFolders(
      SourceFiles source,
      String split,
      Optional<String> config,
      Charset encoding,
      WantedTables fits) {
    this.source = source;
    this.split = split;
    this.config = config;
    this.encoding = encoding;
    this.fits = fits;
  }

  /** Opens the table. */
  DataTable open() throws IOException {
    if (source.table().isPresent()) {
      walk(source.table().get().folder(), Map.of());
    } else {
      for (Path folder : source.tableFolders()) {
        TableFormat.refuseAround(folder, source.hadoop());
        walk(folder, Map.of());
      }
    }
    files.sort(Comparator.comparing(PartFile::path));
    if (!links.isEmpty()) {
      source.note(
          Text.format(
              "%s to a folder %s not followed, such as %s: give the folder itself to read it, too",
              Texts.count(links.size(), "link"), links.size() == 1 ? "is" : "are", links.get(0)));
    }
    if (files.isEmpty()) {
      throw new DataException(
          Wording.of(
              "No file of a table (%s) in %s%s; name a file of the questions as %s",
              String.join(", ", DataTable.ENDINGS),
              source.described(),
              unread.isEmpty() ? "" : ", which has " + some(unread),
              Setting.SOURCE));
    }
    Map<Boolean, List<PartFile>> byFormat =
        files.stream()
            .collect(
                Collectors.partitioningBy(
                    file -> PartFile.ending(file.path()).equals(DataTable.PARQUET)));
    List<PartFile> parquet = byFormat.get(true);
    if (!parquet.isEmpty()) {
      byFormat.get(false).forEach(file -> unread.add(file.path().getName()));
    }
    List<HuggingFaceTable> onHub =
        parquet.stream().anyMatch(this::isNamedByHub) ? HuggingFaceTable.having(source) : List.of();
    DataTable table = onHub.isEmpty() ? ofSpark(parquet) : ofHub(onHub);
    if (!unread.isEmpty()) {
      source.note(
          Text.format(
              "%s beside those of the table %s not read: %s",
              Texts.count(unread.size(), "file"),
              unread.size() == 1 ? "is" : "are",
              some(unread.stream().sorted().toList())));
    }
    return table;
  }

  private void walk(Path folder, Map<String, String> keys) throws IOException {
    FileSystem fs = folder.getFileSystem(source.hadoop());
    // Streamed: an image folder may hold hundreds of thousands of files.
    RemoteIterator<FileStatus> statuses = fs.listStatusIterator(folder);
    List<Path> below = new ArrayList<>();
    List<Path> frames = new ArrayList<>();
    boolean pictures = false;
    while (statuses.hasNext()) {
      FileStatus status = statuses.next();
      Path path = status.getPath();
      TableFormat.refuseBy(path, source.hadoop());
      if (HiddenName.is(path.getName())) {
        continue;
      }
      if (source.isLink(status)) {
        links.add(path);
        continue;
      }
      if (status.isDirectory()) {
        below.add(path);
      } else if (PICTURES.matcher(path.getName()).matches()) {
        pictures = true;
      } else if (path.getName().equals(FRAMES)) {
        frames.add(path);
      } else if (PartFile.ending(path).isEmpty()) {
        addUnread(path.getName(), status.getLen());
      } else if (!isEmptyText(status)) {
        files.add(new PartFile(path, keys));
      }
    }
    for (Path path : pictures ? List.<Path>of() : frames) {
      files.add(new PartFile(path, keys));
    }
    for (String link : source.brokenLinks(folder)) {
      addUnread(link, 1);
    }
    for (Path path : below) {
      walk(path, PartFile.with(keys, path.getName()));
    }
  }

  /** Keeps the name of a file that may hold rows, for all that its name and size say. */
  private void addUnread(String name, long bytes) {
    if (bytes > 0
        && !HiddenName.is(name)
        && !PICTURES.matcher(name).matches()
        && !NO_ROWS.matcher(name).matches()) {
      unread.add(name);
    }
  }

  /** Returns whether a task of Spark's had no rows to write. */
  private boolean isEmptyText(FileStatus file) throws IOException {
    return !PartFile.ending(file.getPath()).equals(DataTable.PARQUET)
        && PackedFile.isEmpty(file, source.hadoop());
  }

  private boolean isNamedByHub(PartFile file) {
    return file.keys().isEmpty() && HuggingFaceTable.isNamedByHub(file.path(), Set.of(split));
  }

  /** Returns the tables of the split, of all configurations where none is named. */
  private DataTable ofHub(List<HuggingFaceTable> all) throws IOException {
    List<HuggingFaceTable> found =
        preferred(all, table -> config.filter(table.folder()::equals).isPresent());
    List<HuggingFaceTable> fitting = preferred(found, table -> fits.haveQuestions(table.fields()));
    List<HuggingFaceTable> configs = ofSplit(fitting);
    boolean together = configs.isEmpty() && fits.ofAllSplits();
    List<HuggingFaceTable> whole = together ? fitting : configs;
    List<HuggingFaceTable> tables =
        together || whole.size() > 1 && areConfigs(whole)
            ? whole
            : List.of(HuggingFaceTable.one(fitting, split));
    HuggingFaceTable first = tables.get(0);
    if (!together) {
      source.reads(first.split());
    }
    found.stream()
        .filter(table -> !fitting.contains(table) && !fits.areBeside(table.fields()))
        .filter(table -> List.of(split, first.split()).contains(table.split()))
        .forEach(table -> source.note(table + " is not read: it lacks columns of the questions"));
    if (!together && tables.size() > 1) {
      source.note(
          Text.format(
              "The split %s of %d configurations (%s) is read as one table",
              first.split(),
              tables.size(),
              some(tables.stream().map(HuggingFaceTable::folder).toList())));
    } else {
      noteOthers(first);
    }
    List<Part> parts = new ArrayList<>();
    Map<String, List<ImagePlace>> pictures = new HashMap<>();
    for (HuggingFaceTable table : tables) {
      for (Path file : table.files()) {
        parts.add(part(new PartFile(file, Map.of()), pictures));
      }
    }
    return new PartsTable(tables.size() == 1 ? first.toString() : first.split(), parts, source);
  }

  /** Returns the tables of the asked split; of another one, if they are all of that. */
  private List<HuggingFaceTable> ofSplit(List<HuggingFaceTable> tables) {
    Set<String> splits = tables.stream().map(HuggingFaceTable::split).collect(Collectors.toSet());
    return splits.size() == 1
        ? tables
        : tables.stream().filter(table -> table.split().equals(split)).toList();
  }

  /** Returns whether tables are of folders beside each other, with the same columns. */
  private static boolean areConfigs(List<HuggingFaceTable> tables) {
    return tables.stream().map(HuggingFaceTable::folder).distinct().count() == tables.size()
        && tables.stream().map(table -> Set.copyOf(table.columns())).distinct().count() == 1;
  }

  /** Notes that the folders beside a given one hold the same split, as other configurations do. */
  private void noteOthers(HuggingFaceTable table) throws IOException {
    Path shard = table.files().get(0);
    Path folder = shard.getParent();
    if (!source.folders().contains(folder) || folder.getParent() == null) {
      return;
    }
    FileSystem fs = folder.getFileSystem(source.hadoop());
    List<String> others = new ArrayList<>();
    for (FileStatus status : fs.listStatus(folder.getParent())) {
      Path other = status.getPath();
      if (!other.getName().equals(folder.getName())
          && !HiddenName.is(other.getName())
          && fs.exists(new Path(other + "/" + shard.getName()))) {
        others.add(other.getName());
      }
    }
    Collections.sort(others);
    if (!others.isEmpty()) {
      source.note(
          Text.format(
              "Only %s is read; beside it %s the same split (%s): give %s to read all as one",
              folder.getName(),
              Texts.count(others.size(), "folder") + (others.size() == 1 ? " has" : " have"),
              some(others),
              folder.getParent()));
    }
  }

  private static List<HuggingFaceTable> preferred(
      List<HuggingFaceTable> all, Predicate<HuggingFaceTable> such) {
    List<HuggingFaceTable> found = all.stream().filter(such).toList();
    return found.isEmpty() ? all : found;
  }

  /** Returns all files as one table; Parquet's alone, if there are such. */
  private DataTable ofSpark(List<PartFile> parquet) throws IOException {
    List<PartFile> read = parquet.isEmpty() ? files : parquet;
    List<String> endings =
        read.stream().map(file -> PartFile.ending(file.path())).distinct().toList();
    if (endings.size() > 1) {
      throw new DataException(
          Wording.of(
              "%s holds files of several formats (%s), such as %s; name those of the questions as"
                  + " %s",
              source.described(),
              String.join(", ", endings),
              some(read.stream().map(file -> file.path().getName()).toList()),
              Setting.SOURCE));
    }
    if (read.size() > 1 && read.stream().anyMatch(this::isNamedByHub)) {
      throw new DataException(
          Wording.of(
              "%s holds files that are named as splits are (%s); name those of the questions as %s",
              source.described(),
              some(read.stream().map(file -> file.path().getName()).toList()),
              Setting.SOURCE));
    }
    List<Part> parts = new ArrayList<>();
    Map<String, List<ImagePlace>> pictures = new HashMap<>();
    for (PartFile file : read) {
      parts.add(part(file, pictures));
    }
    requireHeaders(parts);
    return new PartsTable(
        source.table().map(StagedTable::name).orElseGet(source::described), parts, source);
  }

  private Part part(PartFile file, Map<String, List<ImagePlace>> pictures) throws IOException {
    return new Part(DataTable.open(file.path(), split, source, encoding, pictures), file);
  }

  /** Refuses CSV files of which no two begin alike: Spark writes no header unless told to. */
  private static void requireHeaders(List<Part> parts) throws IOException {
    if (parts.size() > 1 && parts.get(0).table() instanceof CellTable first) {
      for (Part part : parts.subList(1, parts.size())) {
        if (part.table().columns().stream().noneMatch(first.columns()::contains)) {
          throw new DataException(
              Text.format(
                  "The first lines of %s and %s have no column in common; write the files with"
                      + " headers (Spark: option(\"header\", true))",
                  parts.get(0).file().path(), part.file().path()));
        }
      }
    }
  }

  private static String some(List<String> names) {
    return names.stream().limit(NAMED).collect(Collectors.joining(", "))
        + (names.size() > NAMED ? ", ..." : "");
  }
}
