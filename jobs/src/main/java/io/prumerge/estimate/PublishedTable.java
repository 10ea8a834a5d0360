package io.prumerge.estimate;

import com.fasterxml.jackson.core.type.TypeReference;
import io.prumerge.store.Yaml;
import io.prumerge.template.Templates;
import java.util.List;
import java.util.Optional;

/**
 * The PruMerge paper's efficiency table, for comparison with its recomputation.
 *
 * @param source the paper and table
 * @param mode the arithmetic that reproduces it
 * @param hardware the entry that reproduces it
 * @param rows its rows
 */
public record PublishedTable(String source, String mode, String hardware, List<PublishedRow> rows) {

  public PublishedTable {
    rows = List.copyOf(rows);
  }

  /** Returns the table in the resource next to this class. */
  public static PublishedTable bundled() {
    return Yaml.parse(
        Templates.resource(PublishedTable.class, "published.yaml"),
        new TypeReference<>() {},
        "published.yaml");
  }

  /** Returns the row that a scenario recomputes. */
  public Optional<PublishedRow> row(Scenario scenario) {
    if (!scenario.mode().displayName().equals(mode)
        || !scenario.hardware().name().equals(hardware)
        || scenario.attention() != AttentionKernel.EAGER
        || scenario.batch() != 1) {
      return Optional.empty();
    }
    return rows.stream()
        .filter(row -> row.shape().equals(scenario.shape().name()))
        .filter(row -> row.precision().equals(scenario.precision().name()))
        .filter(row -> row.tokens() == scenario.prompt().tokens().first())
        .findFirst();
  }
}
