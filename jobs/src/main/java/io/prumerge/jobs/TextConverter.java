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
