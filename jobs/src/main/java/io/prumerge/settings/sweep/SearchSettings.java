package io.prumerge.settings.sweep;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.prumerge.lang.Text;

/**
 * How a search spends its questions; the key {@code search} of a sweep file.
 *
 * @param cost what a candidate should have little of
 * @param questions per benchmark in the first rung
 * @param growth by which each rung has more questions than the one before
 */
public record SearchSettings(SearchCost cost, long questions, long growth) {

  /** The settings of a file without the key. */
  public static final SearchSettings DEFAULTS = new SearchSettings(SearchCost.FLOPS, 100, 2);

  public SearchSettings {
    require("questions", questions, 1);
    require("growth", growth, 2);
  }

  @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
  static SearchSettings of(
      @JsonProperty("cost") SearchCost cost,
      @JsonProperty("questions") Long questions,
      @JsonProperty("growth") Long growth) {
    return new SearchSettings(
        cost == null ? DEFAULTS.cost : cost,
        questions == null ? DEFAULTS.questions : questions,
        growth == null ? DEFAULTS.growth : growth);
  }

  private static void require(String key, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          Text.format("%s must be a whole number from %d but is %d", key, least, value));
    }
  }
}
