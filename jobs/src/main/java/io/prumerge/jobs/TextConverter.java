package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReduceBy;
import io.prumerge.service.Unknown;
import io.prumerge.torch.Precision;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Parses an option's value. Turns the IllegalArgumentException of a refused text into a usage
 * error.
 *
 * @param parse parser, which throws IllegalArgumentException for an invalid text
 */
record TextConverter<T>(Function<String, T> parse) implements ITypeConverter<T> {

  /** Registers the converters of this project's types with a command and its subcommands. */
  static CommandLine registered(CommandLine command) {
    return command
        .registerConverter(Benchmark.class, new TextConverter<>(Benchmarks::named))
        .registerConverter(MethodSpec.class, new TextConverter<>(MethodSpec::parse))
        .registerConverter(PromptProfile.class, new TextConverter<>(PromptProfile::named))
        .registerConverter(WeightsPin.class, new TextConverter<>(WeightsPin::new))
        .registerConverter(DeviceChoice.class, choice(DeviceChoice.class))
        .registerConverter(DtypeChoice.class, choice(DtypeChoice.class))
        .registerConverter(ImageAspect.class, choice(ImageAspect.class))
        .registerConverter(ReduceBy.class, choice(ReduceBy.class))
        .registerConverter(Precision.class, choice(Precision.class))
        .registerConverter(Listing.Topic.class, choice(Listing.Topic.class));
  }

  private static <E extends Enum<E>> TextConverter<E> choice(Class<E> type) {
    return new TextConverter<>(text -> Unknown.choice(type, "value", text));
  }

  @Override
  public T convert(String text) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
