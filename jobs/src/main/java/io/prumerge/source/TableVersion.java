package io.prumerge.source;

import java.util.Locale;

/**
 * What was read of a table of a catalog.
 *
 * @param table its name, as in {@code lake.shop.questions}
 * @param kind {@value #SNAPSHOT_ID} of Iceberg or {@value #VERSION_AS_OF} of Delta, by which it can
 *     be read again; {@value #CONTENT} of a table without versions and of a view, by which only a
 *     change is noticed
 * @param version the snapshot's id, the version's number, or the digest of the rows in hexadecimal
 */
public record TableVersion(String table, String kind, String version) {

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

  /** Returns the text for messages. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %s", kind, version);
  }
}
