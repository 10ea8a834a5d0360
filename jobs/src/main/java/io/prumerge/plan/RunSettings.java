package io.prumerge.plan;

import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.reduction.ReduceBy;
import io.prumerge.text.ConversationTemplate;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Settings of the models, from the command line or a sweep file. Empty where not set.
 *
 * @param conversation name of the conversation template
 * @param reduceBy questions that methods look at, if they look at any
 * @param limit questions per benchmark, or slightly more: an image keeps all its questions
 * @param maxNewTokens token budget of every question, in place of the benchmark's own
 * @param maxErrorRate share of error rows above which the run fails
 */
public record RunSettings(
    Optional<DeviceChoice> device,
    Optional<DtypeChoice> dtype,
    Optional<ImageAspect> imageAspect,
    Optional<String> conversation,
    Optional<ReduceBy> reduceBy,
    OptionalLong limit,
    OptionalInt maxNewTokens,
    OptionalDouble maxErrorRate) {

  /** The defaults. */
  public static final RunSettings DEFAULTS =
      new RunSettings(
          Optional.of(DeviceChoice.AUTO),
          Optional.of(DtypeChoice.AUTO),
          Optional.of(ImageAspect.AUTO),
          Optional.of(ConversationTemplate.DEFAULT),
          Optional.of(ReduceBy.EACH),
          OptionalLong.empty(),
          OptionalInt.empty(),
          OptionalDouble.of(0.01));

  /** Returns these settings, filled up with {@code others} where they are empty. */
  public RunSettings over(RunSettings others) {
    return new RunSettings(
        device.or(others::device),
        dtype.or(others::dtype),
        imageAspect.or(others::imageAspect),
        conversation.or(others::conversation),
        reduceBy.or(others::reduceBy),
        limit.isPresent() ? limit : others.limit,
        maxNewTokens.isPresent() ? maxNewTokens : others.maxNewTokens,
        maxErrorRate.isPresent() ? maxErrorRate : others.maxErrorRate);
  }
}
