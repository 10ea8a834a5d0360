package io.prumerge.prepare;

import io.prumerge.source.TableVersion;
import java.util.Optional;

/**
 * A table that is to be prepared.
 *
 * @param version of the table of a catalog that the questions come from; empty = the newest, or
 *     that of an attempt before
 * @param headersOnly whether the table is for plans only: of pictures that can be used the headers
 *     are read, and the sizes are kept in place of the pictures
 */
public record PrepareRequest(
    PrepareOptions options, Optional<TableVersion> version, boolean headersOnly) {

  /** Asks for a table with its pictures, of the newest version or that of an attempt before. */
  public PrepareRequest(PrepareOptions options) {
    this(options, Optional.empty(), false);
  }
}
