package io.prumerge.score;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.store.Folders;
import io.prumerge.store.SparkData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One set of answers: those of one method.
 *
 * @param label the method of its rows; a user's word for how the answers were made
 * @param visualTokens that its answers were made with, if the label says so
 * @param places its files and folders, which together hold the set
 */
record LabelledAnswers(String label, OptionalInt visualTokens, List<String> places) {

  /** The label of answers without one. */
  static final String UNLABELLED = "answers";

  /** Words or a method with its keys, before {@code =}; a path like that is {@code ./a=b}. */
  private static final Pattern LABELLED =
      Pattern.compile(
          "([A-Za-z0-9][\\w .+@%-]*(?::[\\w-]+=[\\w.@%:+-]+(?:,[\\w-]+=[\\w.@%:+-]+)*)?)=(.+)");

  private static final Pattern TOKENS = Pattern.compile(".*[:,]tokens=(\\d{1,6})(?:,.*)?");

  LabelledAnswers {
    places = List.copyOf(places);
  }

  /** Returns whether its answers came without a label. */
  boolean isUnlabelled() {
    return label.equals(UNLABELLED);
  }

  /** Returns whether a set of answers has a label, or a pattern that makes labels. */
  static boolean isLabelled(String given) {
    return !SparkData.isNamedBy(given)
        && (AnswerPattern.isOne(given) || LABELLED.matcher(given).matches());
  }

  /**
   * Returns the sets of answers, in the order in which their labels are given.
   *
   * @param given places, {@code LABEL=PLACE}, or an {@link AnswerPattern}; places of one label are
   *     one set
   * @throws UsageException if only some of them have a label, or a pattern fits nothing
   */
  static List<LabelledAnswers> of(List<String> given, Folders folders) throws IOException {
    Map<String, List<String>> places = new LinkedHashMap<>();
    for (String one : given) {
      Matcher labelled = LABELLED.matcher(one);
      if (!isLabelled(one)) {
        places.computeIfAbsent(UNLABELLED, absent -> new ArrayList<>()).add(one);
      } else if (labelled.matches()) {
        places
            .computeIfAbsent(labelled.group(1), absent -> new ArrayList<>())
            .add(labelled.group(2));
      } else {
        AnswerPattern.of(one)
            .places(folders)
            .forEach(
                (label, found) ->
                    places.computeIfAbsent(label, absent -> new ArrayList<>()).addAll(found));
      }
    }
    if (places.size() > 1 && places.containsKey(UNLABELLED)) {
      throw new UsageException(
          Wording.of(
              "%s: %s has no label, others have; name each set as LABEL=PLACE",
              Setting.ANSWERS, places.get(UNLABELLED).get(0)));
    }
    return places.entrySet().stream()
        .map(one -> new LabelledAnswers(one.getKey(), tokens(one.getKey()), one.getValue()))
        .toList();
  }

  private static OptionalInt tokens(String label) {
    return Optional.of(TOKENS.matcher(label))
        .filter(Matcher::matches)
        .map(found -> OptionalInt.of(Integer.parseInt(found.group(1))))
        .orElseGet(OptionalInt::empty);
  }
}
