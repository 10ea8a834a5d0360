package io.prumerge.store;

import io.prumerge.finetune.BrokenRow;
import io.prumerge.finetune.StepRow;
import io.prumerge.leaderboard.Agreement;
import io.prumerge.leaderboard.Difficulty;
import io.prumerge.leaderboard.Oracle;
import io.prumerge.leaderboard.RankedPair;
import io.prumerge.leaderboard.Standing;
import io.prumerge.load.figure.LoadPointRow;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Metric;
import io.prumerge.report.AnswerChange;
import io.prumerge.report.BesidePublished;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.Noise;
import io.prumerge.report.ProtocolEffect;
import io.prumerge.report.Rescored;
import io.prumerge.search.FoundFront;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.util.List;

/**
 * A table, and the constant that declares it.
 *
 * @param holder the class of the constant
 * @param constant its name
 * @param path in the folder of what writes it
 */
public record DeclaredTable(Class<?> holder, String constant, String path) {

  /** All of them; {@link TableTest} checks that none is left out. */
  public static final List<DeclaredTable> ALL =
      List.of(
          new DeclaredTable(Table.class, "EXAMPLES", "examples"),
          new DeclaredTable(Table.class, "PREDICTIONS", "predictions"),
          new DeclaredTable(Table.class, "SCORES", "scores"),
          inReport(Metric.class, "TABLE"),
          inReport(Table.class, "EFFICIENCY"),
          inReport(MethodSummary.class, "TABLE"),
          inReport(ContrastResult.class, "TABLE"),
          inReport(Standing.class, "TABLE"),
          inReport(RankedPair.class, "TABLE"),
          inReport(Agreement.class, "TABLE"),
          inReport(Oracle.class, "TABLE"),
          inReport(Difficulty.class, "TABLE"),
          inReport(Table.class, "RUNS"),
          new DeclaredTable(StepRow.class, "TABLE", "training_steps"),
          new DeclaredTable(BrokenRow.class, "TABLE", "broken_rows"),
          new DeclaredTable(FoundFront.class, "TABLE", "front"),
          new DeclaredTable(Table.class, "REPEATS", "repeats"),
          new DeclaredTable(RepeatedRow.class, "TABLE", "_repeats"),
          inReport(Noise.class, "TABLE"),
          inReport(BesidePublished.class, "TABLE"),
          inReport(ProtocolEffect.class, "TABLE"),
          inReport(Rescored.class, "TABLE"),
          inReport(AnswerChange.class, "TABLE"),
          new DeclaredTable(LoadRow.class, "TABLE", "load"),
          inReport(LoadPointRow.class, "TABLE"));

  private static DeclaredTable inReport(Class<?> holder, String constant) {
    Table<?> table = new DeclaredTable(holder, constant, "").table();
    return new DeclaredTable(holder, constant, "report/" + table.folder());
  }

  public Table<?> table() {
    try {
      return (Table<?>) field().get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the record whose components are the columns. */
  public Class<?> row() {
    return (Class<?>) ((ParameterizedType) field().getGenericType()).getActualTypeArguments()[0];
  }

  private Field field() {
    try {
      return holder.getField(constant);
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }
}
