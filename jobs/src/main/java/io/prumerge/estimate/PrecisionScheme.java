package io.prumerge.estimate;

import io.prumerge.lang.Text;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Number formats of the language model.
 *
 * @param name as given, such as {@code w4a16} or {@code fp16kv8}
 * @param weights as stored and read
 * @param activations between operators
 * @param cache keys and values
 */
public record PrecisionScheme(String name, Format weights, Format activations, Format cache) {

  private static final String KNOWN =
      "fp32, tf32, bf16, fp16, fp8, wNaM with N and M of 4, 8, 16; each with kv4, kv8 or kv16"
          + " behind it";

  private static final Pattern SPELLING =
      Pattern.compile("(?:(fp32|tf32|bf16|fp16|fp8)|w(4|8|16)a(4|8|16))(?:kv(4|8|16))?");

  /**
   * Parses a name. {@code fp16} and similar set all three formats; {@code w4a16} sets weights and
   * activations, with the cache as the activations; a suffix {@code kv8} sets another cache format.
   * 4 and 8 are integer formats, 16 is fp16.
   */
  public static PrecisionScheme parse(String name) {
    Matcher match = SPELLING.matcher(name);
    if (!match.matches()) {
      throw new IllegalArgumentException(
          Text.format("Unknown precision '%s'; known: %s", name, KNOWN));
    }
    boolean uniform = match.group(1) != null;
    Format weights = uniform ? Format.named(match.group(1)) : integer(match.group(2));
    Format activations = uniform ? weights : integer(match.group(3));
    Format cache = match.group(4) == null ? activations : integer(match.group(4));
    return new PrecisionScheme(name, weights, activations, cache);
  }

  private static Format integer(String bits) {
    return switch (bits) {
      case "4" -> Format.INT4;
      case "8" -> Format.INT8;
      default -> Format.FP16;
    };
  }

  /**
   * Returns the precision of the vision tower and the projector. Quantised LLaVA checkpoints keep
   * both in 16 bits, so narrower formats become fp16 there.
   */
  PrecisionScheme besideTheLanguageModel() {
    Format format = activations.wider(weights).wider(Format.FP16);
    return new PrecisionScheme(format.displayName(), format, format, format);
  }
}
