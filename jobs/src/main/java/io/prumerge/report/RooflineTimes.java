package io.prumerge.report;

import io.prumerge.cost.ModelShape;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.estimate.AttentionKernel;
import io.prumerge.estimate.CostMode;
import io.prumerge.estimate.Estimate;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.estimate.NamedShape;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.estimate.ReductionKind;
import io.prumerge.estimate.Scenario;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;

/**
 * The minimum times of a method's mean question, computed alone, by the roofline of {@link
 * Estimate}: 16-bit and quantised language models on every device of {@code conf/hardware.yaml}.
 */
final class RooflineTimes {

  /** The column of {@link Table#EFFICIENCY}. */
  static final String COLUMN = "roofline";

  private static final List<PrecisionScheme> PRECISIONS =
      List.of("fp16", "w8a8", "w4a16").stream().map(PrecisionScheme::parse).toList();

  private static final double MILLI = 1e-3;

  private RooflineTimes() {}

  /**
   * Fills the column for runs whose model has known dimensions.
   *
   * @param efficiency rows of {@link Table#EFFICIENCY}
   * @param shapes by run
   */
  static List<Row> added(List<Row> efficiency, Map<String, ModelShape> shapes) {
    List<Hardware> devices = HardwareTable.bundled().devices();
    List<Row> rows = new ArrayList<>();
    for (Row row : efficiency) {
      ModelShape shape = shapes.get(row.<String>getAs("run_id"));
      rows.add(shape == null ? row : with(row, times(row, shape, devices)));
    }
    return rows;
  }

  private static Row with(Row row, List<Row> times) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    values[row.fieldIndex(COLUMN)] = times;
    return new GenericRowWithSchema(values, row.schema());
  }

  /** Returns no times if no question was answered. */
  private static List<Row> times(Row row, ModelShape shape, List<Hardware> devices) {
    Double visual = row.getAs("visual_tokens_layer_mean");
    Double text = row.getAs("text_tokens_mean");
    if (visual == null || text == null) {
      return List.of();
    }
    Double reduction = row.getAs("flops_reduction_mean");
    List<Row> times = new ArrayList<>();
    for (Hardware device : devices) {
      for (PrecisionScheme precision : PRECISIONS) {
        Scenario scenario =
            new Scenario(
                new NamedShape(row.getAs("model"), shape, 1),
                TokenSchedule.constant((int) Math.round(visual)),
                (int) Math.round(text),
                1,
                precision,
                AttentionKernel.EAGER,
                reduction > 0 ? ReductionKind.PRUMERGE : ReductionKind.NONE,
                device,
                CostMode.ACCURATE);
        Estimate estimate = Estimate.of(scenario);
        times.add(
            RowFactory.create(
                device.name(),
                precision.name(),
                (estimate.firstTokenSeconds() - estimate.prefill().seconds()) / MILLI,
                estimate.prefill().seconds() / MILLI,
                estimate.decodeToken().seconds() / MILLI));
      }
    }
    return times;
  }
}
