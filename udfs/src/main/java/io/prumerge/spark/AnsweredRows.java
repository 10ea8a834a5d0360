package io.prumerge.spark;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/**
 * A partition's rows with their answers, in order. Rows are read and submitted ahead of the row
 * that is waited for, so that the device finds the next images ready. Their number and bytes are
 * bounded.
 */
final class AnsweredRows implements Iterator<Row> {

  // Most bytes of one task's waiting encoded images; the first image is always read.
  private static final long MAX_BYTES = 64L << 20;

  /** A row whose questions were submitted. */
  private record Asked(Row row, List<String> prompts, long bytes, AskedModel.Pending pending) {}

  private final Iterator<Row> rows;
  private final PredictPartition partition;
  private final AskedModel model;
  private final Function<Row, AskedModel.Pending> ask;
  private final Queue<Asked> asked = new ArrayDeque<>();
  private long bytes;

  /**
   * @param ask submits a row's questions
   */
  AnsweredRows(
      Iterator<Row> rows,
      PredictPartition partition,
      AskedModel model,
      Function<Row, AskedModel.Pending> ask) {
    this.rows = rows;
    this.partition = partition;
    this.model = model;
    this.ask = ask;
    model.atEnd(this::cancel);
  }

  @Override
  public boolean hasNext() {
    return !asked.isEmpty() || rows.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The partition has no more rows");
    }
    while (rows.hasNext()
        && (asked.isEmpty() || (asked.size() < model.ahead() && bytes < MAX_BYTES))) {
      Row row = rows.next();
      Asked one = new Asked(row, partition.prompts(row), partition.imageBytes(row), ask.apply(row));
      asked.add(one);
      bytes += one.bytes();
    }
    Asked first = asked.element();
    List<Row> answers = first.pending().rows(first.prompts());
    asked.remove();
    bytes -= first.bytes();
    return partition.extended(first.row(), answers.toArray(Row[]::new));
  }

  // A task that ends early leaves requests whose answers nobody will read.
  private void cancel() {
    asked.forEach(one -> one.pending().cancel());
  }
}
