package io.prumerge.mini.question;

import io.prumerge.mini.scene.SceneRandom;
import java.util.List;
import java.util.Map;

/** A misreading of a printed word: one wrong character, usually a similar one. */
public final class Misreading {

  private static final Map<Character, List<Character>> ALIKE =
      Map.ofEntries(
          Map.entry('0', List.of('8', '6', '9')),
          Map.entry('1', List.of('7', '4')),
          Map.entry('2', List.of('7', '3')),
          Map.entry('3', List.of('8', '5')),
          Map.entry('4', List.of('9', '1')),
          Map.entry('5', List.of('6', '3')),
          Map.entry('6', List.of('8', '5')),
          Map.entry('7', List.of('1', '2')),
          Map.entry('8', List.of('3', '6', '9')),
          Map.entry('9', List.of('8', '4')),
          Map.entry('B', List.of('R', 'D')),
          Map.entry('C', List.of('G', 'O')),
          Map.entry('D', List.of('O', 'B')),
          Map.entry('E', List.of('F', 'B')),
          Map.entry('F', List.of('P', 'E')),
          Map.entry('G', List.of('C', 'O')),
          Map.entry('H', List.of('N', 'K')),
          Map.entry('I', List.of('T', 'L')),
          Map.entry('M', List.of('N', 'W')),
          Map.entry('N', List.of('M', 'H')),
          Map.entry('O', List.of('Q', 'D', 'C')),
          Map.entry('P', List.of('R', 'F')),
          Map.entry('Q', List.of('O')),
          Map.entry('R', List.of('P', 'K')),
          Map.entry('U', List.of('V', 'O')),
          Map.entry('V', List.of('Y', 'U')),
          Map.entry('W', List.of('M', 'V')));

  /** Replacements for letters that resemble no other. */
  private static final List<Character> ANY = List.of('E', 'R', 'S', 'T', 'N');

  private Misreading() {}

  /** Returns a different text of the same length, with letters and digits in the same places. */
  public static String of(String text, SceneRandom random) {
    StringBuilder read = new StringBuilder(text);
    while (read.toString().equals(text)) {
      int place = random.below(text.length());
      read.setCharAt(place, random.pick(ALIKE.getOrDefault(text.charAt(place), ANY)));
    }
    return read.toString();
  }
}
