package io.prumerge.estimate;

import com.fasterxml.jackson.core.type.TypeReference;
import io.prumerge.estimate.Scenario.AttentionKernel;
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

  /** Returns the table in the resource beside this class. */
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

  /**
   * Figures as printed in a paper, in its units. They are never computed here.
   *
   * @param shape the model
   * @param tokens visual and text tokens that reproduce the row
   * @param precision that reproduces the row
   * @param teraFlops 1e12 FLOPs
   * @param prefillMs milliseconds
   * @param trafficGb 1e9 bytes moved
   * @param activationsGb 1e9 bytes of activations written
   * @param remark known errors of the row; empty if none
   */
  record PublishedRow(
      String shape,
      int tokens,
      String precision,
      double teraFlops,
      double prefillMs,
      double trafficGb,
      double activationsGb,
      String remark) {

    public PublishedRow {
      remark = remark == null ? "" : remark;
    }
  }
}
