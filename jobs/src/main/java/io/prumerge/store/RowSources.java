package io.prumerge.store;

import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.source.RowSource;
import io.prumerge.source.TableName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells, among the texts of sources, rows that Spark reads from files and folders. */
public final class RowSources {

  private RowSources() {}

  /** Returns whether a text names rows that Spark reads. */
  public static boolean isNamedBy(String place) {
    return TableName.isNamedBy(place) || SparkData.isNamedBy(place);
  }

  /**
   * Reads what {@link #isNamedBy} takes.
   *
   * @throws UsageException as {@link TableName#of} and {@link SparkData#of}
   */
  public static RowSource of(String place) {
    return TableName.isNamedBy(place) ? TableName.of(place) : SparkData.of(place);
  }

  /**
   * Returns the rows among sources; empty if they are files and folders.
   *
   * @throws UsageException if there are several, or as {@link #of}
   */
  public static Optional<RowSource> among(List<String> sources) {
    List<RowSource> found =
        sources.stream().filter(RowSources::isNamedBy).map(RowSources::of).distinct().toList();
    if (found.size() > 1) {
      throw new UsageException(
          Text.format(
              "Cannot read %s together: a table is read alone; name a view with the rows of all, as"
                  + " by CREATE VIEW questions AS SELECT ... UNION ALL SELECT ...",
              found.stream().map(RowSource::toString).collect(Collectors.joining(" and "))));
    }
    return found.stream().findFirst();
  }

  /** Returns sources that are files and folders. */
  public static List<String> without(List<String> sources) {
    return sources.stream().filter(source -> !isNamedBy(source)).toList();
  }
}
