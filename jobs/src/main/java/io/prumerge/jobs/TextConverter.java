package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.reduction.MethodSpec;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Makes an option's value of its text; a text that the value's own type refuses is a wrong option.
 *
 * @param parse throws IllegalArgumentException for what it refuses
 */
record TextConverter<T>(Function<String, T> parse) implements ITypeConverter<T> {

  /** Tells a command and its subcommands how to read the values of this product. */
  static CommandLine registered(CommandLine command) {
    return command
        .registerConverter(Benchmark.class, new TextConverter<>(Benchmarks::named))
        .registerConverter(MethodSpec.class, new TextConverter<>(MethodSpec::parse))
        .registerConverter(PromptProfile.class, new TextConverter<>(PromptProfile::named))
        .registerConverter(WeightsPin.class, new TextConverter<>(WeightsPin::new));
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
