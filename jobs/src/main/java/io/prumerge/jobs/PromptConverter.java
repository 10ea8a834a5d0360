package io.prumerge.jobs;

import io.prumerge.benchmark.PromptProfile;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code --prompts NAME}. */
final class PromptConverter implements ITypeConverter<PromptProfile> {

  @Override
  public PromptProfile convert(String value) {
    try {
      return PromptProfile.named(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
