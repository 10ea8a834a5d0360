package io.prumerge.leaderboard;

import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScriptSpecs;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number of visual tokens that a method's name asks for. {@code tokens=N} and {@code
 * tokens=@mean:N} ask for the same: the one before the decoder, the other as a mean over its
 * layers.
 *
 * @param name {@code 48}; {@code 25%} of each image's own patches; {@code @SPEC} for as many as
 *     SPEC has of each image; {@code flops=@SPEC}; or {@link #OWN}
 * @param tokens the number, if it is one for all images
 */
public record NominalBudget(String name, OptionalInt tokens) {

  /** A method that chooses the number itself, or by other keys. */
  public static final String OWN = "own";

  /** Most tokens first, then the largest shares, those of another method, the methods' own. */
  static final Comparator<NominalBudget> ORDER =
      Comparator.<NominalBudget>comparingInt(one -> -one.tokens().orElse(0))
          .thenComparing(NominalBudget::percent, Comparator.reverseOrder())
          .thenComparing(one -> one.name().equals(OWN))
          .thenComparing(NominalBudget::name);

  private static final String AT = "@";
  private static final String FLOPS = "flops";
  private static final String PERCENT = "%";

  /** A share of each image's patches. */
  private static final Pattern SHARE = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,9})?)%");

  /**
   * Returns the budget of a method; of any text, since foreign rows may have any. Of two methods in
   * one run it is the one that is both's.
   */
  public static NominalBudget of(String method) {
    List<MethodSpec> methods;
    try {
      methods = MethodSpec.read(method).methods();
    } catch (IllegalArgumentException e) {
      return own();
    }
    return methods.stream()
        .map(MethodSpec::parameters)
        .filter(keys -> methods.size() == 1 || isOfBoth(keys))
        .findFirst()
        .map(NominalBudget::of)
        .orElseGet(NominalBudget::own);
  }

  private static boolean isOfBoth(Map<String, String> keys) {
    return keys.containsKey(FLOPS)
        || keys.getOrDefault("tokens", "").startsWith(MethodSpec.LAYER_MEAN);
  }

  private static NominalBudget of(Map<String, String> keys) {
    String tokens = keys.getOrDefault("tokens", "");
    if (tokens.startsWith(MethodSpec.LAYER_MEAN)) {
      return number(tokens.substring(MethodSpec.LAYER_MEAN.length()));
    }
    if (tokens.startsWith(AT)) {
      NominalBudget other = of(tokens.substring(AT.length()));
      return other.tokens().isPresent() || other.percent().signum() > 0
          ? other
          : new NominalBudget(tokens, OptionalInt.empty());
    }
    if (!tokens.isEmpty()) {
      return number(tokens);
    }
    if (percent(keys.getOrDefault(MethodSpec.NUMBER, "")).signum() > 0) { // of a video's frames
      return number(keys.get(MethodSpec.NUMBER));
    }
    if (keys.getOrDefault(FLOPS, "").startsWith(AT)) {
      return new NominalBudget(FLOPS + "=" + keys.get(FLOPS), OptionalInt.empty());
    }
    return ofParts(keys);
  }

  /** Returns the number of tokens of methods that have it in two keys. */
  private static NominalBudget ofParts(Map<String, String> keys) {
    OptionalInt rows = parsed(keys.get("rows"));
    OptionalInt columns = parsed(keys.get("cols"));
    if (rows.isPresent() && columns.isPresent()) {
      return fixed((long) rows.getAsInt() * columns.getAsInt());
    }
    OptionalInt dominant = parsed(keys.get("dominant"));
    OptionalInt contextual = parsed(keys.get("contextual"));
    if (dominant.isPresent() && contextual.isPresent()) {
      return fixed((long) dominant.getAsInt() + contextual.getAsInt());
    }
    return own();
  }

  private static NominalBudget own() {
    return new NominalBudget(OWN, OptionalInt.empty());
  }

  private static NominalBudget number(String text) {
    OptionalInt number = parsed(text);
    BigDecimal share = percent(text);
    if (share.signum() > 0) {
      return new NominalBudget(
          share.stripTrailingZeros().toPlainString() + PERCENT, OptionalInt.empty());
    }
    return number.isPresent() ? fixed(number.getAsInt()) : own();
  }

  /** Returns how many percent of each image's patches it is; 0 if it is no share. */
  private BigDecimal percent() {
    return percent(name);
  }

  private static BigDecimal percent(String text) {
    Matcher share = SHARE.matcher(text);
    return share.matches() ? new BigDecimal(share.group(1)) : BigDecimal.ZERO;
  }

  private static NominalBudget fixed(long tokens) {
    return tokens <= Integer.MAX_VALUE
        ? new NominalBudget(Long.toString(tokens), OptionalInt.of((int) tokens))
        : own();
  }

  /** Returns a positive number; empty for any other text and for null. */
  private static OptionalInt parsed(String text) {
    return text != null && text.matches("0*[1-9][0-9]{0,8}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  /** Returns whether a method's own count is what this budget is about. */
  boolean isOf(String method) {
    return name.equals(AT + method) || name.equals(FLOPS + "=" + AT + method);
  }

  /**
   * Returns a line's budget in words: of what it is a share, images' or videos' patches.
   *
   * @param line of the leaderboard
   */
  public static String words(Standing line) {
    return words(line.budget(), line.protocol().isPresent() ? "video" : "image");
  }

  /** Returns the budget in words, from its name. */
  public static String words(String name) {
    return words(name, "image");
  }

  private static String words(String name, String seen) {
    if (name.equals(OWN)) {
      return "Each method's own number";
    }
    if (name.startsWith(FLOPS + "=" + AT)) {
      return "As many FLOPs as " + ScriptSpecs.shown(name.substring((FLOPS + "=" + AT).length()));
    }
    BigDecimal share = percent(name);
    if (share.signum() > 0) {
      return share.toPlainString() + " % of each " + seen + "'s patches";
    }
    return name.startsWith(AT)
        ? "As many visual tokens as " + ScriptSpecs.shown(name.substring(AT.length()))
        : Text.format("%s visual tokens", name);
  }
}
