package io.prumerge.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A wording of prompts: pieces of text with places for values, as {@code {question}}. A piece that
 * lacks a value is left out. Two braces stand for one.
 */
public final class PromptText {

  private static final Pattern PLACE = Pattern.compile("\\{\\{|}}|\\{([^{}\\n]+)}");

  private static final Pattern CHINESE = Pattern.compile("[\u4e00-\u9fff]");

  private final List<Piece> pieces;

  /** Text and the names of values, in turn: the texts are one more than the names. */
  private record Piece(List<String> texts, List<String> names) {}

  private PromptText(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  /** Returns whether a text has a Chinese character, as VLMEvalKit looks for one. */
  public static boolean isChinese(String text) {
    return CHINESE.matcher(text).find();
  }

  /** Reads the pieces of a wording. */
  public static PromptText of(List<String> pieces) {
    return new PromptText(pieces.stream().map(PromptText::piece).toList());
  }

  private static Piece piece(String piece) {
    List<String> texts = new ArrayList<>();
    List<String> names = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    Matcher place = PLACE.matcher(piece);
    int end = 0;
    while (place.find()) {
      text.append(piece, end, place.start());
      end = place.end();
      if (place.group(1) == null) {
        text.append(place.group().charAt(0));
      } else {
        names.add(place.group(1));
        texts.add(text.toString());
        text.setLength(0);
      }
    }
    texts.add(text.append(piece.substring(end)).toString());
    return new Piece(List.copyOf(texts), List.copyOf(names));
  }

  /** Returns the names of all values. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    pieces.forEach(piece -> names.addAll(piece.names()));
    return names;
  }

  /**
   * Returns the prompt of a question.
   *
   * @param values by their names; absent ones leave their pieces out
   */
  public String with(Function<String, Optional<String>> values) {
    StringBuilder prompt = new StringBuilder();
    for (Piece piece : pieces) {
      StringBuilder text = new StringBuilder(piece.texts().get(0));
      boolean whole = true;
      for (int i = 0; i < piece.names().size() && whole; i++) {
        Optional<String> value = values.apply(piece.names().get(i));
        whole = value.isPresent();
        text.append(value.orElse("")).append(piece.texts().get(i + 1));
      }
      prompt.append(whole ? text : "");
    }
    return prompt.toString();
  }
}
