package io.prumerge.source;

import io.prumerge.console.Problems;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.location.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import scala.collection.Iterator;

/**
 * The name of a table or a view in the catalogs of a Spark session, written {@code table:NAME}. It
 * is a name and never SQL: Spark's own parser of names reads it.
 *
 * @param parts such as catalog, schema and table, without backticks; at least one
 */
public record TableName(List<String> parts) implements RowSource {

  private static final String PREFIX = "table:";
  private static final String PLAIN = "[A-Za-z_][A-Za-z0-9_]*";

  public TableName {
    parts = List.copyOf(parts);
  }

  /** Returns whether a text says that it is a table's name. */
  public static boolean isNamedBy(String place) {
    return place.startsWith(PREFIX);
  }

  /**
   * Reads a table's name.
   *
   * @param place that {@link #isNamedBy} takes
   * @throws UsageException if no name follows, or one that Spark takes for a file's path
   */
  public static TableName of(String place) {
    List<String> parts = new ArrayList<>();
    try {
      Iterator<String> read =
          CatalystSqlParser$.MODULE$
              .parseMultipartIdentifier(place.substring(PREFIX.length()))
              .iterator();
      while (read.hasNext()) {
        parts.add(read.next());
      }
    } catch (Exception e) { // Scala does not declare what it throws
      throw refusal(place, Problems.line(e), e);
    }
    Optional<String> path = parts.stream().filter(part -> part.contains("/")).findFirst();
    if (path.isPresent()) {
      throw refusal(place, "'" + path.get() + "' is a path: name the file or folder itself", null);
    }
    return new TableName(parts);
  }

  private static UsageException refusal(String place, String reason, Exception cause) {
    return new UsageException(
        Text.format(
            "Cannot read '%s' as table:NAME with a name such as lake.shop.questions: %s; a part"
                + " with other characters than letters, digits and _ stands in backticks, and a"
                + " query needs a view",
            Location.shown(place), reason),
        cause);
  }

  /** Returns the name as SQL takes it, whatever its parts are. */
  public String quoted() {
    return parts.stream().map(TableName::quoted).collect(Collectors.joining("."));
  }

  /** Returns the parts with dots between them. */
  @Override
  public String joined() {
    return String.join(".", parts);
  }

  /** Returns a part of a name as SQL takes it. */
  public static String quoted(String part) {
    return "`" + part.replace("`", "``") + "`";
  }

  /** Returns {@code table:NAME}, with backticks where it needs them. */
  @Override
  public String toString() {
    return PREFIX
        + parts.stream()
            .map(part -> part.matches(PLAIN) ? part : quoted(part))
            .collect(Collectors.joining("."));
  }
}
