package io.prumerge.source;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.lang.Text;

/**
 * What was read of a table of a catalog: some rows, by a schema.
 *
 * @param table its name, as in {@code lake.shop.questions}, or the text of data by a format
 * @param kind {@value #SNAPSHOT_ID} of Iceberg or {@value #VERSION_AS_OF} of Delta, by which it can
 *     be read again; {@value #CONTENT} of a table without versions and of a view, by which only a
 *     change is noticed
 * @param version the snapshot's id, the version's number, or the digest of the rows in hexadecimal
 * @param schema of Iceberg, the id of the schema, if that is not the one that the snapshot was
 *     written with; of a digest, that of the columns' types, which earlier versions did not tell
 *     (empty); of Delta none: its versions have one each
 */
public record TableVersion(
    String table,
    String kind,
    String version,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY) String schema) {

  /** Names the option of Iceberg's reader. */
  public static final String SNAPSHOT_ID = "snapshot-id";

  /** Names the option of Delta's reader. */
  public static final String VERSION_AS_OF = "versionAsOf";

  /** Says that the version is a digest. */
  public static final String CONTENT = "content-sha256";

  /** Returns whether the table can be read again as it was. */
  public boolean hasVersions() {
    return !kind.equals(CONTENT);
  }

  /** Returns whether this is an earlier version, for all that the earlier one tells of itself. */
  public boolean isStill(TableVersion earlier) {
    boolean untold = !hasVersions() && earlier.schema.isEmpty();
    return (untold ? new TableVersion(table, kind, version, "") : this).equals(earlier);
  }

  /** Returns the text for messages. */
  @Override
  public String toString() {
    return schema.isEmpty()
        ? Text.format("%s %s", kind, version)
        : Text.format("%s %s with the schema %s", kind, version, schema);
  }
}
