package io.prumerge.prepare;

import io.prumerge.benchmark.file.AddedJars;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.store.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Everything that decides the rows of a table that is prepared, or of a catalog's table that are
 * staged for it.
 *
 * @param code by which the benchmark's files become examples
 * @param definition the benchmark's own file; empty without one
 * @param limit as text
 * @param order which questions come first under the limit
 * @param table how its pictures are read
 * @param inputs what its rows are made of
 */
record PrepareIdentity(
    String code,
    String definition,
    String limit,
    LimitOrder order,
    NamedSplit table,
    List<String> inputs) {

  /** Returns the hash of the identity of what is made of inputs. */
  static String sha256(PrepareOptions options, NamedSplit table, String... inputs) {
    PrepareIdentity identity =
        new PrepareIdentity(
            AddedJars.reading(options.benchmark()),
            options.benchmark().definition().orElse(""),
            options.limit().toString(),
            options.order(),
            table,
            List.of(inputs));
    return Sha256.hex(Json.line(identity).getBytes(StandardCharsets.UTF_8));
  }
}
