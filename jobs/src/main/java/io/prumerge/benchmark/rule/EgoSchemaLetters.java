package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Letters;
import io.prumerge.text.PythonText;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads an option's letter as lmms-eval does for EgoSchema ({@code parse_multi_choice_response},
 * lmms_eval/tasks/egoschema/utils.py): a letter in parentheses, before a blank or before a full
 * stop, else an option that a longer answer repeats with its letter, in either case. Of several,
 * that counts whose last place is the first in the answer. Where it draws a random letter, this
 * returns none.
 */
final class EgoSchemaLetters {

  /** In the order in which a form wins where two stand at one place. */
  private static final List<String> FORMS = List.of("(%s)", "%s ", "%s.");

  /** Words of an answer that may repeat an option, at least one more. */
  private static final int FEW_WORDS = 5;

  /** A letter, and the last place in the answer of a form of it; below 0 where there is none. */
  private record Place(String letter, int last) {}

  private EgoSchemaLetters() {}

  /** Returns the letter; empty if it is undecided. */
  static Optional<String> read(String answer, List<String> options) {
    String text = MmmuLetters.padded(PythonText.strip(answer));
    List<String> letters = Letters.present(options);
    Optional<String> letter =
        first(
            FORMS.stream()
                .flatMap(
                    form ->
                        letters.stream()
                            .map(
                                one -> new Place(one, text.lastIndexOf(form.replace("%s", one))))));
    if (letter.isPresent() || PythonText.split(text).size() <= FEW_WORDS) {
      return letter;
    }
    String lower = PythonText.lower(text);
    return first(
        letters.stream()
            .map(
                one ->
                    new Place(
                        one,
                        lower.lastIndexOf(
                            PythonText.lower(one + ". " + options.get(Letters.place(one)))))));
  }

  private static Optional<String> first(Stream<Place> places) {
    return places
        .filter(place -> place.last() >= 0)
        .min(Comparator.comparingInt(Place::last))
        .map(Place::letter);
  }
}
