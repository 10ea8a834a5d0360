package io.prumerge.prepare;

import io.prumerge.video.FrameRate;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an option's frames per second. */
final class RateConverter implements ITypeConverter<Double> {

  @Override
  public Double convert(String text) {
    try {
      return FrameRate.of(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "'" + text + "' is no number of frames per second, such as 25 or 30000/1001");
    }
  }
}
