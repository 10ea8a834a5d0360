package io.prumerge.source;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * One file of a table, by its name: {@code FOLDER/SPLIT-00002-of-00008.parquet} of an uploaded data
 * set (a hash may follow), {@code SPLIT/0002.parquet} of the hub's conversion, or any other name,
 * which is a split of its own.
 *
 * @param folder name of the folder, which names the configuration
 * @param count number of shards; 0 if the name does not have it
 */
record ParquetShard(Path path, String folder, String split, int count) {

  private static final Pattern UPLOADED =
      Pattern.compile("(.+?)-(\\d{5})-of-(\\d{5})(-[0-9a-f]+)?\\.parquet");
  private static final Pattern CONVERTED = Pattern.compile("\\d{4}\\.parquet");

  static ParquetShard of(Path path) {
    Path parent = path.getParent();
    String name = path.getName();
    Matcher uploaded = UPLOADED.matcher(name);
    if (uploaded.matches()) {
      int count = Integer.parseInt(uploaded.group(3));
      return new ParquetShard(path, parent.getName(), uploaded.group(1), count);
    }
    if (CONVERTED.matcher(name).matches() && parent.getParent() != null) {
      return new ParquetShard(path, parent.getParent().getName(), parent.getName(), 0);
    }
    String split = name.substring(0, name.length() - ".parquet".length());
    return new ParquetShard(path, parent.getName(), split, 0);
  }

  /** Returns a key that is equal for the files of one table. */
  String table() {
    return path.getParent() + "\n" + split + "\n" + count;
  }

  /**
   * Checks that no shard is missing.
   *
   * @param shards of one table
   */
  static void requireAll(List<ParquetShard> shards) {
    ParquetShard first = shards.get(0);
    if (first.count > 0 && shards.size() != first.count) {
      throw new DataException(
          Wording.of(
              "%s holds %d of the %d files of split %s; fetch the others, or name files as %s to read only these",
              first.path.getParent(), shards.size(), first.count, first.split, Setting.SOURCE));
    }
  }
}
