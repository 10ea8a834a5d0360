package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.lang.Text;
import io.prumerge.reduction.LayerCut;
import io.prumerge.service.PlainNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The number of tokens in each layer of the decoder. Methods that reduce before the decoder have
 * one number; methods that drop tokens inside it have another number from each pruned layer on
 * (FastV (arXiv:2403.06764): from its layer K; PyramidDrop (arXiv:2410.17247): from layers 8, 16
 * and 24).
 *
 * @param steps by rising layer, the first at layer 0
 */
public record TokenSchedule(List<ScheduleStep> steps) {

  public TokenSchedule {
    steps = List.copyOf(steps);
    if (steps.isEmpty() || steps.get(0).layer() != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot use the schedule %s: it must begin at layer 0, as in 0:576,2:192",
              spelt(steps)));
    }
    for (int i = 1; i < steps.size(); i++) {
      if (steps.get(i).layer() <= steps.get(i - 1).layer()) {
        throw new IllegalArgumentException(
            Text.format("Cannot use the schedule %s: its layers must rise", spelt(steps)));
      }
    }
  }

  /** Returns a schedule with one number of tokens in every layer. */
  public static TokenSchedule constant(int tokens) {
    return new TokenSchedule(List.of(new ScheduleStep(0, tokens)));
  }

  /** Returns the visual tokens by layer of a method that drops some inside the decoder. */
  public static TokenSchedule of(int tokens, List<LayerCut> cuts) {
    List<ScheduleStep> steps = new ArrayList<>(List.of(new ScheduleStep(0, tokens)));
    for (LayerCut cut : cuts) {
      int before = steps.get(steps.size() - 1).tokens();
      steps.add(new ScheduleStep(cut.layer(), cut.count(before)));
    }
    return new TokenSchedule(steps);
  }

  /**
   * Returns the schedule of cuts for which it is known how many tokens each kept.
   *
   * @param kept after each cut
   */
  public static TokenSchedule of(int tokens, List<LayerCut> cuts, List<Integer> kept) {
    List<ScheduleStep> steps = new ArrayList<>(List.of(new ScheduleStep(0, tokens)));
    for (int cut = 0; cut < cuts.size(); cut++) {
      steps.add(new ScheduleStep(cuts.get(cut).layer(), kept.get(cut)));
    }
    return new TokenSchedule(steps);
  }

  /**
   * Returns the visual tokens by layer that the tokens of the prompt's answer attend to: layers
   * before a cut that {@link LayerCut#dropsEarlierRows} hold as many as the layers after it.
   */
  public TokenSchedule behindPrompt(List<LayerCut> cuts) {
    int layer =
        cuts.stream().filter(LayerCut::dropsEarlierRows).mapToInt(LayerCut::layer).max().orElse(0);
    List<ScheduleStep> left = new ArrayList<>(List.of(new ScheduleStep(0, at(layer))));
    steps.stream().filter(step -> step.layer() > layer).forEach(left::add);
    return new TokenSchedule(left);
  }

  /** Reads {@code layer:tokens,layer:tokens}, as in {@code 0:576,2:192}. */
  public static TokenSchedule parse(String text) {
    List<ScheduleStep> steps = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] pair = part.split(":", -1);
      try {
        if (pair.length != 2) {
          throw new NumberFormatException();
        }
        steps.add(new ScheduleStep(PlainNumber.integer(pair[0]), PlainNumber.integer(pair[1])));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            Text.format(
                "Cannot read '%s' of the schedule '%s': it must be layer:tokens, as in 0:576,2:192",
                part, text),
            e);
      }
    }
    return new TokenSchedule(steps);
  }

  /** Returns the tokens in the first layer. */
  public int first() {
    return steps.get(0).tokens();
  }

  /** Returns the smallest number of tokens in any layer. */
  public int least() {
    return steps.stream().mapToInt(ScheduleStep::tokens).min().orElseThrow();
  }

  /** Returns whether every layer has the same number. */
  public boolean isConstant() {
    return steps.stream().allMatch(step -> step.tokens() == first());
  }

  /** Returns the mean over the layers of a decoder. */
  public double mean(int layers) {
    return total(layers) / (double) layers;
  }

  /** Returns this schedule with {@code tokens} more tokens in every layer. */
  public TokenSchedule plus(int tokens) {
    return new TokenSchedule(
        steps.stream()
            .map(step -> new ScheduleStep(step.layer(), Math.addExact(step.tokens(), tokens)))
            .toList());
  }

  /** Returns the tokens in one layer. */
  int at(int layer) {
    return steps.stream()
        .filter(step -> step.layer() <= layer)
        .reduce((first, second) -> second)
        .orElseThrow()
        .tokens();
  }

  /** Returns the sum over the layers of a decoder. */
  long total(int layers) {
    return sum(
        runs(layers).stream().mapToLong(run -> product(run.layers(), run.tokens())).toArray());
  }

  /** Returns a decoder's layers, grouped by equal numbers of tokens. */
  public List<LayerRun> runs(int layers) {
    int last = steps.get(steps.size() - 1).layer();
    if (last >= layers) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot use the schedule %s: it names layer %d of a decoder with layers 0..%d",
              this, last, layers - 1));
    }
    List<LayerRun> runs = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      int end = i + 1 < steps.size() ? steps.get(i + 1).layer() : layers;
      runs.add(new LayerRun(end - steps.get(i).layer(), steps.get(i).tokens()));
    }
    return runs;
  }

  /** Returns one number if the schedule has one step, else the form that {@link #parse} reads. */
  @Override
  public String toString() {
    return steps.size() == 1 ? Integer.toString(first()) : spelt(steps);
  }

  private static String spelt(List<ScheduleStep> steps) {
    return steps.stream()
        .map(step -> step.layer() + ":" + step.tokens())
        .collect(Collectors.joining(","));
  }
}
