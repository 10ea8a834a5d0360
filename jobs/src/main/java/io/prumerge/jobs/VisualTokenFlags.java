package io.prumerge.jobs;

import io.prumerge.cost.TokenSchedule;
import io.prumerge.estimate.ShapeTable.NamedShape;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** The visual tokens that {@code estimate} counts with. */
final class VisualTokenFlags {

  /** PruMerge keeps 32 of 576 tokens on average. */
  private static final int USUAL_REDUCTION = 18;

  @Option(
      names = "--visual-tokens",
      split = ",",
      paramLabel = "N",
      description =
          "Visual tokens that the language model receives; default: all of the model's, and one in 18 of them.")
  private List<Integer> visualTokens = List.of();

  @Option(
      names = "--schedule",
      paramLabel = "LAYER:N,...",
      description =
          "Visual tokens by layer, as in 0:576,2:192 (FastV): from layer 0 on 576, from layer 2 on 192. May be repeated.")
  private List<String> schedules = List.of();

  /** Returns the visual tokens by layer; without options, all of the model and fewer. */
  List<TokenSchedule> of(NamedShape shape) {
    Set<TokenSchedule> visual = new LinkedHashSet<>();
    for (int tokens : visualTokens) {
      visual.add(OptionText.refusing(() -> TokenSchedule.constant(tokens)));
    }
    visual.addAll(OptionText.readAll("--schedule", schedules, TokenSchedule::parse));
    if (visual.isEmpty()) {
      int all = shape.visualTokens();
      visual.add(TokenSchedule.constant(all));
      if (shape.hasPatches()) {
        visual.add(TokenSchedule.constant(Math.max(1, all / USUAL_REDUCTION)));
      }
    }
    return List.copyOf(visual);
  }
}
