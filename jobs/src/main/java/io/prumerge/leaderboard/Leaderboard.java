package io.prumerge.leaderboard;

import io.prumerge.metric.AllPairs;
import io.prumerge.metric.Measurements;
import io.prumerge.metric.MethodKey;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * One table for each run and budget, the best retention first, and how its lines were compared: by
 * the difference of their retentions, paired and clustered by image, with Student's t and Holm's
 * correction over all pairs of the table.
 *
 * @param standings the lines of all tables
 * @param pairs all pairs of lines of each table
 */
public record Leaderboard(List<Standing> standings, List<RankedPair> pairs) {

  public Leaderboard {
    standings = List.copyOf(standings);
    pairs = List.copyOf(pairs);
  }

  /**
   * Makes the tables.
   *
   * @param groups a table each
   * @param measurements with the pairs of these groups, in their order
   * @param answers compared question by question
   * @param efficiency rows of {@link Table#EFFICIENCY}
   */
  public static Leaderboard of(
      List<BudgetGroup> groups,
      Measurements measurements,
      ComparedAnswers answers,
      List<Row> efficiency) {
    MethodFigures figures = new MethodFigures(measurements, answers, efficiency);
    List<Standing> standings = new ArrayList<>();
    List<RankedPair> ranked = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      BudgetGroup group = groups.get(i);
      List<AllPairs.Pair> pairs = measurements.pairs().get(i);
      standings.addAll(new BudgetRanks(group, pairs, figures).standings());
      List<List<MethodKey>> lines = group.all();
      for (AllPairs.Pair pair : pairs) {
        ranked.add(
            new RankedPair(
                group.runId(),
                group.model(),
                group.budget().name(),
                BudgetGroup.name(lines.get(pair.a())),
                BudgetGroup.name(lines.get(pair.b())),
                pair.comparison()));
      }
    }
    return new Leaderboard(standings, ranked);
  }
}
