package io.prumerge.jobs;

import io.prumerge.checkpoint.WeightsPin;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code --model-sha256 HEX}. */
final class WeightsPinConverter implements ITypeConverter<WeightsPin> {

  @Override
  public WeightsPin convert(String value) {
    try {
      return new WeightsPin(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
