package io.prumerge.load;

import io.prumerge.service.PlainNumber;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a rate or a shape of arrivals, which may be infinite, as vLLM and Python spell it. */
public final class RateReader implements ITypeConverter<Double> {

  private static final String INFINITE = "inf";

  @Override
  public Double convert(String text) {
    if (text.equals(INFINITE)) {
      return Double.POSITIVE_INFINITY;
    }
    try {
      return PlainNumber.decimal(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is no number and not " + INFINITE);
    }
  }
}
