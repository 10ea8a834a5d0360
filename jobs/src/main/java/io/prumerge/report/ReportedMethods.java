package io.prumerge.report;

import io.prumerge.leaderboard.ComparedAnswers;
import io.prumerge.leaderboard.Leaderboard;
import io.prumerge.metric.MethodNames;
import java.util.List;

/**
 * What a report says of its methods as a whole. Nothing that is learned later changes it.
 *
 * @param summary a row per run and method
 * @param leaderboard the methods of each budget, ranked
 * @param answers the methods' answers compared question by question
 * @param names of the methods that have a summary
 * @param baseline the method the others are compared with
 */
public record ReportedMethods(
    List<MethodSummary> summary,
    Leaderboard leaderboard,
    ComparedAnswers answers,
    MethodNames names,
    String baseline) {}
