package io.prumerge.jobs;

import io.prumerge.reduction.MethodSpec;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code --method SPEC}. */
final class MethodConverter implements ITypeConverter<MethodSpec> {

  @Override
  public MethodSpec convert(String value) {
    try {
      return MethodSpec.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
